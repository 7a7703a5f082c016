// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/translate.hpp"

#include <algorithm>

#include "text/catalogue.hpp"

namespace fapfon::text {
namespace {

Language spoken = Language::english;

std::optional<ByteView> find_german(ByteView english) {
  static const std::optional<Catalogue> catalogue = Catalogue::read(german_catalogue());
  return catalogue && !english.empty() ? catalogue->find(english) : std::nullopt;
}

}  // namespace

void speak(Language language) {
  spoken = language;
}

Speaking::Speaking(Language language) : before_(spoken) {
  speak(language);
}

Speaking::~Speaking() {
  speak(before_);
}

std::string tr(ByteView english) {
  switch (spoken) {
    case Language::english:
      return std::string{english};
    case Language::german:
      return std::string{find_german(english).value_or(english)};
  }
  return {};
}

std::string fill(ByteView english, std::initializer_list<Value> values) {
  const std::string sentence = tr(english);
  std::string out;
  std::size_t next = 0;
  for (std::size_t at = 0; at < sentence.size(); ++at) {
    const ByteView rest = ByteView{sentence}.substr(at);
    const bool is_next = rest.starts_with("{}");
    const bool is_numbered = rest.size() > 2 && rest[0] == '{' && is_digit(rest[1]) && rest[2] == '}';
    const std::size_t index = is_next       ? next++
                              : is_numbered ? static_cast<std::size_t>(rest[1] - '0')
                                            : values.size();
    if (index < values.size()) {
      out += values.begin()[index].text;
      at += is_next ? 1 : 2;
    } else {
      out += sentence[at];
    }
  }
  return out;
}

/// Each character begins with a byte that is no continuation (RFC 3629 section 3). German needs no combining
/// and no wide ones.
std::size_t columns_of(ByteView utf8) noexcept {
  const auto begins_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), begins_character));
}

}  // namespace fapfon::text
