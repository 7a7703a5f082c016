// SPDX-License-Identifier: GPL-2.0-or-later
// The network interfaces of this machine: getifaddrs(3) and SIOCGIFMTU, which need no rights.
#pragma once

#include <string>
#include <vector>

#include "base/prefix.hpp"

namespace fapfon::net {

struct Interface {
  std::string name;
  bool is_up = false;
  bool is_vpn = false;  ///< a tunnel of a VPN: tun, tap, WireGuard, PPP
  unsigned mtu_bytes = 0;
  std::vector<Prefix> addresses;  ///< with the length of their network; link-local IPv6 left out
};

using Interfaces = std::vector<Interface>;

/// Without loopback, in the order of the kernel.
Interfaces interfaces_of_this_machine();

}  // namespace fapfon::net
