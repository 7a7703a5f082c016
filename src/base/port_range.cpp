// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/port_range.hpp"

#include <algorithm>
#include <limits>

namespace fapfon {
namespace {

constexpr unsigned kHighest = std::numeric_limits<std::uint16_t>::max();

}  // namespace

Expected<PortRange, PortRangeError> PortRange::parse(ByteView text) {
  const std::size_t dash = std::min(text.find('-'), text.size());
  const auto first = parse_decimal<unsigned>(text.substr(0, dash));
  const auto last = parse_decimal<unsigned>(text.substr(std::min(dash + 1, text.size())));
  if (!first || !last) return Unexpected<PortRangeError>(PortRangeError::no_range);
  if (*first < kLowest || *first > kHighest || *last < kLowest || *last > kHighest) {
    return Unexpected<PortRangeError>(PortRangeError::out_of_range);
  }
  if (*first > *last) return Unexpected<PortRangeError>(PortRangeError::ends_before_begin);
  const PortRange range{static_cast<std::uint16_t>(*first), static_cast<std::uint16_t>(*last)};
  if (range.pair_count() == 0) return Unexpected<PortRangeError>(PortRangeError::too_small);
  return range;
}

std::string PortRange::to_string() const {
  return std::to_string(first) + '-' + std::to_string(last);
}

}  // namespace fapfon
