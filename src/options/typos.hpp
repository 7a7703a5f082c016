// SPDX-License-Identifier: GPL-2.0-or-later
// Whether a word was meant to be another one.
#pragma once

#include <cstddef>

#include "base/bytes.hpp"

namespace fapfon::options {

/// Up to this many a word is taken for mistyped.
inline constexpr std::size_t kMostTypos = 2;

/// How many letters must change, come or go to make one word of the other (Levenshtein).
std::size_t typos_between(ByteView a, ByteView b);

}  // namespace fapfon::options
