// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup/sentence.hpp"

namespace fapfon::setup {

std::string fill(ByteView sentence, std::initializer_list<std::string> values) {
  std::string text;
  std::size_t next = 0;
  for (std::size_t at = 0; at < sentence.size(); ++at) {
    const ByteView rest = sentence.substr(at);
    const bool is_next = rest.starts_with("{}");
    const bool is_numbered = rest.size() > 2 && rest[0] == '{' && is_digit(rest[1]) && rest[2] == '}';
    if (!is_next && !is_numbered) {
      text += sentence[at];
      continue;
    }
    const std::size_t which = is_next ? next++ : static_cast<std::size_t>(rest[1] - '0');
    if (which < values.size()) text += values.begin()[which];
    at += is_next ? 1 : 2;
  }
  return text;
}

}  // namespace fapfon::setup
