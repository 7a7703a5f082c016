// SPDX-License-Identifier: GPL-2.0-or-later
// Values as they stand in the settings file.
#pragma once

#include <string>
#include <vector>

#include "base/prefix.hpp"
#include "box/box_name.hpp"

namespace fapfon::setup {

/// "192.168.178.1", "fritz.box:5061": without the port that is the default.
std::string setting_text(const box::BoxName& name);
/// "10.6.0.0/24 10.8.0.0/24"
std::string setting_text(const std::vector<Prefix>& ranges);

}  // namespace fapfon::setup
