// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/timer_queue.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>

#include <sys/timerfd.h>

#include "net/timer.hpp"

namespace fapfon::net {
namespace {

int open_timerfd() {
  const int fd = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);  // the clock of base/time.hpp
  if (fd < 0) throw std::system_error(errno, std::system_category(), "timerfd_create");
  return fd;
}

}  // namespace

TimerQueue::TimerQueue(Loop& loop) : loop_(loop), fd_(open_timerfd()) {
  if (!loop.watch(fd_.number(), EPOLLIN, *this)) {
    throw std::system_error(errno, std::system_category(), "epoll_ctl");
  }
}

TimerQueue::~TimerQueue() {
  loop_.unwatch(fd_.number(), *this);
}

void TimerQueue::insert(TimePoint when, Timer& timer) {
  planned_.emplace(when, &timer);
  if (when < armed_) arm();
}

// The kernel is not told: a needless wake-up costs no more, and most timers are planned again at once.
void TimerQueue::erase(TimePoint when, Timer& timer) {
  planned_.erase({when, &timer});
}

void TimerQueue::on_ready(std::uint32_t /*events*/) {
  const TimePoint now = Clock::now();
  // A timer that plans itself again for a time already past runs after the sockets have had their turn.
  for (std::size_t left = planned_.size(); left > 0 && !planned_.empty(); --left) {
    const auto [when, timer] = *planned_.begin();
    if (when > now) break;
    planned_.erase(planned_.begin());
    timer->fire();
  }
  arm();
}

void TimerQueue::arm() {
  armed_ = planned_.empty() ? kNever : planned_.begin()->first;
  using std::chrono::nanoseconds;
  // 0 would switch the timer off. A new setting also clears the readiness of the old one.
  const auto at =
      planned_.empty() ? nanoseconds{0} : std::max(nanoseconds{1}, nanoseconds{armed_.time_since_epoch()});
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at);
  itimerspec setting{};
  setting.it_value.tv_sec = static_cast<time_t>(seconds.count());  // 32 bits on armhf
  setting.it_value.tv_nsec = static_cast<long>((at - seconds).count());
  ::timerfd_settime(fd_.number(), TFD_TIMER_ABSTIME, &setting, nullptr);
}

}  // namespace fapfon::net
