// SPDX-License-Identifier: GPL-2.0-or-later
// What setup says to people. Each message is one whole sentence where it is used, tr("...") or trf("... {}",
// value), so that it can be translated as a whole.
#pragma once

#include <initializer_list>
#include <string>

#include "base/bytes.hpp"

namespace fapfon::setup {

inline std::string tr(ByteView english) {
  return std::string{english};
}

/// The sentence with `values` in place of {}, one after the other, or of {0} and {1}, by number.
std::string fill(ByteView sentence, std::initializer_list<std::string> values);

template <typename... Values>
std::string trf(ByteView sentence, const Values&... values) {
  return fill(sentence, {std::string{values}...});
}

}  // namespace fapfon::setup
