// SPDX-License-Identifier: GPL-2.0-or-later
// `fapfon-proxy nat setup|cleanup|show` (SPEC N1): from the options to an interception, and from the
// report of src/nat to lines for the user.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "box/box_addresses.hpp"
#include "nat/interception.hpp"
#include "options/options.hpp"

namespace fapfon::app {

/// What the options ask to be intercepted, when the Box is at these addresses. A line when that cannot be:
/// the Box is this machine, and nobody has said which phones are in the VPN or on which other port
/// fapfon-proxy listens.
Expected<nat::Interception, std::string> make_interception(const options::Options& options,
                                                           const std::vector<box::BoxPlace>& boxes);

/// Carries out one of the three; the exit code of the program.
int run_nat_command(const options::Options& options);

}  // namespace fapfon::app
