// SPDX-License-Identifier: GPL-2.0-or-later
// Session descriptions of relayed media (SPEC S4, M2, M3): each stream gets an address of ours, and lines
// that would lead around it (ICE, a=alt, BUNDLE) are removed. Everything else stays as it is, SRTP keys
// included.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/edits.hpp"
#include "base/socket_address.hpp"
#include "sip/body_parts.hpp"

namespace fapfon::rewrite {

/// What becomes of one stream, which is named by its place among the m= lines.
struct StreamChange {
  enum class Kind : std::uint8_t {
    none,    ///< refused by its sender (port 0), or of a kind that passes: multicast
    refuse,  ///< it cannot be relayed: its port becomes 0 (RFC 3264 section 6)
    relay,   ///< it gets our ports
  };
  Kind kind = Kind::none;
  std::uint16_t rtp_port = 0;
  std::uint16_t rtcp_port = 0;  ///< for a=rtcp
};

struct MediaChange {
  IpAddress ip;                           ///< of ours, on the side that the message goes to
  std::span<const StreamChange> streams;  ///< more streams than these are refused
  bool hides_origin =
      false;  ///< S2: replace o= in any case, not only when its IP version is not that of `ip`
};

/// S4, M3: applies `change` to every session description of a message.
void relay_media(const sip::BodyParts& parts, const MediaChange& change, Edits& edits);

}  // namespace fapfon::rewrite
