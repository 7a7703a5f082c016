// SPDX-License-Identifier: GPL-2.0-or-later
// Signals as bytes in a pipe, so that the loop finds them among its sockets: a signal handler may do nothing
// but system calls. No signalfd: that needs the signals blocked, and programs that this one starts would
// inherit it.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <vector>

#include "net/fd.hpp"
#include "net/loop.hpp"

namespace fapfon::net {

/// Only one may exist in the process.
class SignalPipe final : Watched {
 public:
  /// Throws std::system_error when the kernel refuses the descriptors.
  SignalPipe(Loop& loop, std::initializer_list<int> signals, std::function<void(int)> call);
  ~SignalPipe();

 private:
  void on_ready(std::uint32_t events) override;

  Loop& loop_;
  std::vector<int> signals_;
  std::function<void(int)> call_;
  Fd reading_;
  Fd writing_;
};

}  // namespace fapfon::net
