// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/language.hpp"

#include <algorithm>

#include "base/words.hpp"

namespace fapfon::text {
namespace {

using Environment = std::vector<std::pair<std::string, std::string>>;

ByteView value_of(const Environment& environment, ByteView name) {
  const auto found = std::find_if(environment.begin(), environment.end(),
                                  [&](const auto& variable) { return variable.first == name; });
  return found == environment.end() ? ByteView{} : ByteView{found->second};
}

/// The first variable that is set; an empty one counts as not set.
ByteView locale_of(const Environment& environment) {
  for (const ByteView name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const ByteView value = value_of(environment, name);
    if (!value.empty()) return value;
  }
  return {};
}

/// "de" of "de_DE.UTF-8@euro"
ByteView language_in(ByteView locale) {
  return locale.substr(0, locale.find_first_of("_.@"));
}

bool names_no_language(ByteView locale) {
  const ByteView language = language_in(locale);
  return language.empty() || language == "C" || language == "POSIX";
}

/// A locale without a character set is taken for UTF-8, as today's are.
bool is_utf8(ByteView locale) {
  const std::size_t dot = locale.find('.');
  if (dot == ByteView::npos) return true;
  const ByteView charset = locale.substr(dot + 1, locale.find('@') - dot - 1);
  return iequals(charset, "UTF-8") || iequals(charset, "UTF8");
}

}  // namespace

Language language_of(const Environment& environment) {
  const ByteView locale = locale_of(environment);
  if (names_no_language(locale) || !is_utf8(locale)) return Language::english;
  const ByteView wanted = value_of(environment, "LANGUAGE");
  for (const ByteView one : split(wanted.empty() ? locale : wanted, ":")) {
    const ByteView language = language_in(one);
    if (language == "de") return Language::german;
    if (language == "en" || names_no_language(one)) return Language::english;
  }
  return Language::english;
}

}  // namespace fapfon::text
