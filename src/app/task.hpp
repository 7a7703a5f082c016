// SPDX-License-Identifier: GPL-2.0-or-later
// From what the program was asked to do to its exit code: the daemon, a command, or what was wrong with the
// question.
#pragma once

#include "options/options.hpp"

namespace fapfon::app {

/// In the language of the environment, or in English when a program reads what is printed (--json):
/// prints what cannot be read of the command line and of the configuration, and does the task unless that
/// prevents it: `check` reports mistakes of the configuration itself, and `nat cleanup` works without one.
/// Returns the exit code: 0 done, 1 cannot work (a port in use, no Box), 2 a wrong command line or
/// configuration; check has its own (check/finding.hpp).
int carry_out_task(const options::Sources& sources);

}  // namespace fapfon::app
