// SPDX-License-Identifier: GPL-2.0-or-later
// What is to be intercepted (SPEC N1): SIP that phones in the VPN send to the Box comes to this program
// instead. A value; nft_ruleset.hpp and iptables_rules.hpp turn it into rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/prefix.hpp"
#include "base/socket_address.hpp"

namespace fapfon::nat {

struct Interception {
  std::vector<SocketAddress> boxes;  ///< where phones send SIP to; several when a name has several addresses
  std::vector<Prefix> vpn;           ///< where phones come from
  IpAddress local_ip4;               ///< this machine's address towards the Box, the target of DNAT;
  IpAddress local_ip6;               ///< a family without one is not intercepted
  std::uint16_t udp_port = 0;        ///< where fapfon-proxy listens
  std::uint16_t tcp_port = 0;
  bool box_is_here = false;  ///< the Box is this machine: REDIRECT to the ports, no local address is needed
};

/// One address family of an interception, put in order: no range twice or inside another one, host bits
/// of ranges cleared, no Box address twice.
struct FamilyPart {
  Family family = Family::none;
  std::vector<SocketAddress> boxes;
  std::vector<Prefix> vpn;
  IpAddress local;  ///< none when the Box is this machine
};

/// The families that get rules, IPv4 first: those with a Box address, a VPN range and, for DNAT, a local
/// address.
std::vector<FamilyPart> family_parts(const Interception& interception);

/// Why there is nothing to intercept and what to do about it; none when there is something.
std::optional<std::string> what_is_missing(const Interception& interception);

/// "IPv4" or "IPv6", for people.
constexpr const char* name_of(Family family) noexcept {
  return family == Family::ip6 ? "IPv6" : "IPv4";
}

}  // namespace fapfon::nat
