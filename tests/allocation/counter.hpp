// SPDX-License-Identifier: GPL-2.0-or-later
// What this program takes from the heap and gives back. Only linked into this suite.
#pragma once

#include <cstddef>

namespace fapfon::allocation {

/// Calls of operator new since the start of the program.
std::size_t count() noexcept;
/// Bytes that are taken and not given back.
std::size_t live_bytes() noexcept;

}  // namespace fapfon::allocation
