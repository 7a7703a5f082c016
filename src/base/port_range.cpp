// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/port_range.hpp"

#include <algorithm>
#include <limits>

namespace fapfon {
namespace {

constexpr unsigned kHighest = std::numeric_limits<std::uint16_t>::max();

Unexpected<std::string> wrong(const char* remedy) {
  return Unexpected<std::string>(remedy);
}

}  // namespace

Expected<PortRange, std::string> PortRange::parse(ByteView text) {
  const std::size_t dash = std::min(text.find('-'), text.size());
  const auto first = parse_decimal<unsigned>(text.substr(0, dash));
  const auto last = parse_decimal<unsigned>(text.substr(std::min(dash + 1, text.size())));
  if (!first || !last) return wrong("is no port range; write the first and the last port, as 30000-32767");
  if (*first < kLowest || *first > kHighest || *last < kLowest || *last > kHighest) {
    return wrong("is out of range; use ports from 1024 to 65535");
  }
  if (*first > *last) return wrong("ends before it begins; write the lower port first");
  const PortRange range{static_cast<std::uint16_t>(*first), static_cast<std::uint16_t>(*last)};
  if (range.pair_count() == 0) return wrong("is too small; it needs an even port and the odd one above it");
  return range;
}

std::string PortRange::to_string() const {
  return std::to_string(first) + '-' + std::to_string(last);
}

}  // namespace fapfon
