// SPDX-License-Identifier: GPL-2.0-or-later
// Lines and words of a text: settings, tables of /proc, what tools print. All views live as long as the text.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace fapfon {

/// The pieces of `text` between any of `separators`, empty ones left out.
inline std::vector<ByteView> split(ByteView text, ByteView separators) {
  std::vector<ByteView> pieces;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(separators, at)) != ByteView::npos) {
    const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
    pieces.push_back(text.substr(at, end - at));
    at = end;
  }
  return pieces;
}
std::vector<ByteView> split(std::string&& text, ByteView separators) = delete;

inline std::vector<ByteView> lines_of(ByteView text) {
  return split(text, "\n");
}
std::vector<ByteView> lines_of(std::string&& text) = delete;

inline bool contains(ByteView text, ByteView part) noexcept {
  return text.find(part) != ByteView::npos;
}

}  // namespace fapfon
