// SPDX-License-Identifier: GPL-2.0-or-later
#include "poller.hpp"

#include <algorithm>
#include <chrono>

#include <poll.h>

namespace fapfon::demo {
namespace {

volatile std::sig_atomic_t g_interrupted = 0;  // the one thing that a signal handler may write

void on_signal(int) {
  g_interrupted = 1;
}

}  // namespace

bool Poller::interrupted() noexcept {
  return g_interrupted != 0;
}

void Poller::catch_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;  // without SA_RESTART: poll() shall return
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void Poller::watch(int fd, Ready ready) {
  watches_.push_back({fd, std::move(ready)});
}

void Poller::wants_writing(int fd, bool wants) {
  for (Watch& watch : watches_) {
    if (watch.fd == fd) watch.writing = wants;
  }
}

void Poller::forget(int fd) {
  std::erase_if(watches_, [&](const Watch& watch) { return watch.fd == fd; });
}

bool Poller::run_until(const std::function<bool()>& seen, Duration limit) {
  const TimePoint end = Clock::now() + limit;
  while (!seen()) {
    if (interrupted() || Clock::now() >= end) return false;
    round(end);
  }
  return true;
}

void Poller::run_for(Duration duration) {
  run_until([] { return false; }, duration);
}

void Poller::round(TimePoint limit) {
  TimePoint next = limit;
  for (const Tick& tick : clocks_) next = std::min(next, tick(Clock::now()));
  std::vector<pollfd> fds;
  for (const Watch& watch : watches_) {
    fds.push_back({watch.fd, static_cast<short>(watch.writing ? POLLIN | POLLOUT : POLLIN), 0});
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now());
  const auto wait = std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 1000);
  if (poll(fds.data(), fds.size(), static_cast<int>(wait)) <= 0) return;
  for (const pollfd& fd : fds) {
    if (fd.revents != 0) dispatch(fd.fd, fd.revents);
  }
}

void Poller::dispatch(int fd, short events) {
  const auto watch =
      std::find_if(watches_.begin(), watches_.end(), [&](const Watch& w) { return w.fd == fd; });
  if (watch == watches_.end()) return;  // an earlier callback of this round has closed it
  const Ready ready = watch->ready;     // a copy: the callback may forget its own watch
  ready(events);
}

}  // namespace fapfon::demo
