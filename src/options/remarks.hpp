// SPDX-License-Identifier: GPL-2.0-or-later
// Options that can be understood, and are probably not what was meant: one address instead of a range, a port
// range across the SIP port. None of them stops the program. `check` judges the same things at length; these
// lines are for the log at start and for --check-config.
#pragma once

#include <string>
#include <vector>

#include "options/options.hpp"

namespace fapfon::options {

/// A line each: what was written, what it means, what to write instead.
std::vector<std::string> remarks_on(const Options& options, const net::Interfaces& interfaces);

}  // namespace fapfon::options
