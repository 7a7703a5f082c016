// SPDX-License-Identifier: GPL-2.0-or-later
// Writes to stdout or stderr without making phones wait. The reader of a pipe ("| less") may stop reading,
// and a write to a full pipe blocks. The program waits a moment once; after that it leaves out what the
// reader does not take, until the reader goes on.
#pragma once

#include <cstddef>

#include "base/bytes.hpp"

namespace fapfon::log {

class Output {
 public:
  explicit Output(int fd) noexcept : fd_(fd) {}

  /// False when not all of it was written.
  bool write(ByteView text) noexcept;
  /// True when a line up to a few thousand bytes can be written without waiting for long.
  bool has_room() noexcept;

 private:
  int fd_;
  bool stalled_ = false;
};

}  // namespace fapfon::log
