// SPDX-License-Identifier: GPL-2.0-or-later
// The process's own arguments, environment and files as sources of options.
#pragma once

#include <string>
#include <vector>

#include "options/options.hpp"

namespace fapfon::options {

Sources surroundings(std::vector<std::string> arguments, std::size_t descriptor_count);

}  // namespace fapfon::options
