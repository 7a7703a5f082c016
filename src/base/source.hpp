// SPDX-License-Identifier: GPL-2.0-or-later
// Whom limits are counted for (SPEC L9): an IPv4 address, or an IPv6 /64, as every host can use all addresses
// of its /64.
#pragma once

#include "base/socket_address.hpp"

namespace fapfon {

/// The source that `ip` belongs to, as its lowest address.
constexpr IpAddress source_of(const IpAddress& ip) noexcept {
  if (!ip.is_v6()) return ip;
  auto bytes = ip.bytes();
  for (std::size_t i = 8; i < bytes.size(); ++i) bytes[i] = 0;
  return IpAddress::from_bytes(Family::ip6, bytes);
}

}  // namespace fapfon
