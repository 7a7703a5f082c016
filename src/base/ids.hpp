// SPDX-License-Identifier: GPL-2.0-or-later
// Identifiers instead of pointers (STYLE rule 11). An id never names another object: the generation makes
// the id of an object that is gone different from the id of the one in its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace fapfon {

template <typename Tag>
struct Id {
  std::uint32_t index = 0;
  std::uint32_t generation = 0;  ///< 0: names nothing

  constexpr explicit operator bool() const noexcept { return generation != 0; }
  friend constexpr bool operator==(const Id&, const Id&) noexcept = default;
};

}  // namespace fapfon

template <typename Tag>
struct std::hash<fapfon::Id<Tag>> {
  std::size_t operator()(const fapfon::Id<Tag>& id) const noexcept {
    return std::hash<std::uint64_t>{}((std::uint64_t{id.generation} << 32U) | id.index);
  }
};
