// SPDX-License-Identifier: GPL-2.0-or-later
// Reading what the system tells about itself: files of /proc and /sys, and programs that only look. A
// program is started without a shell, with fixed arguments, and never waited for longer than its deadline.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"

namespace fapfon::check {

/// All of a file; none when it cannot be read.
std::optional<std::string> text_of_file(const std::string& path);

/// The number that a file of /proc/sys holds.
std::optional<int> number_in_file(const std::string& path);

struct ProgramOutput {
  int exit_code = 0;
  std::string out;
  std::string err;
};

enum class ProgramFailure : std::uint8_t {
  missing,   ///< no program of this name
  too_slow,  ///< ended by us at its deadline
  broken,    ///< no pipe, no process, or ended by a signal
};

/// Longer than any of them takes; SPEC N5 must never hang.
inline constexpr std::chrono::seconds kProgramDeadline{3};

/// Runs `command` (its first word is looked up in PATH and in the sbin folders, which users of Debian do not
/// have in theirs) with nothing to read, in the language C.
Expected<ProgramOutput, ProgramFailure> run_program(const std::vector<std::string>& command,
                                                    std::chrono::milliseconds deadline = kProgramDeadline);

}  // namespace fapfon::check
