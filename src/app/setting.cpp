// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/setting.hpp"

#include <algorithm>

namespace fapfon::app {

std::vector<std::string> words_of(ByteView text, ByteView separators) {
  std::vector<std::string> words;
  for (std::size_t at = text.find_first_not_of(separators); at != ByteView::npos;
       at = text.find_first_not_of(separators, at)) {
    const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

}  // namespace fapfon::app
