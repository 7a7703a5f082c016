// SPDX-License-Identifier: GPL-2.0-or-later
// Views of bytes and the few ASCII operations that SIP needs on them. SIP compares tokens without
// regard to case (RFC 3261 section 7.3.1), and only ASCII letters have case, so no locale is needed.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fapfon {

/// Bytes that another object owns. Every function that returns one names the owner.
using ByteView = std::string_view;

constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// True when both have the same bytes but for the case of ASCII letters.
constexpr bool iequals(ByteView a, ByteView b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && to_lower(a[i]) != to_lower(b[i])) return false;
  }
  return true;
}

/// The number that all of `text` spells in decimal; none when it is empty, holds anything but
/// digits, or does not fit into T.
template <typename T>
constexpr std::optional<T> parse_decimal(ByteView text) noexcept {
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The bytes from the start of `first` to the end of `last`; both must be parts of one buffer, in
/// this order.
constexpr ByteView cover(ByteView first, ByteView last) noexcept {
  return {first.data(), static_cast<std::size_t>(last.data() + last.size() - first.data())};
}

/// True when `part` lies inside `whole` (same buffer, not merely the same text).
constexpr bool lies_in(ByteView part, ByteView whole) noexcept {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

}  // namespace fapfon
