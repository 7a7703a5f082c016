// SPDX-License-Identifier: GPL-2.0-or-later
// Which line a phone's request belongs to (SPEC L1, L3). Only looks; nothing is changed before the Box
// has said 2xx.
#pragma once

#include <string>

#include "base/time.hpp"
#include "proxy/flow_table.hpp"
#include "proxy/line_table.hpp"
#include "sip/message_view.hpp"

namespace fapfon::proxy {

/// Who a request says it is from. Reused from message to message.
struct Identity {
  std::string aor;        ///< To of a REGISTER, else From
  ByteView instance;      ///< +sip.instance of the Contact, quotes included; empty when there is none
  ByteView contact_user;  ///< of the Contact; empty when there is none
  bool has_contact = false;
};

/// Reads it. Views live as long as the message.
void read_identity(const sip::MessageView& request, Identity& identity);

/// The +sip.instance parameter of a Contact; empty when there is none (RFC 5626 section 4.1).
ByteView instance_of(const sip::NameAddr& contact) noexcept;

/// Null when it is none that we know: a new line is due.
Line* recognise(const sip::MessageView& request, const Identity& identity, const Flow& flow, TimePoint now,
                LineTable& lines, FlowTable& flows);

}  // namespace fapfon::proxy
