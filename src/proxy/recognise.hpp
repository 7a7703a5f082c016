// SPDX-License-Identifier: GPL-2.0-or-later
// Which line a phone's request belongs to (SPEC L1, L3). Only looks; nothing is changed before the Box
// has said 2xx.
#pragma once

#include <string>

#include "proxy/dialogs.hpp"
#include "proxy/flows.hpp"
#include "proxy/lines.hpp"
#include "proxy/passage.hpp"
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

/// The line of a phone's request on `passage.flow`. Null when it is none that we know: a new line is due.
Line* recognise(const Passage& passage, const Identity& identity, Lines& lines, Flows& flows,
                Dialogs& dialogs);

}  // namespace fapfon::proxy
