// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/option_table.hpp"

#include <algorithm>
#include <iterator>

namespace fapfon::options {

/// Names of options are lower-case letters and hyphens.
std::string environment_name(const OptionRow& row) {
  if (row.kind == ValueKind::none) return {};
  std::string name = "FAPFON_";
  for (const char c : row.name) name += c == '-' ? '_' : static_cast<char>(c - 'a' + 'A');
  return name;
}

const OptionRow* find_by_environment_name(ByteView name) {
  if (name == "FAPFON_BOX") return &kBox;
  const auto* row = std::find_if(std::begin(kOptions), std::end(kOptions), [&](const OptionRow& candidate) {
    return candidate.kind != ValueKind::none && environment_name(candidate) == name;
  });
  return row == std::end(kOptions) ? nullptr : row;
}

}  // namespace fapfon::options
