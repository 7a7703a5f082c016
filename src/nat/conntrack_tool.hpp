// SPDX-License-Identifier: GPL-2.0-or-later
// conntrack(8) on this machine.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "nat/interception.hpp"

namespace fapfon::nat {

/// Deletes those connections of `parts` that the rules of `interception` would now route differently. Returns
/// how many, or a line that says why that cannot be done.
Expected<std::size_t, std::string> cut_connections_on_wrong_path(const std::vector<FamilyPart>& parts,
                                                                 const Interception& interception);

}  // namespace fapfon::nat
