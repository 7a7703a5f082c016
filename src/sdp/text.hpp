// SPDX-License-Identifier: GPL-2.0-or-later
// Lines and words of session descriptions (RFC 8866 section 9). Lines may end with LF alone.
#pragma once

#include "base/bytes.hpp"

namespace fapfon::sdp {

/// Takes the first line, without its end and without spaces and NULs before it; empty when nothing is left.
/// Views live as long as the text.
inline ByteView take_line(ByteView& text) noexcept {
  constexpr ByteView kLineEnd{"\r \0", 3};
  const std::size_t line_feed = text.find('\n');
  const ByteView line = text.substr(0, line_feed);
  text.remove_prefix(line_feed == ByteView::npos ? text.size() : line_feed + 1);
  return line.substr(0, line.find_last_not_of(kLineEnd) + 1);
}

/// Takes the next word; several blanks count as one, empty at the end.
inline ByteView take_word(ByteView& text) noexcept {
  const std::size_t start = text.find_first_not_of(' ');
  if (start == ByteView::npos) {
    text = {};
    return {};
  }
  text.remove_prefix(start);
  const ByteView word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

/// Takes the last word; empty when none is left.
inline ByteView take_last_word(ByteView& text) noexcept {
  text = text.substr(0, text.find_last_not_of(' ') + 1);
  const ByteView word = text.substr(text.find_last_of(' ') + 1);
  text.remove_suffix(word.size());
  return word;
}

inline ByteView skip_words(ByteView text, int count) noexcept {
  for (int i = 0; i < count; ++i) take_word(text);
  return text;
}

inline bool starts_with(ByteView text, ByteView start) noexcept {
  return text.substr(0, start.size()) == start;
}

}  // namespace fapfon::sdp
