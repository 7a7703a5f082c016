// SPDX-License-Identifier: GPL-2.0-or-later
// Routes of this machine, from the tables of the kernel (proc(5)). In a home network the default gateway is
// nearly always the FRITZ!Box. Link-local IPv6 gateways are left out: their address means nothing without an
// interface, and the same Box has an IPv4 address or a global one as well.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/prefix.hpp"
#include "base/socket_address.hpp"

namespace fapfon::net {

struct Route {
  std::string interface;
  Prefix destination;
  IpAddress gateway;  ///< none: the network is the interface's own

  friend bool operator==(const Route&, const Route&) = default;
};
using Routes = std::vector<Route>;

/// The IPv4 routes that are up, in the text of /proc/self/net/route, in its order.
Routes routes_ip4(ByteView table);
/// Those of this machine's main table.
Routes routes_ip4_of_this_machine();

/// The gateways of default routes in the text of /proc/self/net/route, best metric first.
std::vector<IpAddress> default_gateways_ip4(ByteView table);
/// The same for /proc/self/net/ipv6_route.
std::vector<IpAddress> default_gateways_ip6(ByteView table);

/// Both tables of this machine, IPv4 first.
std::vector<IpAddress> default_gateways();

}  // namespace fapfon::net
