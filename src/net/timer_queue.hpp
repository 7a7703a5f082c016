// SPDX-License-Identifier: GPL-2.0-or-later
// All timers of a loop in the order in which they are due, behind one timerfd. A system call is made only
// when the earliest timer changes, and a wait for sockets needs neither a clock nor a limit.
#pragma once

#include <cstdint>
#include <set>
#include <utility>

#include "base/time.hpp"
#include "net/fd.hpp"
#include "net/loop.hpp"

namespace fapfon::net {

class Timer;

class TimerQueue final : Watched {
 public:
  /// Throws std::system_error when the kernel refuses the descriptor.
  explicit TimerQueue(Loop& loop);
  ~TimerQueue();

  void insert(TimePoint when, Timer& timer);
  void erase(TimePoint when, Timer& timer);

 private:
  void on_ready(std::uint32_t events) override;
  void arm();

  Loop& loop_;
  Fd fd_;
  std::set<std::pair<TimePoint, Timer*>> planned_;
  TimePoint armed_ = kNever;  // what the kernel knows
};

}  // namespace fapfon::net
