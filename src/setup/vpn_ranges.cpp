// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup/vpn_ranges.hpp"

#include <algorithm>
#include <utility>

#include "box/vpn_side.hpp"

namespace fapfon::setup {
namespace {

using net::Interface;
using net::Interfaces;
using net::Route;
using net::Routes;

/// What wg-easy's compose file names its network, since version 15.
const Prefix kWgEasyNetwork{IpAddress::v4(10, 42, 42, 0), 24};
const Prefix kTailscaleIp4{IpAddress::v4(100, 64, 0, 0), 10};

unsigned bits_of(const IpAddress& ip) {
  return ip.is_v4() ? 32 : 128;
}

bool is_private(const Prefix& range) {
  return std::ranges::any_of(private_ranges(), [&](const Prefix& one) {
    return one.length <= range.length && one.contains(range.base);
  });
}

bool is_bridge(const std::string& name) {
  return name.starts_with("br-") || name.starts_with("docker") || name.starts_with("podman") ||
         name.starts_with("cni-");
}

bool is_network_of_wg_easy(const Interface& interface) {
  return is_bridge(interface.name) && std::ranges::any_of(interface.addresses, [](const Prefix& address) {
           return address.network() == kWgEasyNetwork;
         });
}

VpnKind kind_of(const Interface& interface) {
  constexpr std::pair<ByteView, VpnKind> kNames[] = {
      {"wg", VpnKind::wireguard},        {"tun", VpnKind::openvpn}, {"tap", VpnKind::openvpn},
      {"tailscale", VpnKind::tailscale}, {"wt", VpnKind::netbird},  {"zt", VpnKind::zerotier}};
  for (const auto& [start, kind] : kNames) {
    if (interface.name.starts_with(start)) return kind;
  }
  return is_bridge(interface.name) ? VpnKind::wg_easy : VpnKind::other;
}

/// The whole network of Tailscale: it gives out single addresses, and a phone may get any.
std::optional<Prefix> tailscale_network(const Prefix& address) {
  if (!box::is_of_overlay(address.base)) return std::nullopt;
  if (address.base.is_v4()) return kTailscaleIp4;
  constexpr unsigned kTailscaleIp6Length = 48;  // fd7a:115c:a1e0::/48
  return Prefix{address.base, kTailscaleIp6Length}.network();
}

/// A default route, or half of one, as VPN clients set it to get in front of the other.
bool carries_default_route(const Routes& routes, const std::string& interface) {
  return std::ranges::any_of(routes, [&](const Route& route) {
    return route.interface == interface && route.destination.length <= 1;
  });
}

/// The network that a route gives to an interface with a single address.
std::optional<Prefix> routed_network_around(const IpAddress& own, const std::string& interface,
                                            const Routes& routes) {
  for (const Route& route : routes) {
    const bool is_network = route.destination.length > 1 && route.destination.length < bits_of(own);
    if (route.interface == interface && is_network && route.destination.contains(own)) {
      return route.destination.network();
    }
  }
  return std::nullopt;
}

/// The range of the phones, as far as one of our own addresses tells.
VpnRange range_around(const Prefix& address, const Interface& interface, const Routes& routes) {
  VpnRange found{address.network(), kind_of(interface), interface.name, Doubt::none, address.base};
  if (address.length < bits_of(address.base)) return found;
  if (const auto whole = tailscale_network(address)) {
    found.range = *whole;
  } else if (const auto routed = routed_network_around(address.base, interface.name, routes)) {
    found.range = *routed;
  } else {
    found.range = Prefix{address.base, address.base.is_v4() ? 24U : 64U}.network();
    found.doubt = Doubt::single_address;
  }
  return found;
}

/// The networks in which this machine meets the Box.
std::vector<Prefix> home_networks(const Interfaces& interfaces, const IpAddress& towards_box) {
  const Interface* const home = box::interface_with(interfaces, towards_box);
  std::vector<Prefix> networks;
  if (home == nullptr) return networks;
  for (const Prefix& address : home->addresses) networks.push_back(address.network());
  return networks;
}

bool overlaps_any(const Prefix& range, const std::vector<Prefix>& others) {
  return std::ranges::any_of(others, [&](const Prefix& other) { return overlaps(range, other); });
}

class Search {
 public:
  Search(const Interfaces& interfaces, const Routes& routes, const IpAddress& towards_box)
      : interfaces_(interfaces), routes_(routes), home_(home_networks(interfaces, towards_box)) {
    home_interface_ = box::interface_with(interfaces, towards_box);
  }

  std::vector<VpnRange> run() {
    for (const Interface& interface : interfaces_) {
      const bool is_vpn = interface.is_vpn || is_network_of_wg_easy(interface);
      if (is_vpn && interface.is_up && &interface != home_interface_) look_at(interface);
    }
    for (const Route& route : routes_) look_at(route);
    return std::move(found_);
  }

 private:
  void look_at(const Interface& interface) {
    for (const Prefix& address : interface.addresses) {
      VpnRange range = range_around(address, interface, routes_);
      if (carries_default_route(routes_, interface.name)) range.doubt = Doubt::to_internet;
      if (overlaps_any(range.range, home_)) range.doubt = Doubt::in_home;
      // A public address is the far end of a line to the Internet, not a phone's.
      if (is_private(range.range)) add(std::move(range));
    }
  }

  /// A VPN whose server is another machine of the home network is a route to that machine.
  void look_at(const Route& route) {
    const bool is_network = route.destination.length > 1 && route.destination.length < 31;
    const bool leads_home = home_interface_ != nullptr && route.interface == home_interface_->name;
    if (!route.gateway || !is_network || !leads_home || !is_private(route.destination)) return;
    if (overlaps_any(route.destination, home_)) return;
    add({route.destination.network(), VpnKind::elsewhere, {}, Doubt::behind_gateway, route.gateway});
  }

  void add(VpnRange range) {
    const bool is_known =
        std::ranges::any_of(found_, [&](const VpnRange& other) { return other.range == range.range; });
    if (!is_known) found_.push_back(std::move(range));
  }

  const Interfaces& interfaces_;
  const Routes& routes_;
  std::vector<Prefix> home_;
  const Interface* home_interface_ = nullptr;
  std::vector<VpnRange> found_;
};

}  // namespace

std::vector<VpnRange> find_vpn_ranges(const Interfaces& interfaces, const Routes& routes,
                                      const IpAddress& towards_box) {
  return Search{interfaces, routes, towards_box}.run();
}

ByteView to_text(VpnKind kind) noexcept {
  switch (kind) {
    case VpnKind::wireguard:
      return "WireGuard";
    case VpnKind::openvpn:
      return "OpenVPN";
    case VpnKind::tailscale:
      return "Tailscale";
    case VpnKind::netbird:
      return "NetBird";
    case VpnKind::zerotier:
      return "ZeroTier";
    case VpnKind::wg_easy:
      return "wg-easy";
    case VpnKind::other:
    case VpnKind::elsewhere:
      return "VPN";
  }
  return "";
}

}  // namespace fapfon::setup
