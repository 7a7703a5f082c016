// SPDX-License-Identifier: GPL-2.0-or-later
// What the rules for direct and for relayed media have in common.
#pragma once

#include "base/edits.hpp"
#include "base/socket_address.hpp"
#include "sip/body_parts.hpp"

namespace fapfon::rewrite {

inline constexpr ByteView kSdpType = "application/sdp";

/// A session description that can be read.
inline bool is_plain_sdp(const sip::BodyPart& part) noexcept {
  return sip::is_media_type(part.content_type, kSdpType) && sip::is_plain(part.content_encoding);
}

/// S2: false for hold (0.0.0.0, ::) and multicast, which are not addresses of a phone.
inline bool is_place(const IpAddress& ip) noexcept {
  return !ip.is_unspecified() && !ip.is_multicast();
}

/// Replaces an address and the word IP4 or IP6 before it; `family` is empty when there is no such word.
inline void replace_address(ByteView family, ByteView address, const IpAddress& replacement, Edits& edits) {
  edits.replace(address, replacement.to_string());
  // Not asked of the address that goes: an IPv4 address may come as "IP6 ::ffff:192.0.2.1" (RFC 5118
  // section 4.10).
  const ByteView word = replacement.is_v4() ? "IP4" : "IP6";
  if (!family.empty() && !iequals(family, word)) edits.replace(family, word);
}

}  // namespace fapfon::rewrite
