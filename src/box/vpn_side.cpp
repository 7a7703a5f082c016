// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/vpn_side.hpp"

#include <algorithm>
#include <iterator>

namespace fapfon::box {
namespace {

using net::Interface;
using net::Interfaces;

bool has_address(const Interface& interface, const IpAddress& ip) {
  return std::any_of(interface.addresses.begin(), interface.addresses.end(),
                     [&](const Prefix& address) { return address.base == ip; });
}

bool has_address_in(const Interface& interface, const std::vector<Prefix>& ranges) {
  return std::any_of(interface.addresses.begin(), interface.addresses.end(),
                     [&](const Prefix& address) { return is_in(address.base, ranges); });
}

/// None when the interface has no address of this family.
IpAddress address_in(const Interface& interface, const std::vector<Prefix>& vpn, Family family) {
  IpAddress first;
  for (const Prefix& address : interface.addresses) {
    if (address.base.family() != family) continue;
    if (is_in(address.base, vpn)) return address.base;
    if (!first) first = address.base;
  }
  return first;
}

}  // namespace

const Interface* interface_with(const Interfaces& interfaces, const IpAddress& ip) {
  const auto found = std::find_if(interfaces.begin(), interfaces.end(),
                                  [&](const Interface& interface) { return has_address(interface, ip); });
  return found == interfaces.end() ? nullptr : &*found;
}

std::vector<const Interface*> vpn_interfaces(const Interfaces& interfaces, const IpAddress& towards_box,
                                             const std::vector<Prefix>& vpn) {
  const Interface* const home = interface_with(interfaces, towards_box);
  std::vector<const Interface*> found;
  for (const Interface& interface : interfaces) {
    const bool is_candidate = interface.is_vpn || has_address_in(interface, vpn);
    if (is_candidate && interface.is_up && &interface != home) found.push_back(&interface);
  }
  // With VPN= set, a tunnel with other addresses is not the phones'. If no tunnel fits, all of them are
  // returned, because the range may be the mistake.
  std::vector<const Interface*> fitting;
  std::copy_if(found.begin(), found.end(), std::back_inserter(fitting),
               [&](const Interface* interface) { return has_address_in(*interface, vpn); });
  return fitting.empty() ? found : fitting;
}

bool is_of_overlay(const IpAddress& ip) {
  static const Prefix tailscale_ip4{IpAddress::v4(100, 64, 0, 0), 10};
  static const Prefix tailscale_ip6 = Prefix::parse("fd7a:115c:a1e0::/48").value();
  return tailscale_ip4.contains(ip) || tailscale_ip6.contains(ip);
}

std::vector<VpnSide> vpn_sides(const std::vector<const Interface*>& interfaces,
                               const std::vector<Prefix>& vpn, Family family) {
  std::vector<VpnSide> sides;
  for (const Interface* interface : interfaces) {
    if (const IpAddress ip = address_in(*interface, vpn, family)) sides.push_back({ip, interface});
  }
  return sides;
}

}  // namespace fapfon::box
