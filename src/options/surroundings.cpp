// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/surroundings.hpp"

#include <utility>

#include <unistd.h>

#include "host/files.hpp"

namespace fapfon::options {
namespace {

std::vector<std::pair<std::string, std::string>> environment_of_this_process() {
  std::vector<std::pair<std::string, std::string>> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

}  // namespace

Sources surroundings(std::vector<std::string> arguments, std::size_t descriptor_count) {
  return {std::move(arguments), environment_of_this_process(), host::text_of_file, descriptor_count,
          net::interfaces_of_this_machine};
}

}  // namespace fapfon::options
