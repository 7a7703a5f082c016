// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/grammar.hpp"

#include <algorithm>
#include <array>

namespace fapfon::sip {
namespace {

constexpr std::array<bool, 256> make_token_table() {
  std::array<bool, 256> table{};
  for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (const char c : ByteView{"-.!%*_+`'~"}) table[static_cast<unsigned char>(c)] = true;
  return table;
}

constexpr auto kTokenChars = make_token_table();

/// How many bytes at the start of `text` belong together: a quoted string, a <...>, or one byte.
std::optional<std::size_t> unit_length(ByteView text) noexcept {
  if (text.front() == '"') return quoted_length(text);
  if (text.front() != '<') return 1;
  const std::size_t close = text.find('>');
  if (close == ByteView::npos) return std::nullopt;
  return close + 1;
}

std::size_t param_name_length(ByteView text) noexcept {
  const auto end = std::find_if(text.begin(), text.end(),
                                [](char c) { return c == ';' || c == '=' || is_lws(c) || c == '?'; });
  return static_cast<std::size_t>(end - text.begin());
}

std::optional<std::size_t> param_value_length(ByteView text) noexcept {
  if (!text.empty() && text.front() == '"') return quoted_length(text);
  const auto end =
      std::find_if(text.begin(), text.end(), [](char c) { return c == ';' || is_lws(c) || c == '?'; });
  return static_cast<std::size_t>(end - text.begin());
}

}  // namespace

bool is_token_char(char c) noexcept {
  return kTokenChars[static_cast<unsigned char>(c)];
}

bool is_token(ByteView text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

std::optional<std::size_t> quoted_length(ByteView text) noexcept {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1;
    if (text[i] == '\\') ++i;
  }
  return std::nullopt;
}

std::size_t find_outside(ByteView text, char wanted) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == wanted) return at;
    const auto length = unit_length(text.substr(at));
    if (!length) return ByteView::npos;
    at += *length;
  }
  return ByteView::npos;
}

std::optional<Param> ParamReader::next() noexcept {
  const ByteView text = trim_front(rest_);
  if (text.empty() || text.front() != ';') return std::nullopt;
  ByteView rest = trim_front(text.substr(1));
  Param param;
  param.name = rest.substr(0, param_name_length(rest));
  param.value = param.name.substr(param.name.size());
  if (param.name.empty()) return std::nullopt;
  rest.remove_prefix(param.name.size());
  const ByteView after_name = trim_front(rest);
  if (!after_name.empty() && after_name.front() == '=') {
    const ByteView value = trim_front(after_name.substr(1));
    const auto length = param_value_length(value);
    if (!length) return std::nullopt;
    param.value = value.substr(0, *length);
    param.has_value = true;
    rest = value.substr(*length);
  }
  param.whole = cover(text.substr(0, 1), param.value);
  rest_ = rest;
  return param;
}

std::optional<Param> find_param(ByteView params, ByteView name) noexcept {
  ParamReader reader(params);
  while (const auto param = reader.next()) {
    if (iequals(param->name, name)) return param;
  }
  return std::nullopt;
}

std::optional<ByteView> ValueReader::next() noexcept {
  while (!rest_.empty()) {
    const std::size_t comma = find_outside(rest_, ',');
    const ByteView value = trim(rest_.substr(0, comma));
    rest_.remove_prefix(comma == ByteView::npos ? rest_.size() : comma + 1);
    if (!value.empty()) return value;
  }
  return std::nullopt;
}

}  // namespace fapfon::sip
