// SPDX-License-Identifier: GPL-2.0-or-later
// Questions to a person: lines in, Ctrl-C at any time.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace fapfon::app {

/// While it lives, Ctrl-C does not end the program; it ends the wait that is going on.
class Terminal {
 public:
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  Terminal(Terminal&&) = delete;
  Terminal& operator=(Terminal&&) = delete;

  /// A person can be asked: standard input is a terminal.
  [[nodiscard]] static bool is_there();
  /// Shows `prompt` and reads one line; none at the end of input and after Ctrl-C.
  std::optional<std::string> ask(const std::string& prompt);
  /// False after Ctrl-C.
  bool pause(std::chrono::milliseconds time);
  /// Ctrl-C was pressed.
  [[nodiscard]] bool is_interrupted() const noexcept;
};

}  // namespace fapfon::app
