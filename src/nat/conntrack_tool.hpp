// SPDX-License-Identifier: GPL-2.0-or-later
// conntrack(8) on this machine.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "nat/interception.hpp"

namespace fapfon::nat {

/// Makes the kernel forget those connections of `parts` that the rules of `interception` would not make as
/// they are; how many, or in one line why not.
Expected<std::size_t, std::string> cut_connections_on_wrong_path(const std::vector<FamilyPart>& parts,
                                                                 const Interception& interception);

}  // namespace fapfon::nat
