// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/networks.hpp"

#include <algorithm>

#include "firewall/rules.hpp"

namespace fapfon::check {

Prefix network_of(const Prefix& address) {
  return {firewall::AddressRange::of(address).first, address.length};
}

bool overlap(const Prefix& a, const Prefix& b) {
  return a.length <= b.length ? a.contains(b.base) : b.contains(a.base);
}

std::string ip4_mask(unsigned length) {
  constexpr unsigned kBits = 32;
  const Prefix all{IpAddress::v4(255, 255, 255, 255), std::min(length, kBits)};
  return network_of(all).base.to_string();
}

IpAddress sample_of(const Prefix& network, const IpAddress& taken) {
  const firewall::AddressRange range = firewall::AddressRange::of(network);
  const auto before_last = [&](unsigned steps) {
    auto bytes = range.last.bytes();
    const std::size_t low = network.base.is_v4() ? 3 : 15;
    bytes[low] = static_cast<std::uint8_t>(bytes[low] >= steps ? bytes[low] - steps : 0U);
    if (network.base.is_v4()) return IpAddress::v4(bytes[0], bytes[1], bytes[2], bytes[3]);
    in6_addr ip6{};
    std::copy(bytes.begin(), bytes.end(), std::begin(ip6.s6_addr));
    return IpAddress::from(ip6);
  };
  for (const unsigned steps : {1U, 2U, 0U}) {
    const IpAddress sample = before_last(steps);
    if (range.contains(sample) && sample != taken) return sample;
  }
  return range.first;
}

}  // namespace fapfon::check
