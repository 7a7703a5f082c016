// SPDX-License-Identifier: GPL-2.0-or-later
// A range of UDP ports for media (--rtp-ports). RTP takes an even port and RTCP the odd one above it (RFC
// 3550 section 11), so what counts is how many such pairs lie in the range.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.hpp"
#include "base/expected.hpp"

namespace fapfon {

enum class PortRangeError : std::uint8_t {
  no_range,           ///< not two numbers with '-' between them
  out_of_range,       ///< a port below PortRange::kLowest, or above 65535
  ends_before_begin,  ///< "32767-30000"
  too_small,          ///< without an even port and the odd one above it
};

/// All ports from `first` to `last`, both included.
struct PortRange {
  /// Ports below belong to the system's services and need rights that the program does not have.
  static constexpr std::uint16_t kLowest = 1024;

  std::uint16_t first = 0;
  std::uint16_t last = 0;

  /// Reads "30000-32767".
  static Expected<PortRange, PortRangeError> parse(ByteView text);
  [[nodiscard]] std::string to_string() const;

  [[nodiscard]] constexpr bool contains(std::uint16_t port) const noexcept {
    return first <= port && port <= last;
  }
  /// Even ports whose odd neighbour above is in the range too.
  [[nodiscard]] constexpr std::size_t pair_count() const noexcept {
    const unsigned behind_last_pair = (last + 1U) / 2U;
    const unsigned first_pair = (first + 1U) / 2U;
    return behind_last_pair > first_pair ? behind_last_pair - first_pair : 0U;
  }
  /// The even port of the pair number `index`, which is below pair_count().
  [[nodiscard]] constexpr std::uint16_t pair(std::size_t index) const noexcept {
    return static_cast<std::uint16_t>(((first + 1U) / 2U + index) * 2U);
  }

  friend bool operator==(const PortRange&, const PortRange&) = default;
};

}  // namespace fapfon
