// SPDX-License-Identifier: GPL-2.0-or-later
// How many file descriptors the program may have: what its limits on phones follow from (SPEC L9).
#pragma once

#include <cstddef>

namespace fapfon::host {

/// Raises the soft limit to the hard one and returns what holds now.
std::size_t raise_descriptor_limit() noexcept;

}  // namespace fapfon::host
