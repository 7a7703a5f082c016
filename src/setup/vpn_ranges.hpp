// SPDX-License-Identifier: GPL-2.0-or-later
// Which address ranges phones probably have (SPEC N4, VPN=), from this machine's interfaces and routes. What
// is only likely carries its doubt, so that somebody can be asked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/prefix.hpp"
#include "net/interfaces.hpp"
#include "net/routes.hpp"

namespace fapfon::setup {

/// What people call the VPN of an interface; by its name, which each of these programs chooses.
enum class VpnKind : std::uint8_t {
  wireguard,  ///< wg*
  openvpn,    ///< tun*, tap*
  tailscale,  ///< tailscale*
  netbird,    ///< wt*
  zerotier,   ///< zt*
  wg_easy,    ///< the Docker network of wg-easy, whose container shows all phones under its address in it
  other,      ///< any other tunnel
  elsewhere,  ///< none here: a route leads to the range by another machine
};

/// Why the range is not certain.
enum class Doubt : std::uint8_t {
  none,
  single_address,  ///< the interface has one address and no network; the range is a guess around it
  to_internet,     ///< the default route leaves by it, as with a VPN that hides its user
  in_home,         ///< overlaps the network of the Box
  behind_gateway,  ///< may be any other network
};

struct VpnRange {
  Prefix range;
  VpnKind kind = VpnKind::other;
  std::string interface;  ///< empty when it is elsewhere
  Doubt doubt = Doubt::none;
  IpAddress by;  ///< our own address there; elsewhere: the gateway

  friend bool operator==(const VpnRange&, const VpnRange&) = default;
};

/// In the order of the interfaces, each range once; those elsewhere come last. `towards_box` is this
/// machine's address in the network of the Box, whose interface is never a VPN.
std::vector<VpnRange> find_vpn_ranges(const net::Interfaces& interfaces, const net::Routes& routes,
                                      const IpAddress& towards_box);

/// "WireGuard", "OpenVPN" ...; "VPN" for all others.
ByteView to_text(VpnKind kind) noexcept;

}  // namespace fapfon::setup
