// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/surroundings.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include <unistd.h>

namespace fapfon::app {
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

Expected<std::string, std::string> contents_of(const std::string& path) {
  errno = 0;
  std::ifstream file{path};
  if (file) file.peek();  // a folder opens, and cannot be read
  if (!file.is_open() || file.bad()) return Unexpected<std::string>(std::strerror(errno));
  std::ostringstream text;
  if (!file.eof()) text << file.rdbuf();
  return text.str();
}

}  // namespace

Sources surroundings(std::vector<std::string> arguments, std::size_t descriptor_count) {
  return {std::move(arguments), environment_of_this_process(), contents_of, descriptor_count};
}

}  // namespace fapfon::app
