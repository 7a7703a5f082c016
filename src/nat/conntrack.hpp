// SPDX-License-Identifier: GPL-2.0-or-later
// NAT is decided once for each connection. A phone that was talking to the Box before the rules came would
// stay on its old path as long as it keeps talking, which with UDP keep-alives is for ever; the same holds
// after the rules are gone. So connections on a wrong path are deleted in the kernel, and their next packet
// is decided again. Those on the right path stay: they may carry a call. This file knows what conntrack(8) is
// asked and what its answers mean; conntrack_tool.hpp runs it.
#pragma once

#include <string>
#include <vector>

#include "nat/interception.hpp"

namespace fapfon::nat {

/// One line of `conntrack -L`.
struct Connection {
  Transport transport = Transport::udp;
  SocketAddress phone;
  SocketAddress box;           ///< what the phone sends to
  SocketAddress answers_from;  ///< the address that really receives it
};

/// Arguments that list what these VPN ranges have to do with these Box addresses, a list each.
std::vector<std::vector<std::string>> conntrack_queries(const std::vector<FamilyPart>& parts);

/// The connections in what conntrack prints; lines of other kinds are left out.
std::vector<Connection> connections_in(ByteView listing);

/// Whether a packet that came now would take the same path under the rules of this interception. Without any
/// rules of ours when it intercepts nothing.
bool is_on_right_path(const Connection& connection, const Interception& interception);

/// Arguments that delete exactly this one.
std::vector<std::string> conntrack_deletion(const Connection& connection);

}  // namespace fapfon::nat
