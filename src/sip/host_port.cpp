// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/host_port.hpp"

#include <algorithm>
#include <array>

#include "sip/grammar.hpp"

namespace fapfon::sip {
namespace {

/// Where the host ends: behind the bracket of an IPv6 reference, else before the colon. An IPv6
/// address without brackets (RFC 5118 section 4.2) is taken as a host without a port.
std::size_t host_length(ByteView text) noexcept {
  if (text.front() == '[') {
    const std::size_t close = text.find(']');
    return close == ByteView::npos ? 0 : close + 1;
  }
  const std::size_t colon = text.find(':');
  if (colon == ByteView::npos) return text.size();
  const bool several_colons = text.find(':', colon + 1) != ByteView::npos;
  return several_colons ? text.size() : colon;
}

constexpr std::array<bool, 256> make_host_table() {
  std::array<bool, 256> table{};
  table.fill(true);
  for (const char c : ByteView{" \t\r\n<>\",;@/?\0", 13}) table[static_cast<unsigned char>(c)] = false;
  return table;
}

constexpr auto kHostChars = make_host_table();

bool is_host_char(char c) noexcept {
  return kHostChars[static_cast<unsigned char>(c)];
}

/// Host names that cannot be addresses are not given to the address parser: cheap and common.
bool may_be_address(ByteView host) noexcept {
  return host.front() == '[' || is_digit(host.front()) || host.find(':') != ByteView::npos;
}

}  // namespace

std::optional<HostPort> parse_host_port(ByteView text) noexcept {
  const ByteView whole = trim(text);
  if (whole.empty()) return std::nullopt;
  HostPort parsed;
  parsed.whole = whole;
  const std::size_t length = host_length(whole);
  parsed.host = trim(whole.substr(0, length));
  if (parsed.host.empty() || !std::all_of(parsed.host.begin(), parsed.host.end(), is_host_char))
    return std::nullopt;
  if (may_be_address(parsed.host)) parsed.ip = IpAddress::parse(parsed.host);
  const ByteView rest = trim(whole.substr(length));
  if (rest.empty()) return parsed;
  if (rest.front() != ':') return std::nullopt;
  parsed.port = parse_decimal<std::uint16_t>(trim(rest.substr(1)));
  if (!parsed.port) return std::nullopt;
  return parsed;
}

}  // namespace fapfon::sip
