// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/vpn_view.hpp"

#include <algorithm>

namespace fapfon::check {
namespace {

bool has_address(const Interface& interface, const IpAddress& ip) {
  return std::any_of(interface.addresses.begin(), interface.addresses.end(),
                     [&](const Prefix& address) { return address.base == ip; });
}

bool is_in(const std::vector<Prefix>& ranges, const IpAddress& ip) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Prefix& range) { return range.contains(ip); });
}

bool has_address_in(const Interface& interface, const std::vector<Prefix>& ranges) {
  return std::any_of(interface.addresses.begin(), interface.addresses.end(),
                     [&](const Prefix& address) { return is_in(ranges, address.base); });
}

/// The network of the phones when all that is known is our own address in it: its own network, or, where a
/// tunnel has a single address, what such tunnels usually have (Tailscale: RFC 6598; OpenVPN: /24).
Prefix network_around(const Prefix& address) {
  const unsigned bits = address.base.is_v4() ? 32 : 128;
  if (address.length < bits) return network_of(address);
  const Prefix shared{IpAddress::v4(100, 64, 0, 0), 10};
  if (shared.contains(address.base)) return shared;
  return network_of({address.base, address.base.is_v4() ? 24U : 64U});
}

}  // namespace

const Interface* home_interface(const Facts& facts) {
  if (!facts.box || !facts.box->local) return nullptr;
  for (const Interface& interface : facts.interfaces) {
    if (has_address(interface, facts.box->local)) return &interface;
  }
  return nullptr;
}

std::optional<Prefix> home_network(const Facts& facts) {
  const Interface* const home = home_interface(facts);
  if (home == nullptr) return std::nullopt;
  for (const Prefix& address : home->addresses) {
    if (address.base == facts.box->local) return network_of(address);
  }
  return std::nullopt;
}

std::vector<const Interface*> vpn_interfaces(const Facts& facts) {
  const Interface* const home = home_interface(facts);
  std::vector<const Interface*> found;
  for (const Interface& interface : facts.interfaces) {
    const bool is_candidate = interface.is_vpn || has_address_in(interface, facts.subject.vpn);
    if (is_candidate && interface.is_up && &interface != home) found.push_back(&interface);
  }
  // With VPN= set, a tunnel with other addresses is somebody else's; without any that fits it is shown all
  // the same, as the range may be the mistake.
  std::vector<const Interface*> fitting;
  std::copy_if(found.begin(), found.end(), std::back_inserter(fitting),
               [&](const Interface* interface) { return has_address_in(*interface, facts.subject.vpn); });
  return fitting.empty() ? found : fitting;
}

std::vector<Prefix> phone_networks(const Facts& facts, Family family) {
  std::vector<Prefix> networks;
  const auto add_of_family = [&](const Prefix& network) {
    if (network.base.family() == family) networks.push_back(network);
  };
  for (const Prefix& range : facts.subject.vpn) add_of_family(range);
  if (!facts.subject.vpn.empty()) return networks;
  for (const Interface* interface : vpn_interfaces(facts)) {
    for (const Prefix& address : interface->addresses) add_of_family(network_around(address));
  }
  if (!networks.empty()) return networks;
  for (const Prefix& range : private_ranges()) add_of_family(range);
  return networks;
}

std::optional<VpnSide> vpn_side(const Facts& facts, Family family) {
  for (const Interface* interface : vpn_interfaces(facts)) {
    for (const Prefix& address : interface->addresses) {
      if (address.base.family() == family) return VpnSide{address.base, interface};
    }
  }
  return std::nullopt;
}

IpAddress phone_in(const Facts& facts, const Prefix& network) {
  for (const Interface& interface : facts.interfaces) {
    for (const Prefix& address : interface.addresses) {
      if (network.contains(address.base)) return sample_of(network, address.base);
    }
  }
  return sample_of(network);
}

std::string interface_of_phone(const Facts& facts, const IpAddress& phone) {
  const auto interfaces = vpn_interfaces(facts);
  for (const Interface* interface : interfaces) {
    for (const Prefix& address : interface->addresses) {
      if (network_of(address).contains(phone)) return interface->name;
    }
  }
  return interfaces.size() == 1 ? interfaces.front()->name : std::string{};
}

bool is_own_address(const Facts& facts, const IpAddress& ip) {
  return ip.is_loopback() ||
         std::any_of(facts.interfaces.begin(), facts.interfaces.end(),
                     [&](const Interface& interface) { return has_address(interface, ip); });
}

}  // namespace fapfon::check
