// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/setting.hpp"

#include <algorithm>
#include <utility>

#include "base/words.hpp"

namespace fapfon::options {
namespace {

/// German, English, French and Swiss ones, single and double.
constexpr ByteView kTypographicQuotes[] = {"\u201e", "\u201c", "\u201d", "\u201f", "\u201a", "\u2018",
                                           "\u2019", "\u201b", "\u00ab", "\u00bb", "\u2039", "\u203a"};
constexpr ByteView kBlanks[] = {" ", "\t", "\r", "\u00a0"};

template <std::size_t N>
std::size_t bytes_at_start(ByteView text, const ByteView (&signs)[N]) {
  for (const ByteView sign : signs) {
    if (text.substr(0, sign.size()) == sign) return sign.size();
  }
  return 0;
}

template <std::size_t N>
std::size_t bytes_at_end(ByteView text, const ByteView (&signs)[N]) {
  for (const ByteView sign : signs) {
    if (text.size() >= sign.size() && text.substr(text.size() - sign.size()) == sign) return sign.size();
  }
  return 0;
}

template <std::size_t N>
ByteView without(ByteView text, const ByteView (&signs)[N]) {
  while (const std::size_t bytes = bytes_at_start(text, signs)) text.remove_prefix(bytes);
  while (const std::size_t bytes = bytes_at_end(text, signs)) text.remove_suffix(bytes);
  return text;
}

}  // namespace

std::string unwrapped(ByteView value) {
  value = without(value, kBlanks);
  const bool is_quoted = bytes_at_start(value, kTypographicQuotes) > 0;
  if (is_quoted) value = without(without(value, kTypographicQuotes), kBlanks);
  return std::string{value};
}

std::size_t typographic_quote_bytes(ByteView text) {
  return bytes_at_start(text, kTypographicQuotes);
}

std::vector<std::string> words_of(ByteView text, ByteView separators) {
  const auto words = split(text, separators);
  return {words.begin(), words.end()};
}

std::vector<std::string> values_of(const OptionRow& option, const std::string& text) {
  return option.kind == ValueKind::list ? words_of(unwrapped(text)) : std::vector<std::string>{text};
}

void apply_settings(const Settings& settings, Options& options, std::vector<std::string>& mistakes) {
  mistakes.insert(mistakes.end(), settings.mistakes.begin(), settings.mistakes.end());
  for (const Setting& setting : settings.values) {
    if (setting.option->clear != nullptr) setting.option->clear(options);
  }
  std::vector<Setting> in_order = settings.values;
  std::stable_partition(in_order.begin(), in_order.end(),
                        [](const Setting& setting) { return setting.option->comes_first; });
  for (Setting& setting : in_order) {
    setting.value = unwrapped(setting.value);
    if (auto error = setting.option->read(setting, options)) mistakes.push_back(std::move(*error));
  }
}

}  // namespace fapfon::options
