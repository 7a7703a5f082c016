// SPDX-License-Identifier: GPL-2.0-or-later
// The parts of URIs, Contacts and Vias that the simulated peers look at, found by plain searching:
// they read only what they or each other wrote.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"

namespace fapfon::support {

/// The URI of "Name <uri>;params" or of "uri;params".
std::string uri_in(ByteView name_addr);
/// What stands behind the URI of a name-addr: ";reg-id=1;expires=900".
std::string parameters_behind(ByteView name_addr);
/// "john" of "sip:john@host"; empty without a user.
std::string user_in(ByteView uri);
/// The address of a URI whose host is an IP address; port 5060 when it names none.
std::optional<SocketAddress> address_in(ByteView uri);
/// "" for a flag; none when the text has no such parameter. Quotes are taken off.
std::optional<std::string> parameter(ByteView text, ByteView name);
/// "172.20.11.6:61211" of "SIP/2.0/TCP 172.20.11.6:61211;rport".
std::string sent_by(ByteView via);
/// sent_by as an address; port 5060 when it names none, none when the host is a name.
std::optional<SocketAddress> sent_by_address(ByteView via);
/// Without the parameter `name`, value included.
std::string without_parameter(ByteView text, ByteView name);

}  // namespace fapfon::support
