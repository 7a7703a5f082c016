// SPDX-License-Identifier: GPL-2.0-or-later
// A token bucket for log lines that the network can provoke (SPEC section 6): a burst passes, a flood is
// counted, and the next line that passes says how many were left out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "base/time.hpp"

namespace fapfon::log {

class RateLimit {
 public:
  /// Up to `burst` lines at once; after that one line in every `refill`.
  RateLimit(std::size_t burst, Duration refill) : burst_(burst), refill_(refill), tokens_(burst) {}

  /// How many lines were left out before this one, or none when this one is left out too.
  std::optional<std::size_t> admit(TimePoint now) {
    const auto gained = filled_ == TimePoint{} ? 0 : (now - filled_) / refill_;
    if (gained > 0 || filled_ == TimePoint{}) {
      tokens_ = std::min(burst_, tokens_ + static_cast<std::size_t>(gained));
      filled_ = filled_ == TimePoint{} ? now : filled_ + gained * refill_;
    }
    if (tokens_ == 0) {
      ++suppressed_;
      return std::nullopt;
    }
    --tokens_;
    return std::exchange(suppressed_, 0);
  }

  /// Lines left out since the last that passed; starts to count again.
  std::size_t take_suppressed() { return std::exchange(suppressed_, 0); }

 private:
  std::size_t burst_;
  Duration refill_;  // one token in this time
  std::size_t tokens_;
  std::size_t suppressed_ = 0;
  TimePoint filled_{};  // when tokens_ was right
};

}  // namespace fapfon::log
