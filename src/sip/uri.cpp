// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/uri.hpp"

#include <algorithm>

#include "sip/grammar.hpp"

namespace fapfon::sip {
namespace {

bool is_scheme_char(char c) noexcept {
  return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '+' || c == '-' || c == '.';
}

Scheme scheme_of(ByteView name) noexcept {
  if (iequals(name, "sip")) return Scheme::sip;
  if (iequals(name, "sips")) return Scheme::sips;
  return Scheme::other;
}

/// Everything behind "sip:". The user part may hold ; ? / and : (RFC 3261 section 25.1 user-unreserved),
/// so the @ is looked for first. The last one counts: FRITZ!Box accounts may be e-mail addresses.
bool parse_sip_part(ByteView text, Uri& uri) noexcept {
  const std::size_t at = text.rfind('@');
  if (at != ByteView::npos) {
    uri.user = text.substr(0, at);
    text.remove_prefix(at + 1);
  }
  const std::size_t question = text.find('?');
  uri.headers = text.substr(std::min(question, text.size()));
  text = text.substr(0, question);
  const std::size_t semicolon = text.find(';');
  uri.params = text.substr(std::min(semicolon, text.size()));
  const auto host_port = parse_host_port(text.substr(0, semicolon));
  if (!host_port) return false;
  uri.host_port = *host_port;
  return true;
}

std::optional<unsigned> hex_digit(char c) noexcept {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  const char lower = to_lower(c);
  if (lower < 'a' || lower > 'f') return std::nullopt;
  return static_cast<unsigned>(lower - 'a' + 10);
}

/// Takes one character off the front, which is %xx or stands for itself.
char take_unescaped(ByteView& text) noexcept {
  const char first = text.front();
  const auto high = text.size() < 3 ? std::nullopt : hex_digit(text[1]);
  const auto low = text.size() < 3 ? std::nullopt : hex_digit(text[2]);
  const bool escaped = first == '%' && high && low;
  text.remove_prefix(escaped ? 3 : 1);
  return escaped ? static_cast<char>(*high * 16 + *low) : first;
}

}  // namespace

ByteView Uri::transport() const noexcept {
  const auto param = find_param(params, "transport");
  return param ? param->value : ByteView{};
}

std::optional<Uri> parse_uri(ByteView text) noexcept {
  const std::size_t colon = text.find(':');
  if (colon == ByteView::npos || colon == 0) return std::nullopt;
  const ByteView name = text.substr(0, colon);
  if (!std::all_of(name.begin(), name.end(), is_scheme_char)) return std::nullopt;
  Uri uri;
  uri.whole = text;
  uri.scheme = scheme_of(name);
  if (uri.is_sip() && !parse_sip_part(text.substr(colon + 1), uri)) return std::nullopt;
  return uri;
}

bool same_user(ByteView a, ByteView b) noexcept {
  while (!a.empty() && !b.empty()) {
    if (take_unescaped(a) != take_unescaped(b)) return false;
  }
  return a.empty() && b.empty();
}

}  // namespace fapfon::sip
