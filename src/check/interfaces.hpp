// SPDX-License-Identifier: GPL-2.0-or-later
// The network interfaces of this machine: getifaddrs(3) and SIOCGIFMTU, which need no rights.
#pragma once

#include <string>
#include <vector>

#include "base/prefix.hpp"

namespace fapfon::check {

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

/// The network of an address: 172.20.11.1/24 gives 172.20.11.0/24.
Prefix network_of(const Prefix& address);

/// True when the two have an address in common.
bool overlap(const Prefix& a, const Prefix& b);

/// 255.255.255.0 for 24: what the FRITZ!Box asks for.
std::string ip4_mask(unsigned length);

/// An address of the network that is not `taken`, to stand for a phone in it: the last but one.
IpAddress sample_of(const Prefix& network, const IpAddress& taken = {});

}  // namespace fapfon::check
