// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/uri_text.hpp"

#include <algorithm>

namespace fapfon::support {
namespace {

constexpr std::uint16_t kSipPort = 5060;

struct Span {
  std::size_t begin;
  std::size_t end;
};

/// Where ";name" or ";name=value" stands, the semicolon included.
std::optional<Span> find_parameter(ByteView text, ByteView name) {
  for (std::size_t at = text.find(';'); at != ByteView::npos; at = text.find(';', at + 1)) {
    std::size_t end = at + 1;
    bool quoted = false;
    while (end < text.size() && (quoted || (text[end] != ';' && text[end] != '>'))) {
      if (text[end] == '"') quoted = !quoted;
      ++end;
    }
    const ByteView whole = text.substr(at + 1, end - at - 1);
    if (iequals(whole.substr(0, whole.find('=')), name)) return Span{at, end};
  }
  return std::nullopt;
}

std::optional<SocketAddress> address_of(ByteView host_port) {
  if (const auto both = SocketAddress::parse(host_port)) return both;
  const auto host = IpAddress::parse(host_port);
  if (!host) return std::nullopt;
  return SocketAddress{*host, kSipPort};
}

}  // namespace

std::string uri_in(ByteView name_addr) {
  const std::size_t open = name_addr.find('<');
  if (open == ByteView::npos) return std::string{name_addr.substr(0, name_addr.find(';'))};
  return std::string{name_addr.substr(open + 1, name_addr.find('>', open) - open - 1)};
}

std::string parameters_behind(ByteView name_addr) {
  const std::size_t close = name_addr.find('>');
  const std::size_t begin = name_addr.find(';', close == ByteView::npos ? 0 : close);
  return begin == ByteView::npos ? std::string{} : std::string{name_addr.substr(begin)};
}

std::string user_in(ByteView uri) {
  const std::size_t at = uri.find('@');
  const std::size_t colon = uri.find(':');
  if (at == ByteView::npos || colon == ByteView::npos || colon > at) return {};
  return std::string{uri.substr(colon + 1, at - colon - 1)};
}

std::optional<SocketAddress> address_in(ByteView uri) {
  const std::size_t at = uri.find('@');
  const std::size_t begin = (at == ByteView::npos ? uri.find(':') : at) + 1;
  const ByteView rest = uri.substr(begin);
  return address_of(rest.substr(0, rest.find_first_of(";?>")));
}

std::optional<std::string> parameter(ByteView text, ByteView name) {
  const auto span = find_parameter(text, name);
  if (!span) return std::nullopt;
  const ByteView whole = text.substr(span->begin, span->end - span->begin);
  const std::size_t equals = whole.find('=');
  if (equals == ByteView::npos) return std::string{};
  ByteView value = whole.substr(equals + 1);
  if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
  return std::string{value};
}

std::string sent_by(ByteView via) {
  const std::size_t blank = via.find(' ');
  const ByteView rest = blank == ByteView::npos ? ByteView{} : via.substr(blank + 1);
  return std::string{rest.substr(0, rest.find(';'))};
}

std::optional<SocketAddress> sent_by_address(ByteView via) {
  return address_of(sent_by(via));
}

std::string without_parameter(ByteView text, ByteView name) {
  const auto span = find_parameter(text, name);
  if (!span) return std::string{text};
  return std::string{text.substr(0, span->begin)} + std::string{text.substr(span->end)};
}

}  // namespace fapfon::support
