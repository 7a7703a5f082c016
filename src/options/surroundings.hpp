// SPDX-License-Identifier: GPL-2.0-or-later
// The process's own arguments, environment and files as sources of options.
#pragma once

#include <string>
#include <vector>

#include "options/options.hpp"

namespace fapfon::options {

/// `arguments` without the program's name; `descriptor_count` as host::raise_descriptor_limit() returns it.
/// The environment is copied, files are read when read_options() asks for them.
Sources surroundings(std::vector<std::string> arguments, std::size_t descriptor_count);

}  // namespace fapfon::options
