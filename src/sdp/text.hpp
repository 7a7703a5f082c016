// SPDX-License-Identifier: GPL-2.0-or-later
// Lines, words and addresses of session descriptions (RFC 8866 section 9). Lines may end with LF alone.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"

namespace fapfon::sdp {

/// Takes the first line, without its end and without spaces and NULs before it; empty when nothing is left.
/// Views live as long as the text.
inline ByteView take_line(ByteView& text) noexcept {
  constexpr ByteView kLineEnd{"\r \t\0", 4};
  const std::size_t line_feed = text.find('\n');
  const ByteView line = text.substr(0, line_feed);
  text.remove_prefix(line_feed == ByteView::npos ? text.size() : line_feed + 1);
  return line.substr(0, line.find_last_not_of(kLineEnd) + 1);
}

/// RFC 8866 section 9 allows one space between words. Several of them, and tabs, are read all the same.
inline constexpr ByteView kBlanks = " \t";

/// Takes the next word; several spaces or tabs count as one. Empty at the end.
inline ByteView take_word(ByteView& text) noexcept {
  const std::size_t start = text.find_first_not_of(kBlanks);
  if (start == ByteView::npos) {
    text = {};
    return {};
  }
  text.remove_prefix(start);
  const ByteView word = text.substr(0, text.find_first_of(kBlanks));
  text.remove_prefix(word.size());
  return word;
}

/// Takes the last word; empty when none is left.
inline ByteView take_last_word(ByteView& text) noexcept {
  text = text.substr(0, text.find_last_not_of(kBlanks) + 1);
  const ByteView word = text.substr(text.find_last_of(kBlanks) + 1);
  text.remove_suffix(word.size());
  return word;
}

/// `text` without its first `count` words.
inline ByteView skip_words(ByteView text, int count) noexcept {
  for (int i = 0; i < count; ++i) take_word(text);
  return text;
}

/// An address, also as "010.081.179.054": leading zeros are not valid (RFC 8866 section 9), and the numbers
/// are decimal all the same.
inline std::optional<IpAddress> parse_address(ByteView text) noexcept {
  if (const auto ip = IpAddress::parse(text)) return ip;
  std::array<std::uint8_t, 4> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const std::size_t end = i + 1 < octets.size() ? text.find('.') : text.size();
    const auto octet = parse_decimal<std::uint8_t>(text.substr(0, end));
    if (!octet || end == ByteView::npos) return std::nullopt;
    octets[i] = *octet;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return IpAddress::v4(octets[0], octets[1], octets[2], octets[3]);
}

inline bool starts_with(ByteView text, ByteView start) noexcept {
  return text.substr(0, start.size()) == start;
}

}  // namespace fapfon::sdp
