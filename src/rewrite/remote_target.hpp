// SPDX-License-Identifier: GPL-2.0-or-later
// H6: when the Box's Contact is of another IP version than the phone's flow, the phone cannot send to it: its
// ACK and BYE would never leave. This happens between IPv4 and IPv6 (M2), and where a Box that we reach by
// IPv4 writes an IPv6 Contact. The phone gets the address at which its SIP reaches us instead, and what it
// sends there gets the Box's Contact back.
#pragma once

#include "base/edits.hpp"
#include "rewrite/address_map.hpp"
#include "sip/message_view.hpp"

namespace fapfon::rewrite {

/// Box to phone: replaces a Contact of the other IP version. Returns what the Box wrote, for
/// restore_target(); empty when nothing was changed. The view lives as long as the message.
ByteView hide_target(const sip::MessageView& message, const AddressMap& map, Edits& edits);

/// Phone to Box, in a dialog: a Request-URI or Route that hide_target() has made becomes `target` again. When
/// the target is not known any more (`target` is empty), a Request-URI that names us becomes the Box's
/// address.
void restore_target(const sip::MessageView& message, const AddressMap& map, ByteView target, Edits& edits);

}  // namespace fapfon::rewrite
