// SPDX-License-Identifier: GPL-2.0-or-later
// `fapfon-proxy check [--json]` (SPEC N5): from the options to what is to be looked at, and the report.
#pragma once

#include "check/finding.hpp"
#include "options/options.hpp"

namespace fapfon::app {

/// Looks, and prints nothing.
check::Findings find_faults(const options::ReadOptions& read);

/// Looks, prints the report to stdout, and returns the exit code: 0 all well, 1 something is wrong, 2 could
/// not look.
int run_check_command(const options::ReadOptions& read);

}  // namespace fapfon::app
