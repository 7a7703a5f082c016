// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/setting.hpp"

#include <algorithm>
#include <utility>

#include "base/words.hpp"

namespace fapfon::options {

std::vector<std::string> words_of(ByteView text, ByteView separators) {
  const auto words = split(text, separators);
  return {words.begin(), words.end()};
}

std::vector<std::string> values_of(const OptionRow& option, const std::string& text) {
  return option.kind == ValueKind::list ? words_of(text) : std::vector<std::string>{text};
}

void apply_settings(const Settings& settings, Options& options, std::vector<std::string>& mistakes) {
  mistakes.insert(mistakes.end(), settings.mistakes.begin(), settings.mistakes.end());
  for (const Setting& setting : settings.values) {
    if (setting.option->clear != nullptr) setting.option->clear(options);
  }
  std::vector<Setting> in_order = settings.values;
  std::stable_partition(in_order.begin(), in_order.end(),
                        [](const Setting& setting) { return setting.option->comes_first; });
  for (const Setting& setting : in_order) {
    if (auto error = setting.option->read(setting, options)) mistakes.push_back(std::move(*error));
  }
}

}  // namespace fapfon::options
