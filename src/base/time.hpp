// SPDX-License-Identifier: GPL-2.0-or-later
// Time as the core sees it: an argument. Only app/ asks a clock (STYLE rule 9).
#pragma once

#include <chrono>

namespace fapfon {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;

/// "Never", for deadlines.
inline constexpr TimePoint kNever = TimePoint::max();

}  // namespace fapfon
