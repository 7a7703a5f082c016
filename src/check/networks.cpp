// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/networks.hpp"

#include <algorithm>

namespace fapfon::check {

std::string ip4_mask(unsigned length) {
  constexpr unsigned kBits = 32;
  const Prefix all{IpAddress::v4(255, 255, 255, 255), std::min(length, kBits)};
  return all.network().base.to_string();
}

IpAddress sample_of(const Prefix& network, const IpAddress& taken) {
  const std::size_t low = network.base.is_v4() ? 3 : 15;
  for (const unsigned steps : {1U, 2U, 0U}) {
    auto bytes = network.last().bytes();
    bytes[low] = static_cast<std::uint8_t>(bytes[low] >= steps ? bytes[low] - steps : 0U);
    const IpAddress sample = IpAddress::from_bytes(network.base.family(), bytes);
    if (network.contains(sample) && sample != taken) return sample;
  }
  return network.network().base;
}

}  // namespace fapfon::check
