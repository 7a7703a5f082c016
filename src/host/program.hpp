// SPDX-License-Identifier: GPL-2.0-or-later
// Runs one of the system's own tools: a fixed list of arguments, no shell, text in and text out, and
// never waited for longer than its deadline.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/expected.hpp"

namespace fapfon::host {

struct Finished {
  int exit_code = 0;  ///< 128 + signal when a signal ended it
  std::string out;
  std::string err;

  [[nodiscard]] bool ok() const noexcept { return exit_code == 0; }
};

/// Longer than any tool takes that only reads.
inline constexpr std::chrono::seconds kLookDeadline{3};
/// Longer than any tool takes that changes something, including its wait for locks of others.
inline constexpr std::chrono::seconds kChangeDeadline{30};

/// Where `program` is, by PATH. A PATH without any sbin folder (that of an ordinary user on Debian) gets
/// those of the system in addition. None when it is not installed.
std::optional<std::string> find_program(const std::string& program);

/// Runs `program` (a path) to its end with `input` as standard input, in the language C. What it leaves
/// running in the background is not waited for. An error when it could not be started, or did not end
/// before its deadline and was ended.
Expected<Finished, std::string> run(const std::string& program, const std::vector<std::string>& arguments,
                                    ByteView input = {},
                                    std::chrono::milliseconds deadline = kChangeDeadline);

}  // namespace fapfon::host
