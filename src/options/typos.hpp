// SPDX-License-Identifier: GPL-2.0-or-later
// Whether a word is a mistyped other one, for "did you mean ...?".
#pragma once

#include <cstddef>

#include "base/bytes.hpp"

namespace fapfon::options {

/// A word with up to this many typos is taken for the other word.
inline constexpr std::size_t kMostTypos = 2;

/// How many letters must change, come or go to make one word of the other (Levenshtein).
std::size_t typos_between(ByteView a, ByteView b);

}  // namespace fapfon::options
