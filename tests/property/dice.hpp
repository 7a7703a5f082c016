// SPDX-License-Identifier: GPL-2.0-or-later
// Chance that repeats itself: the same seed gives the same throws on every machine (the standard's
// distributions do not promise that). FAPFON_SEED=n in the environment starts the runs somewhere else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace fapfon::property {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  /// 0 to count - 1.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }
  /// True once in `times`.
  bool once_in(std::size_t times) { return below(times) == 0; }
  template <typename Range>
  const auto& one_of(const Range& range) {
    return *std::next(std::begin(range), static_cast<std::ptrdiff_t>(below(std::size(range))));
  }

 private:
  std::mt19937_64 engine_;
};

/// The seed of the first run; the others count up from it.
inline std::uint64_t first_seed() {
  const char* chosen = std::getenv("FAPFON_SEED");
  return chosen != nullptr ? std::strtoull(chosen, nullptr, 10) : 20260;
}

/// Calls `check(Dice&)` `count` times, each with a seed of its own that a failure prints.
template <typename Check>
void for_each_seed(std::size_t count, Check&& check) {
  for (std::uint64_t seed = first_seed(); seed < first_seed() + count; ++seed) {
    SCOPED_TRACE("FAPFON_SEED=" + std::to_string(seed));
    Dice dice(seed);
    check(dice);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace fapfon::property
