// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup/setting_text.hpp"

namespace fapfon::setup {

std::string setting_text(const box::BoxName& name) {
  if (name.port != box::kDefaultSipPort) return name.to_string();
  return name.ip ? name.ip.to_string() : name.name;
}

std::string setting_text(const std::vector<Prefix>& ranges) {
  std::string text;
  for (const Prefix& range : ranges) text += (text.empty() ? "" : " ") + range.to_string();
  return text;
}

}  // namespace fapfon::setup
