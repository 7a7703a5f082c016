// SPDX-License-Identifier: GPL-2.0-or-later
// Address ranges ("172.20.0.0/16", "fd00::/8") and the rule who is served (SPEC N4).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/socket_address.hpp"

namespace fapfon {

/// All addresses that share their first `length` bits with `base`.
struct Prefix {
  IpAddress base;
  unsigned length = 0;

  /// Reads "172.20.0.0/16" or a single address; none when the length does not fit the family.
  static std::optional<Prefix> parse(ByteView text) noexcept;
  [[nodiscard]] bool contains(const IpAddress& ip) const noexcept;
  /// The same range with the bits behind its length cleared: 172.20.11.1/24 gives 172.20.11.0/24.
  [[nodiscard]] Prefix network() const noexcept;
  /// Its highest address: 172.20.11.255 for 172.20.11.1/24.
  [[nodiscard]] IpAddress last() const noexcept;
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const Prefix&, const Prefix&) = default;
};

/// True when the two have an address in common.
bool overlaps(const Prefix& a, const Prefix& b) noexcept;

/// True when one of `ranges` contains `ip`.
bool is_in(const IpAddress& ip, const std::vector<Prefix>& ranges) noexcept;

/// SPEC N4 when neither VPN nor --allow is given: RFC 1918, RFC 6598, ULA and link-local.
const std::vector<Prefix>& private_ranges();

/// True when `ip` is loopback or in one of `ranges` (SPEC N4).
bool is_allowed(const IpAddress& ip, const std::vector<Prefix>& ranges) noexcept;

}  // namespace fapfon
