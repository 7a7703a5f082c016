// SPDX-License-Identifier: GPL-2.0-or-later
// What changes in a message on its way from the phone to the Box (SPEC H1, H2, H4), and nothing else does: no
// rule reads what SPEC F6 protects. One function a rule; each only records edits. Contacts have been learned
// before (proxy/), so that map.contacts() holds what this message advertises.
#pragma once

#include <optional>

#include "base/edits.hpp"
#include "rewrite/address_map.hpp"
#include "sip/message_view.hpp"

namespace fapfon::rewrite {

/// H1: the message says where its sender wants to be reached in a dialog: a request that opens or refreshes
/// one (RFC 3261 section 12, RFC 3311, RFC 3515, RFC 6665), or a 1xx or 2xx to it.
bool names_remote_target(const sip::MessageView& message) noexcept;

/// H1: every Contact of the phone becomes the box-facing one; in a dialog each Contact counts as the phone's,
/// whatever it names. Contacts of a 3xx stay.
void map_contacts(const sip::MessageView& message, const AddressMap& map, Edits& edits);

/// H1 and pjsip: of a REGISTER that carries a live Contact and an earlier one with expires=0, both are the
/// same binding for the Box, and a Box that reads them in order would remove what it has just stored.
/// The removal gets the lifetime of the live one.
void keep_live_binding(const sip::MessageView& message, const AddressMap& map, Edits& edits);

/// H2: Request-URI, Route, Refer-To, Referred-By, Record-Route and Path, where they name the phone exactly.
void map_routing_uris(const sip::MessageView& message, const AddressMap& map, Edits& edits);

/// H4: `;rport` where a UDP request has none (the only thing that is ever added, F7), so that the answer
/// comes to our port (RFC 3581 section 4). True when it was added: it has to be taken out of the answer.
bool ensure_rport(const sip::MessageView& message, const AddressMap& map, Edits& edits);

/// H4 between IPv4 and IPv6: the box-facing address as sent-by. Returns what it replaced; empty when nothing.
/// The view lives as long as the message.
ByteView replace_sent_by(const sip::MessageView& message, const AddressMap& map, Edits& edits);

}  // namespace fapfon::rewrite
