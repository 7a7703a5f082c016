// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewrite/media.hpp"

#include <charconv>

#include "rewrite/sdp_edits.hpp"
#include "sdp/address_reader.hpp"

namespace fapfon::rewrite {
namespace {

void correct_length(ByteView digits, ByteView body, Edits& edits) {
  const std::ptrdiff_t growth = edits.growth_in(body);
  if (growth == 0 || digits.empty()) return;
  edits.replace(digits, std::to_string(static_cast<std::ptrdiff_t>(body.size()) + growth));
}

}  // namespace

ByteView unread_encoding(const sip::BodyParts& parts) noexcept {
  for (const sip::BodyPart& part : parts.list()) {
    const bool is_sdp = sip::is_media_type(part.content_type, kSdpType);
    if (is_sdp && !sip::is_plain(part.content_encoding)) return part.content_encoding;
  }
  return {};
}

IpAddress map_media_to_box(const sip::BodyParts& parts, const AddressMap& map, Edits& edits) {
  IpAddress written;
  for (const sip::BodyPart& part : parts.list()) {
    if (!is_plain_sdp(part)) continue;
    sdp::AddressReader addresses(part.body);
    while (const auto address = addresses.next()) {
      if (!is_place(address->ip)) continue;
      if (address->place == sdp::Address::Place::connection || !written) written = address->ip;
      if (address->ip != map.observed.ip)
        replace_address(address->family, address->text, map.observed.ip, edits);
    }
  }
  return written;
}

void restore_media_to_phone(const sip::BodyParts& parts, const AddressMap& map, Edits& edits) {
  // With the Box on the phone's own address (all on one machine) its address is its own, not a repetition.
  const bool nothing_to_restore = !map.sdp_written || map.sdp_written == map.observed.ip;
  if (nothing_to_restore || map.observed.ip == map.box.ip) return;
  for (const sip::BodyPart& part : parts.list()) {
    if (!is_plain_sdp(part)) continue;
    sdp::AddressReader addresses(part.body);
    while (const auto address = addresses.next()) {
      if (address->ip == map.observed.ip)
        replace_address(address->family, address->text, map.sdp_written, edits);
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
