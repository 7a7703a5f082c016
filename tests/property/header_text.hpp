// SPDX-License-Identifier: GPL-2.0-or-later
// Headers of a message by plain searching, independent of src/sip: lines, folding, names.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"

namespace fapfon::property {

struct HeaderText {
  std::string name;  ///< lower case, compact names written out
  std::string text;  ///< the whole header as it stands, folding and line end included
};

inline std::string full_name(std::string name) {
  static const std::vector<std::pair<std::string, std::string>> compact = {
      {"v", "via"},         {"f", "from"},           {"t", "to"},
      {"i", "call-id"},     {"m", "contact"},        {"r", "refer-to"},
      {"b", "referred-by"}, {"s", "subject"},        {"y", "identity"},
      {"k", "supported"},   {"l", "content-length"}, {"c", "content-type"}};
  for (char& c : name) c = to_lower(c);
  name.erase(name.find_last_not_of(" \t\r\n") + 1);
  for (const auto& [letter, full] : compact) {
    if (name == letter) return full;
  }
  return name;
}

/// All headers behind the start line, in order.
inline std::vector<HeaderText> headers_of(const std::string& message) {
  std::vector<HeaderText> headers;
  std::size_t at = message.find('\n') + 1;
  while (at < message.size() && message.substr(at, 2) != "\r\n") {
    std::size_t end = message.find('\n', at);
    while (end + 1 < message.size() && (message[end + 1] == ' ' || message[end + 1] == '\t'))
      end = message.find('\n', end + 1);
    const std::string text = message.substr(at, end + 1 - at);
    headers.push_back({full_name(text.substr(0, text.find(':'))), text});
    at = end + 1;
  }
  return headers;
}

inline std::string start_line_of(const std::string& message) {
  return message.substr(0, message.find("\r\n"));
}

inline std::string body_of(const std::string& message) {
  return message.substr(message.find("\r\n\r\n") + 4);
}

}  // namespace fapfon::property
