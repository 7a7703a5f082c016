// SPDX-License-Identifier: GPL-2.0-or-later
// The process's own arguments, environment and files as sources of options.
#pragma once

#include <string>
#include <vector>

#include "app/options.hpp"

namespace fapfon::app {

Sources surroundings(std::vector<std::string> arguments, std::size_t descriptor_count);

}  // namespace fapfon::app
