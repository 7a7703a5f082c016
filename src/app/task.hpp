// SPDX-License-Identifier: GPL-2.0-or-later
// From what the program was asked to do to its exit code: the daemon, a command, or what was wrong with the
// question.
#pragma once

#include "options/options.hpp"
#include "text/language.hpp"

namespace fapfon::app {

/// The language of the environment; English when a program reads what is printed (--json).
text::Language language_for(const options::Sources& sources);

/// Prints what cannot be read of the command line and of the configuration, and does the task unless that
/// prevents it: `check` reports mistakes of the configuration itself, and `nat cleanup` works without one.
/// Returns the exit code: 0 done, 1 cannot work (a port in use, no Box), 2 a wrong command line or
/// configuration; check has its own (check/finding.hpp).
int carry_out_task(const options::ReadOptions& read);

}  // namespace fapfon::app
