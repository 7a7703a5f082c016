// SPDX-License-Identifier: GPL-2.0-or-later
// Default gateways of this machine, from the tables of the kernel (proc(5)). In a home network the
// gateway is nearly always the FRITZ!Box. Link-local IPv6 gateways are left out: their address means
// nothing without an interface, and the same Box has an IPv4 address or a global one as well.
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"

namespace fapfon::net {

/// The gateways of default routes in the text of /proc/self/net/route, best metric first.
std::vector<IpAddress> default_gateways_ip4(ByteView table);
/// The same for /proc/self/net/ipv6_route.
std::vector<IpAddress> default_gateways_ip6(ByteView table);

/// Both tables of this machine, IPv4 first.
std::vector<IpAddress> default_gateways();

}  // namespace fapfon::net
