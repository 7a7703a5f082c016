// SPDX-License-Identifier: GPL-2.0-or-later
#include "log/dump.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "log/escape.hpp"

namespace fapfon::log {
namespace {

constexpr ByteView kMask = "***";

/// Parameters whose value is a secret or made from one (RFC 2617 section 3.2.2, and what users write).
constexpr std::array<ByteView, 9> kSecretParameters = {"response", "rspauth", "cnonce", "password", "passwd",
                                                       "pwd",      "pass",    "secret", "token"};
/// Line starts after which all is secret: SDES keys (RFC 4568), MIKEY (RFC 4567), ICE (RFC 8839), k= (RFC
/// 4566).
constexpr std::array<ByteView, 4> kSecretLines = {"a=crypto:", "a=key-mgmt:", "a=ice-pwd:", "k="};
/// Schemes in an Authorization header whose credentials are one word.
constexpr std::array<ByteView, 2> kSecretSchemes = {"basic ", "bearer "};

bool starts_with(ByteView text, ByteView start) {
  return iequals(text.substr(0, start.size()), start);
}

bool is_token_byte(char c) {
  return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '-' || c == '_';
}

/// Length of a parameter's value at the start of `text`: a quoted string, or up to a separator.
std::size_t value_length(ByteView text) {
  if (text.empty() || text.front() != '"') return std::min(text.find_first_of(",; \t\r\n>&?"), text.size());
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return text.size();
}

/// Length of `name`, spaces, "=", spaces at the start of `text` when `name` is a secret parameter; or 0.
std::size_t secret_name_length(ByteView text) {
  for (const ByteView name : kSecretParameters) {
    if (!starts_with(text, name)) continue;
    std::size_t at = std::min(text.find_first_not_of(" \t", name.size()), text.size());
    if (at == text.size() || text[at] != '=') continue;
    return std::min(text.find_first_not_of(" \t", at + 1), text.size());
  }
  return 0;
}

void append_masked_value(std::string& out, ByteView value) {
  const bool quoted = !value.empty() && value.front() == '"';
  if (quoted) out += '"';
  out += kMask;
  if (quoted) out += '"';
}

void append_masked_parameters(std::string& out, ByteView line) {
  bool at_token_start = true;
  while (!line.empty()) {
    const std::size_t name = at_token_start ? secret_name_length(line) : 0;
    if (name > 0) {
      out.append(line.substr(0, name));
      line.remove_prefix(name);
      const std::size_t length = value_length(line);
      append_masked_value(out, line.substr(0, length));
      line.remove_prefix(length);
      continue;
    }
    at_token_start = !is_token_byte(line.front());
    out += line.front();
    line.remove_prefix(1);
  }
}

/// Where the one secret of a whole line starts; npos when it has none.
std::size_t secret_start(ByteView line) {
  for (const ByteView start : kSecretLines) {
    if (starts_with(line, start)) return start.size();
  }
  const std::size_t colon = line.find(':');
  if (colon == ByteView::npos ||
      !(starts_with(line, "authorization") || starts_with(line, "proxy-authorization"))) {
    return ByteView::npos;
  }
  const std::size_t value = std::min(line.find_first_not_of(" \t", colon + 1), line.size());
  for (const ByteView scheme : kSecretSchemes) {
    if (starts_with(line.substr(value), scheme)) return value + scheme.size();
  }
  return ByteView::npos;
}

void append_masked_line(std::string& out, ByteView line) {
  const std::size_t end = std::min(line.find_last_not_of("\r\n") + 1, line.size());
  const std::size_t start = secret_start(line.substr(0, end));
  if (start == ByteView::npos) return append_masked_parameters(out, line);
  out.append(line.substr(0, start));
  out += kMask;
  out.append(line.substr(end));
}

/// The line at the start of `text`, its line feed included.
ByteView next_line(ByteView text) {
  const std::size_t end = text.find('\n');
  return text.substr(0, end == ByteView::npos ? text.size() : end + 1);
}

std::string head_of(const DumpedMessage& message) {
  const std::string here = "proxy " + message.local.to_string();
  const std::string there = std::string{to_text(message.side)} + ' ' + message.remote.to_string();
  std::string head = "---- ";
  head += message.left ? here + " -> " + there : there + " -> " + here;
  head += message.transport == Transport::udp ? " UDP " : " TCP ";
  head += std::to_string(message.bytes.size()) + " bytes, ";
  head += message.left ? "as it left\n" : "as it arrived\n";
  return head;
}

}  // namespace

std::string mask_secrets(ByteView message) {
  std::string out;
  out.reserve(message.size());
  while (!message.empty()) {
    const ByteView line = next_line(message);
    append_masked_line(out, line);
    message.remove_prefix(line.size());
  }
  return out;
}

std::string format_dump(const DumpedMessage& message) {
  std::string text = head_of(message);
  const std::string masked = mask_secrets(message.bytes);
  ByteView rest = masked;
  while (!rest.empty()) {
    const ByteView line = next_line(rest);
    append_escaped(text, line);
    text += '\n';
    rest.remove_prefix(line.size());
  }
  text += '\n';
  return text;
}

}  // namespace fapfon::log
