// SPDX-License-Identifier: GPL-2.0-or-later
// `fapfon-proxy setup [--yes] [--wait=SECONDS]` (SPEC N2, N5): finds the Box and the VPN, asks about the rest
// (setup/dialog.hpp), writes the settings, starts the service, checks it, and waits for a phone and a call
// (setup/watch.hpp).
#pragma once

#include "options/options.hpp"

namespace fapfon::app {

/// The exit code: 0 all well, 1 nothing was changed, 3 the settings are written and something is wrong. (2 is
/// a wrong command line, as with all commands.)
int run_setup_command(const options::ReadOptions& read);

}  // namespace fapfon::app
