// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/name_addr.hpp"

#include <algorithm>

#include "sip/grammar.hpp"

namespace fapfon::sip {
namespace {

/// The < that opens the URI: the first outside of a quoted display name. A quote that is not closed
/// makes all that follows unreadable.
std::optional<std::size_t> find_open_bracket(ByteView value) noexcept {
  std::size_t at = 0;
  while (at < value.size()) {
    if (value[at] == '<') return at;
    const auto length = value[at] == '"' ? quoted_length(value.substr(at)) : std::optional<std::size_t>{1};
    if (!length) return std::nullopt;
    at += *length;
  }
  return ByteView::npos;
}

}  // namespace

std::optional<NameAddr> parse_name_addr(ByteView text) noexcept {
  NameAddr parsed;
  parsed.whole = trim(text);
  const ByteView value = parsed.whole;
  const auto open = find_open_bracket(value);
  if (!open) return std::nullopt;
  ByteView uri_text;
  if (*open == ByteView::npos) {
    const std::size_t semicolon = value.find(';');
    uri_text = trim(value.substr(0, semicolon));
    parsed.params = value.substr(std::min(semicolon, value.size()));
  } else {
    const std::size_t close = value.find('>', *open);
    if (close == ByteView::npos) return std::nullopt;
    uri_text = trim(value.substr(*open + 1, close - *open - 1));
    parsed.in_brackets = true;
    parsed.params = trim(value.substr(close + 1));
  }
  const auto uri = parse_uri(uri_text);
  if (!uri) return std::nullopt;
  parsed.uri = *uri;
  return parsed;
}

}  // namespace fapfon::sip
