// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/timer.hpp"

#include <utility>

#include "net/loop.hpp"
#include "net/timer_queue.hpp"

namespace fapfon::net {

Timer::Timer(Loop& loop) : queue_(loop.timers()) {}

Timer::~Timer() {
  stop();
}

void Timer::start_at(TimePoint when, std::function<void()> call) {
  stop();
  call_ = std::move(call);
  when_ = when;
  planned_ = true;
  queue_.insert(when, *this);
}

void Timer::start_after(Duration delay, std::function<void()> call) {
  start_at(Clock::now() + delay, std::move(call));
}

void Timer::stop() {
  if (planned_) queue_.erase(when_, *this);
  planned_ = false;
  call_ = nullptr;
}

void Timer::fire() {
  planned_ = false;
  const auto now_due = std::exchange(call_, nullptr);  // the call may start the timer again, or destroy it
  if (now_due) now_due();
}

}  // namespace fapfon::net
