// SPDX-License-Identifier: GPL-2.0-or-later
// What changes in a message on its way from the phone to the Box (SPEC H1, H2, H4), and nothing else does: no
// rule reads what SPEC F6 protects. One function a rule; each only records edits. Contacts have been learned
// before (proxy/), so that map.contacts() holds what this message advertises.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

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

/// How long the phone wants a binding kept; 0 seconds when it does not, or when a newer Contact of the same
/// binding counts in its place.
struct WantedBinding {
  const ContactPair* pair = nullptr;
  std::uint32_t seconds = 0;
};

/// As a registrar compares them (RFC 3261 section 19.1.4): other parameters in one only do not count.
bool same_binding(const ContactPair& a, const ContactPair& b);

/// H1, L5: a REGISTER that removes an earlier Contact while a newer one lives (pjsip does both in one
/// message, others in two): to the Box both are one binding, which the removal would take away. The removal
/// gets the lifetime of the newer one, in the parameter or in the Expires header that says 0.
void keep_live_binding(const sip::MessageView& message, const AddressMap& map,
                       std::span<const WantedBinding> wanted, Edits& edits);

/// H2: Request-URI, Route, Refer-To, Referred-By, Record-Route and Path, where they name the phone exactly.
void map_routing_uris(const sip::MessageView& message, const AddressMap& map, Edits& edits);

/// H4: `;rport` where a UDP request has none (the only thing that is ever added, F7), so that the answer
/// comes to our port (RFC 3581 section 4). True when it was added: it has to be taken out of the answer.
bool ensure_rport(const sip::MessageView& message, const AddressMap& map, Edits& edits);

/// H4 between IPv4 and IPv6: the box-facing address as sent-by. Returns what it replaced; empty when nothing.
/// The view lives as long as the message.
ByteView replace_sent_by(const sip::MessageView& message, const AddressMap& map, Edits& edits);

}  // namespace fapfon::rewrite
