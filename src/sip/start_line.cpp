// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/start_line.hpp"

#include <algorithm>

#include "sip/grammar.hpp"

namespace fapfon::sip {
namespace {

constexpr ByteView kVersion = "SIP/2.0";

bool is_some_version(ByteView text) noexcept {
  return text.size() > 4 && iequals(text.substr(0, 4), "SIP/");
}

ParseError parse_status_line(ByteView rest, StartLine& start) noexcept {
  constexpr std::size_t kStatusDigits = 3;
  const auto status = parse_decimal<int>(rest.substr(0, std::min(rest.find(' '), rest.size())));
  const bool three_digits = rest.substr(0, rest.find(' ')).size() == kStatusDigits;
  if (!three_digits || !status || *status < 100 || *status > 699) return ParseError::bad_start_line;
  start.status = *status;
  return ParseError::none;
}

ParseError parse_request_line(ByteView line, StartLine& start) noexcept {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  start.is_request = true;
  start.method_text = line.substr(0, first);
  start.method = method_of(start.method_text);
  if (!is_token(start.method_text) || first == last) return ParseError::bad_start_line;
  const ByteView version = line.substr(last + 1);
  start.request_uri = line.substr(first + 1, last - first - 1);
  const ByteView uri = start.request_uri;
  const bool bad_uri = uri.empty() || uri.front() == '<' || uri.find(':') == ByteView::npos ||
                       std::any_of(uri.begin(), uri.end(), [](char c) { return is_lws(c) || c == '\0'; });
  if (bad_uri || !is_some_version(version)) return ParseError::bad_start_line;
  return iequals(version, kVersion) ? ParseError::none : ParseError::bad_version;
}

}  // namespace

ParseError parse_start_line(ByteView line, StartLine& start) noexcept {
  start = {};
  const ByteView first = line.substr(0, line.find(' '));
  if (!is_some_version(first)) return parse_request_line(line, start);
  if (!iequals(first, kVersion)) return ParseError::bad_version;
  if (first.size() == line.size()) return ParseError::bad_start_line;
  return parse_status_line(line.substr(first.size() + 1), start);
}

}  // namespace fapfon::sip
