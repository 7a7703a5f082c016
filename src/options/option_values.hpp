// SPDX-License-Identifier: GPL-2.0-or-later
// The value of one option, from text to its type.
#pragma once

#include <string>
#include <vector>

#include "options/options.hpp"
#include "options/setting.hpp"

namespace fapfon::options {

/// Puts the settings of one source over what sources before it have set; a list that the source names
/// replaces what was there. What cannot be read is left out and told in `mistakes`.
void apply_settings(const Settings& settings, Options& options, std::vector<std::string>& mistakes);

}  // namespace fapfon::options
