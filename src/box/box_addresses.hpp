// SPDX-License-Identifier: GPL-2.0-or-later
// All addresses of the Box, for commands that need them at once: NAT rules match each of them, because a
// phone may use any.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "box/box_name.hpp"
#include "box/box_place.hpp"

namespace fapfon::box {

/// Resolves `name`, or looks for a Box when there is none, and leaves out what no route leads to. The error
/// names the Box and the cause.
Expected<std::vector<BoxPlace>, std::string> box_addresses(
    const std::optional<BoxName>& name, std::chrono::milliseconds patience = std::chrono::seconds{5});

}  // namespace fapfon::box
