// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses in session descriptions of direct media (SPEC section 4, S1 to S3), and the lengths that change
// with them. Packets travel between phone and Box without us; only the address that each side is told must
// be one that it can reach.
#pragma once

#include "base/edits.hpp"
#include "rewrite/address_map.hpp"
#include "sip/body_parts.hpp"

namespace fapfon::rewrite {

/// S1, S2: addresses of the phone become its observed address (direct media). Returns the media address that
/// the phone wrote; none when the message has none.
IpAddress map_media_to_box(const sip::BodyParts& parts, const AddressMap& map, Edits& edits);

/// Content-Encoding of a session description that passes unread; empty when there is none. The view lives as
/// long as the message.
ByteView unread_encoding(const sip::BodyParts& parts) noexcept;

/// S3: where the Box repeats the observed address, the phone gets what it wrote.
void restore_media_to_phone(const sip::BodyParts& parts, const AddressMap& map, Edits& edits);

/// Content-Length of the message (each of them if there are two, F3) and of its parts after the edits so far.
/// Must be the last rule that is applied.
void correct_lengths(const sip::MessageView& message, const sip::BodyParts& parts, Edits& edits);

}  // namespace fapfon::rewrite
