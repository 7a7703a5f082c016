// SPDX-License-Identifier: GPL-2.0-or-later
// Messages as --dump shows them (SPEC section 6): a head line with direction, transport, addresses and
// size, then each line with its \r\n spelled out as in the seed. Control characters are escaped. Secrets
// are masked: digest responses, Basic credentials, SRTP and ICE keys. A dump is for reading; it
// does not change the message.
#pragma once

#include <string>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"
#include "proxy/action.hpp"

namespace fapfon::log {

/// One hop of one message.
struct DumpedMessage {
  bool left = false;  ///< as it left; else as it arrived
  Side side;          ///< who is at the other end of this hop
  Transport transport;
  SocketAddress local;
  SocketAddress remote;
  ByteView bytes;
};

/// The text of the message, an empty line at the end.
std::string format_dump(const DumpedMessage& message);

/// A copy of `message` with *** in place of each secret.
std::string mask_secrets(ByteView message);

}  // namespace fapfon::log
