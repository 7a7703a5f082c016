// SPDX-License-Identifier: GPL-2.0-or-later
// Time as the core sees it: an argument. Only app/ asks a clock (STYLE rule 9).
#pragma once

#include <algorithm>
#include <chrono>

namespace fapfon {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;

/// "Never", for deadlines.
inline constexpr TimePoint kNever = TimePoint::max();

/// A time that somebody else has written down, when it can only be past: later ones become `now`, and those
/// that are too long ago to reckon with become ten years.
constexpr TimePoint past(TimePoint time, TimePoint now) noexcept {
  constexpr Duration kLongAgo = std::chrono::hours(24 * 3'652);
  return std::clamp(time, now - kLongAgo, now);
}

/// The same for a time that may lie ahead, by `most` at most.
constexpr TimePoint at_most(TimePoint time, Duration most, TimePoint now) noexcept {
  return time > now ? std::min(time, now + most) : past(time, now);
}

}  // namespace fapfon
