// SPDX-License-Identifier: GPL-2.0-or-later
// The identifiers of the relay, and how one of its ports is named.
#pragma once

#include <cstdint>

#include "base/ids.hpp"

namespace fapfon::relay {

/// The media of one call.
using SessionId = Id<struct SessionTag>;
/// Two ports of ours next to each other: RTP and RTCP.
using PairId = Id<struct PairTag>;

/// Which port of a pair. Streams that are no RTP use the first only.
enum class Component : std::uint8_t { rtp, rtcp };

struct MediaPort {
  PairId pair;
  Component component = Component::rtp;

  friend bool operator==(const MediaPort&, const MediaPort&) = default;
};

/// The two sides of each stream.
enum class Leg : std::uint8_t { phone, box };

constexpr Leg other(Leg leg) noexcept {
  return leg == Leg::phone ? Leg::box : Leg::phone;
}

/// One value for each leg.
template <typename T>
struct BothLegs {
  T phone{};
  T box{};

  [[nodiscard]] T& of(Leg leg) noexcept { return leg == Leg::phone ? phone : box; }
  [[nodiscard]] const T& of(Leg leg) const noexcept { return leg == Leg::phone ? phone : box; }
};

}  // namespace fapfon::relay
