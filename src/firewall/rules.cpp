// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall/rules.hpp"

namespace fapfon::firewall {

AddressRange AddressRange::of(const Prefix& prefix) {
  return {prefix.network().base, prefix.last()};
}

Prefix AddressRange::covering() const noexcept {
  Prefix network{first, first.is_v4() ? 32U : 128U};
  while (network.length > 0 && !network.contains(last)) --network.length;
  return network.network();
}

bool AddressRange::contains(const IpAddress& ip) const noexcept {
  return ip.family() == first.family() && first <= ip && ip <= last;
}

bool Chain::sees(Family ip_family) const noexcept {
  if (family == "inet") return true;
  return family == (ip_family == Family::ip4 ? "ip" : "ip6");
}

}  // namespace fapfon::firewall
