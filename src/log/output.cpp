// SPDX-License-Identifier: GPL-2.0-or-later
#include "log/output.hpp"

#include <algorithm>
#include <cerrno>

#include <limits.h>
#include <poll.h>
#include <unistd.h>

namespace fapfon::log {
namespace {

/// What a pipe that polls as writable takes without blocking (pipe(7)).
constexpr std::size_t kPieceBytes = PIPE_BUF;
constexpr int kPatienceMilliseconds = 100;

}  // namespace

bool Output::has_room() noexcept {
  pollfd ready{fd_, POLLOUT, 0};
  stalled_ = ::poll(&ready, 1, stalled_ ? 0 : kPatienceMilliseconds) == 0;
  return !stalled_;
}

bool Output::write(ByteView text) noexcept {
  while (!text.empty()) {
    if (!has_room()) return false;
    const ssize_t count = ::write(fd_, text.data(), std::min(text.size(), kPieceBytes));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace fapfon::log
