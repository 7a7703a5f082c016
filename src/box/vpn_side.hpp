// SPDX-License-Identifier: GPL-2.0-or-later
// This machine's side of the VPN: the interfaces that phones come in by, and its own addresses there, from
// which the Box is asked about the audio path (SPEC M1).
#pragma once

#include <vector>

#include "net/interfaces.hpp"

namespace fapfon::box {

/// The interface that has this address; null when there is none. It lives as long as `interfaces`.
const net::Interface* interface_with(const net::Interfaces& interfaces, const IpAddress& ip);

/// The interfaces that phones can come in by: tunnels that are up, and others with an address in `vpn` (the
/// ranges that the user named, may be empty), but never the one with the address `towards_box`.
std::vector<const net::Interface*> vpn_interfaces(const net::Interfaces& interfaces,
                                                  const IpAddress& towards_box,
                                                  const std::vector<Prefix>& vpn);

/// True for the addresses of Tailscale and NetBird (100.64.0.0/10, and Tailscale's IPv6 range). They
/// masquerade what they forward, by a mark or by the interface, so this machine's own packets do not show
/// it. Users cannot change their MTU.
bool is_of_overlay(const IpAddress& ip);

struct VpnSide {
  IpAddress ip;
  const net::Interface* interface = nullptr;
};

/// One address of this machine in each of these interfaces that has one of this family; where it has several,
/// one in `vpn`.
std::vector<VpnSide> vpn_sides(const std::vector<const net::Interface*>& interfaces,
                               const std::vector<Prefix>& vpn, Family family);

}  // namespace fapfon::box
