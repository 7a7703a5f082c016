// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/option_table.hpp"

#include <algorithm>
#include <iterator>

namespace fapfon::options {

const OptionRow* find_option(OptionId id) noexcept {
  const auto* row = std::find_if(std::begin(kOptions), std::end(kOptions),
                                 [&](const OptionRow& candidate) { return candidate.id == id; });
  return row == std::end(kOptions) ? nullptr : row;
}

/// Names of options are lower-case letters and hyphens.
std::string environment_name(const OptionRow& row) {
  if (row.kind == ValueKind::none) return {};
  std::string name = "FAPFON_";
  for (const char c : row.name) name += c == '-' ? '_' : static_cast<char>(c - 'a' + 'A');
  return name;
}

std::optional<OptionId> find_by_environment_name(ByteView name) {
  if (name == "FAPFON_BOX") return OptionId::box;
  for (const OptionRow& row : kOptions) {
    if (row.kind != ValueKind::none && environment_name(row) == name) return row.id;
  }
  return std::nullopt;
}

}  // namespace fapfon::options
