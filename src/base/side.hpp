// SPDX-License-Identifier: GPL-2.0-or-later
// The two sides between which everything passes, signalling and media alike; no other word is used for them.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace fapfon {

enum class Side : std::uint8_t { phone, box };

/// The opposite side.
constexpr Side other(Side side) noexcept {
  return side == Side::phone ? Side::box : Side::phone;
}

/// "phone" or "box", for log and dump.
constexpr ByteView to_text(Side side) noexcept {
  return side == Side::phone ? "phone" : "box";
}

/// One value for each side.
template <typename T>
struct BothSides {
  T phone{};
  T box{};

  [[nodiscard]] T& of(Side side) noexcept { return side == Side::phone ? phone : box; }
  [[nodiscard]] const T& of(Side side) const noexcept { return side == Side::phone ? phone : box; }

  friend bool operator==(const BothSides&, const BothSides&) = default;
};

}  // namespace fapfon
