// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/files.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "base/bytes.hpp"

namespace fapfon::host {

Expected<std::string, std::string> text_of_file(const std::string& path) {
  errno = 0;
  std::ifstream file{path, std::ios::binary};
  if (file) file.peek();  // a folder opens, and cannot be read
  if (!file.is_open() || file.bad()) return Unexpected<std::string>(std::strerror(errno));
  std::ostringstream text;
  if (!file.eof()) text << file.rdbuf();
  return text.str();
}

std::optional<int> number_in_file(const std::string& path) {
  const auto text = text_of_file(path);
  return text ? parse_decimal<int>(ByteView{*text}.substr(0, text->find('\n'))) : std::nullopt;
}

}  // namespace fapfon::host
