// SPDX-License-Identifier: GPL-2.0-or-later
// What changes in a message on its way from the Box to the phone (SPEC H3, H5, L6). One function a rule;
// each only records edits.
#pragma once

#include <chrono>

#include "base/edits.hpp"
#include "rewrite/address_map.hpp"
#include "sip/message_view.hpp"

namespace fapfon::rewrite {

/// H3: wherever the Box repeats a box-facing Contact of this line, in the Request-URI, Contact, Route,
/// Record-Route, Refer-To, Referred-By or Path, the phone gets back the URI that it had advertised, byte for
/// byte.
void restore_uris(const sip::MessageView& message, const AddressMap& map, Edits& edits);

/// What was done to the top Via of the request that a response answers.
struct ViaChange {
  bool rport_added = false;  ///< H4
  ByteView sent_by;          ///< what replace_sent_by() replaced; empty when nothing
};

/// H4 and H5: the top Via of a response as the phone expects it (RFC 3581 section 4).
void restore_via(const sip::MessageView& message, const AddressMap& map, const ViaChange& change,
                 Edits& edits);

/// L6: lowers what a phone on UDP is granted in the 200 to its REGISTER to `longest`, in the line's own
/// Contacts and in Expires.
void cap_expires(const sip::MessageView& message, const AddressMap& map, std::chrono::seconds longest,
                 Edits& edits);

}  // namespace fapfon::rewrite
