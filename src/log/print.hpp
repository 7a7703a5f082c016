// SPDX-License-Identifier: GPL-2.0-or-later
// What commands print: results to stdout, errors to stderr with the program's name in front.
#pragma once

#include <string>

namespace fapfon::log {

/// 0, or 1 when stdout cannot take it (a full disk, a closed pipe).
int print(const std::string& text);

/// Prints the line to stderr and returns `exit_code`.
int fail(const std::string& line, int exit_code);

}  // namespace fapfon::log
