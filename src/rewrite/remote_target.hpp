// SPDX-License-Identifier: GPL-2.0-or-later
// H6: a Contact of the Box that is of another IP version than the phone's flow is one that the phone cannot
// send to: its ACK and BYE would never leave. So it is between IPv4 and IPv6 (M2), and where a Box that we
// reach by IPv4 writes an IPv6 Contact. The phone gets the address at which its SIP reaches us instead, and
// what it sends there gets the Box's Contact back.
#pragma once

#include "base/edits.hpp"
#include "rewrite/address_map.hpp"
#include "sip/message_view.hpp"

namespace fapfon::rewrite {

/// Box to phone: stands in for a Contact of the other IP version. Returns what the Box wrote, for
/// restore_target(); empty when nothing was changed. The view lives as long as the message.
ByteView hide_target(const sip::MessageView& message, const AddressMap& map, Edits& edits);

/// Phone to Box, in a dialog: a Request-URI or Route that hide_target() has made becomes `target` again. When
/// that is not known any more, a Request-URI that names us names the Box.
void restore_target(const sip::MessageView& message, const AddressMap& map, ByteView target, Edits& edits);

}  // namespace fapfon::rewrite
