// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewrite/media.hpp"

#include <charconv>

#include "sdp/address_reader.hpp"

namespace fapfon::rewrite {
namespace {

constexpr ByteView kSdp = "application/sdp";

void replace_address(const sdp::Address& address, const IpAddress& replacement, Edits& edits) {
  edits.replace(address.text, replacement.to_string());
  // Not asked of the address that goes: an IPv4 address may come as "IP6 ::ffff:192.0.2.1" (RFC 5118
  // section 4.10).
  const ByteView family = replacement.is_v4() ? "IP4" : "IP6";
  if (!address.family.empty() && !iequals(address.family, family)) edits.replace(address.family, family);
}

/// S2: hold (0.0.0.0, ::) and multicast are no addresses of a phone.
bool is_place_of_phone(const sdp::Address& address) noexcept {
  return !address.ip.is_unspecified() && !address.ip.is_multicast();
}

void correct_length(ByteView digits, ByteView body, Edits& edits) {
  const std::ptrdiff_t growth = edits.growth_in(body);
  if (growth == 0 || digits.empty()) return;
  edits.replace(digits, std::to_string(static_cast<std::ptrdiff_t>(body.size()) + growth));
}

}  // namespace

MediaResult map_media_to_box(const sip::BodyParts& parts, const AddressMap& map, Edits& edits) {
  MediaResult result;
  for (const sip::BodyPart& part : parts.list()) {
    if (!sip::is_media_type(part.content_type, kSdp)) continue;
    if (!sip::is_plain(part.content_encoding)) {
      result.unread_encoding = part.content_encoding;
      continue;
    }
    sdp::AddressReader addresses(part.body);
    while (const auto address = addresses.next()) {
      if (!is_place_of_phone(*address)) continue;
      if (address->place == sdp::Address::Place::connection || !result.written) result.written = address->ip;
      if (address->ip != map.observed.ip) replace_address(*address, map.observed.ip, edits);
    }
  }
  return result;
}

void restore_media_to_phone(const sip::BodyParts& parts, const AddressMap& map, Edits& edits) {
  // With the Box on the phone's own address (all on one machine) its address is its own, not a repetition.
  const bool nothing_to_restore = !map.sdp_written || map.sdp_written == map.observed.ip;
  if (nothing_to_restore || map.observed.ip == map.box.ip) return;
  for (const sip::BodyPart& part : parts.list()) {
    if (!sip::is_media_type(part.content_type, kSdp) || !sip::is_plain(part.content_encoding)) continue;
    sdp::AddressReader addresses(part.body);
    while (const auto address = addresses.next()) {
      if (address->ip == map.observed.ip) replace_address(*address, map.sdp_written, edits);
    }
  }
}

void correct_lengths(const sip::MessageView& message, const sip::BodyParts& parts, Edits& edits) {
  // Inner parts first: a longer number in a part's own Content-Length makes the outer body longer.
  const auto list = parts.list();
  for (auto part = list.rbegin(); part != list.rend(); ++part) {
    const bool is_whole_body = part->depth == 0;
    if (!is_whole_body) correct_length(part->content_length, part->body, edits);
  }
  for (const sip::HeaderLine& header : message.headers()) {
    if (header.name == sip::HeaderName::content_length) correct_length(header.value, message.body(), edits);
  }
}

}  // namespace fapfon::rewrite
