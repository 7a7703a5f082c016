// SPDX-License-Identifier: GPL-2.0-or-later
// Whole files as text: settings, and what /proc and /sys tell.
#pragma once

#include <optional>
#include <string>

#include "base/expected.hpp"

namespace fapfon::host {

/// All of a file, or why it cannot be read ("No such file or directory", "Is a directory").
Expected<std::string, std::string> text_of_file(const std::string& path);

/// The number that a file of /proc/sys holds; none when it cannot be read or is not a number.
std::optional<int> number_in_file(const std::string& path);

}  // namespace fapfon::host
