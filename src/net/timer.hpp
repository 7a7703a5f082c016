// SPDX-License-Identifier: GPL-2.0-or-later
// One timer of the loop. None is ever started for a message: a connection that is dialled or closed
// has one, and the core has one for all its deadlines.
#pragma once

#include <functional>

#include "base/time.hpp"

namespace fapfon::net {

class Loop;
class TimerQueue;

class Timer {
 public:
  explicit Timer(Loop& loop);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// Calls `call` once, at `when`, instead of what was planned before. The timer may be destroyed or
  /// started again in the call.
  void start_at(TimePoint when, std::function<void()> call);
  /// The same, `delay` from now.
  void start_after(Duration delay, std::function<void()> call);
  void stop();

 private:
  friend class TimerQueue;
  void fire();

  TimerQueue& queue_;
  TimePoint when_ = kNever;
  bool planned_ = false;
  std::function<void()> call_;
};

}  // namespace fapfon::net
