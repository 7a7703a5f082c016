// SPDX-License-Identifier: GPL-2.0-or-later
// The real program as a child process, with its log line by line. The child ends with the demo, however
// that ends.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "net/fd.hpp"
#include "poller.hpp"

namespace fapfon::demo {

class Child {
 public:
  /// Throws when it cannot be started. `line` gets each line of stdout and stderr, without its end.
  Child(Poller& poller, const std::vector<std::string>& command,
        std::function<void(const std::string&)> line);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  [[nodiscard]] bool has_ended();
  /// SIGTERM, and SIGKILL to a child that does not obey; the exit code, -1 when a signal ended it.
  int stop();

 private:
  void read_log();
  void reap(bool wait);

  Poller& poller_;
  std::function<void(const std::string&)> line_;
  net::Fd log_;
  std::string unfinished_;
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};

}  // namespace fapfon::demo
