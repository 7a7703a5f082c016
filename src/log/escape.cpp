// SPDX-License-Identifier: GPL-2.0-or-later
#include "log/escape.hpp"

#include <cstdint>

namespace fapfon::log {
namespace {

/// Length of the UTF-8 sequence at the start of `text` (RFC 3629), 0 when it is none or a C1 control.
std::size_t utf8_length(ByteView text) {
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = at(0);
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xc0U) != 0x80U) return 0;
  }
  const bool is_overlong = (lead == 0xe0 && at(1) < 0xa0) || (lead == 0xf0 && at(1) < 0x90);
  const bool is_no_scalar = (lead == 0xed && at(1) >= 0xa0) || (lead == 0xf4 && at(1) >= 0x90);
  const bool is_control = lead == 0xc2 && at(1) < 0xa0;
  return is_overlong || is_no_scalar || is_control ? 0 : length;
}

void append_hex(std::string& out, char c) {
  constexpr ByteView kDigits = "0123456789abcdef";
  const auto byte = static_cast<std::uint8_t>(c);
  out += "\\x";
  out += kDigits[byte >> 4U];
  out += kDigits[byte & 0xfU];
}

/// Appends what starts `text` and returns how many bytes that was.
std::size_t append_one(std::string& out, ByteView text) {
  const char c = text.front();
  constexpr char kDelete = 0x7f;
  if (static_cast<std::uint8_t>(c) >= 0x80) {
    const std::size_t length = utf8_length(text);
    if (length > 0) {
      out.append(text.substr(0, length));
      return length;
    }
    append_hex(out, c);
    return 1;
  }
  if (c == '\r') {
    out += "\\r";
  } else if (c == '\n') {
    out += "\\n";
  } else if (c == '\t') {
    out += "\\t";
  } else if (c == '\\') {
    out += "\\\\";
  } else if (c < ' ' || c == kDelete) {
    append_hex(out, c);
  } else {
    out += c;
  }
  return 1;
}

}  // namespace

void append_escaped(std::string& out, ByteView text) {
  while (!text.empty()) text.remove_prefix(append_one(out, text));
}

std::string escaped(ByteView text, std::size_t max_bytes) {
  std::string out;
  while (!text.empty()) {
    if (out.size() >= max_bytes) return out + "...";
    text.remove_prefix(append_one(out, text));
  }
  return out;
}

}  // namespace fapfon::log
