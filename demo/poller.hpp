// SPDX-License-Identifier: GPL-2.0-or-later
// The demo's event loop: poll(2), a few callbacks and one list of clocks. The daemon has a better one
// (net/loop); this one runs until something has been seen or a time is over, which is what a show needs.
#pragma once

#include <csignal>
#include <functional>
#include <vector>

#include "base/time.hpp"

namespace fapfon::demo {

class Poller {
 public:
  using Ready = std::function<void(short events)>;
  using Tick = std::function<TimePoint(TimePoint now)>;

  /// Calls `ready` when `fd` can be read, and while wants_writing(fd, true) also when it can be written.
  void watch(int fd, Ready ready);
  void wants_writing(int fd, bool wants);
  void forget(int fd);

  /// Called in every round; does what is due and returns when it wants to be called next.
  void add_clock(Tick tick) { clocks_.push_back(std::move(tick)); }

  /// Runs until `seen` is true; false when `limit` is over first or the user has pressed Ctrl-C.
  bool run_until(const std::function<bool()>& seen, Duration limit);
  /// Runs for this long, or until Ctrl-C.
  void run_for(Duration duration);

  /// True once SIGINT or SIGTERM has come.
  static bool interrupted() noexcept;
  /// Makes SIGINT and SIGTERM end run_until instead of the program.
  static void catch_signals();

 private:
  struct Watch {
    int fd;
    Ready ready;
    bool writing = false;
  };
  void round(TimePoint limit);
  void dispatch(int fd, short events);

  std::vector<Watch> watches_;
  std::vector<Tick> clocks_;
};

}  // namespace fapfon::demo
