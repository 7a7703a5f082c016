// SPDX-License-Identifier: GPL-2.0-or-later
// Between IPv4 and IPv6 (M2) the Box's Contact is an address that the phone cannot send to: its ACK and BYE
// would never leave. The phone gets the address at which its SIP reaches us instead, and what it sends there
// gets the Box's Contact back.
#pragma once

#include "base/edits.hpp"
#include "rewrite/address_map.hpp"
#include "sip/message_view.hpp"

namespace fapfon::rewrite {

/// Box to phone: stands in for a Contact of the other IP version. Returns what the Box wrote, for
/// restore_target(); empty when nothing was changed. The view lives as long as the message.
ByteView hide_target(const sip::MessageView& message, const AddressMap& map, Edits& edits);

/// Phone to Box: a Request-URI that names us becomes `target`, or, when that is not known any more, names the
/// Box.
void restore_target(const sip::MessageView& message, const AddressMap& map, ByteView target, Edits& edits);

}  // namespace fapfon::rewrite
