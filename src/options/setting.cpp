// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/setting.hpp"

#include "base/words.hpp"

namespace fapfon::options {

std::vector<std::string> words_of(ByteView text, ByteView separators) {
  const auto words = split(text, separators);
  return {words.begin(), words.end()};
}

std::vector<std::string> values_of(OptionId id, const std::string& text) {
  const OptionRow* row = find_option(id);
  const bool is_list = row != nullptr && row->kind == ValueKind::list;
  return is_list ? words_of(text) : std::vector<std::string>{text};
}

}  // namespace fapfon::options
