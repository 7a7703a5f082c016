// SPDX-License-Identifier: GPL-2.0-or-later
// Looks around for `fapfon-proxy setup`: who answers where a FRITZ!Box usually is, which VPNs there are, what
// the settings file says. Takes a few seconds at most and changes nothing.
#pragma once

#include <string>

#include "options/options.hpp"
#include "setup/dialog.hpp"

namespace fapfon::app {

/// `file` may be missing.
setup::Found survey(const options::Options& options, const std::string& file);

/// Asks one Box, by address or by name.
setup::BoxProbe probe_box(const box::BoxName& name);

}  // namespace fapfon::app
