// SPDX-License-Identifier: GPL-2.0-or-later
// The pieces that all SIP headers are made of (SPEC F4; RFC 3261 section 25.1): white space with folding,
// tokens, quoted strings, parameters, comma-separated values. Views into the caller's buffer only.
#pragma once

#include <cstddef>
#include <optional>

#include "base/bytes.hpp"

namespace fapfon::sip {

/// SP, HT, and the CR LF of a folded line: a header value reaches here with its folding, and inside
/// it every line end is followed by white space (RFC 3261 section 7.3.1).
constexpr bool is_lws(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// RFC 3261 section 25.1 "token".
bool is_token_char(char c) noexcept;
bool is_token(ByteView text) noexcept;

/// `text` without white space in front; an empty result still lies in the same buffer.
constexpr ByteView trim_front(ByteView text) noexcept {
  std::size_t start = 0;
  while (start < text.size() && is_lws(text[start])) ++start;
  text.remove_prefix(start);
  return text;
}

/// `text` without white space at both ends; an empty result still lies in the same buffer.
constexpr ByteView trim(ByteView text) noexcept {
  text = trim_front(text);
  while (!text.empty() && is_lws(text.back())) text.remove_suffix(1);
  return text;
}

/// Where the quoted string that starts at `text[0] == '"'` ends, the closing quote included
/// (RFC 3261 section 25.1 quoted-string, with backslash escapes); none when it is not closed.
std::optional<std::size_t> quoted_length(ByteView text) noexcept;

/// The first `wanted` in `text` outside quoted strings and outside <>; npos when there is none, or
/// when a quoted string or a < before it is not closed.
std::size_t find_outside(ByteView text, char wanted) noexcept;

/// One ";name=value" of a header or a URI.
struct Param {
  ByteView whole;  ///< from the semicolon to the end of the value, white space before it not included
  ByteView name;
  ByteView value;  ///< quotes included; empty for a flag, and then behind the name
  bool has_value = false;
};

/// Walks over parameters: `text` starts at the first semicolon (or is empty).
class ParamReader {
 public:
  explicit ParamReader(ByteView text) noexcept : rest_(text) {}

  /// The next parameter; none at the end, and none where the text does not continue with a parameter
  /// (rest() tells the two apart).
  std::optional<Param> next() noexcept;
  /// What next() has not read; empty or white space when all was well.
  [[nodiscard]] ByteView rest() const noexcept { return rest_; }

 private:
  ByteView rest_;
};

/// The parameter of that name, any case; none when there is none.
std::optional<Param> find_param(ByteView params, ByteView name) noexcept;

/// Walks over the values of a header that takes a comma-separated list. Commas in quoted strings and
/// in <> separate nothing. Empty values are skipped (RFC 3261 section 7.3.1 forbids them).
class ValueReader {
 public:
  explicit ValueReader(ByteView text) noexcept : rest_(text) {}
  /// The next value, trimmed; none at the end.
  std::optional<ByteView> next() noexcept;

 private:
  ByteView rest_;
};

}  // namespace fapfon::sip
