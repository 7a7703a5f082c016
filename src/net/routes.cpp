// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/routes.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "base/words.hpp"

namespace fapfon::net {
namespace {

constexpr std::uint32_t kRouteUp = 0x1;        // RTF_UP
constexpr std::uint32_t kRouteGateway = 0x2;   // RTF_GATEWAY
constexpr std::uint32_t kRouteReject = 0x200;  // RTF_REJECT

struct Gateway {
  IpAddress ip;
  std::uint32_t metric = 0;
};

std::optional<std::uint32_t> number_in(ByteView text, int base) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_all_zeros(ByteView text) {
  return !text.empty() && text.find_first_not_of('0') == ByteView::npos;
}

/// A number of this machine whose bytes are in network order.
std::optional<IpAddress> ip4_from_hex(ByteView text) {
  const auto number = number_in(text, 16);
  if (!number) return std::nullopt;
  in_addr network_order{};
  static_assert(sizeof network_order == sizeof *number);
  std::memcpy(&network_order, &*number, sizeof network_order);
  return IpAddress::from(network_order);
}

/// Iface Destination Gateway Flags RefCnt Use Metric Mask ...
constexpr std::size_t kIp4Words = 8;

std::optional<Route> route_in_ip4_line(const std::vector<ByteView>& words) {
  if (words.size() < kIp4Words) return std::nullopt;
  const auto destination = ip4_from_hex(words[1]);
  const auto gateway = ip4_from_hex(words[2]);
  const auto flags = number_in(words[3], 16);
  const auto mask = number_in(words[7], 16);
  if (!destination || !gateway || !flags || !mask) return std::nullopt;
  if ((*flags & kRouteUp) == 0 || (*flags & kRouteReject) != 0) return std::nullopt;
  Route route{std::string{words[0]}, {*destination, static_cast<unsigned>(std::popcount(*mask))}, {}};
  if ((*flags & kRouteGateway) != 0) route.gateway = *gateway;
  return route;
}

std::optional<Gateway> gateway_in_ip4_line(const std::vector<ByteView>& words) {
  constexpr std::size_t kWords = kIp4Words;
  if (words.size() < kWords || !is_all_zeros(words[1]) || !is_all_zeros(words[7])) return std::nullopt;
  const auto flags = number_in(words[3], 16);
  const auto address = ip4_from_hex(words[2]);
  const auto metric = number_in(words[6], 10);
  if (!flags || !address || !metric) return std::nullopt;
  if ((*flags & kRouteUp) == 0 || (*flags & kRouteGateway) == 0) return std::nullopt;
  return Gateway{*address, *metric};
}

std::optional<IpAddress> ip6_from_hex(ByteView text) {
  constexpr std::size_t kHexDigits = 32;
  if (text.size() != kHexDigits) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = number_in(text.substr(i * 2, 2), 16);
    if (!byte) return std::nullopt;
    bytes[i] = static_cast<std::uint8_t>(*byte);
  }
  return IpAddress::from_bytes(Family::ip6, bytes);
}

bool is_link_local(const IpAddress& ip) {
  return ip.bytes()[0] == 0xfe && (ip.bytes()[1] & 0xc0U) == 0x80U;
}

/// destination length source length next-hop metric references use flags interface, all hexadecimal.
std::optional<Gateway> gateway_in_ip6_line(const std::vector<ByteView>& words) {
  constexpr std::size_t kWords = 10;
  if (words.size() < kWords || !is_all_zeros(words[0]) || !is_all_zeros(words[1])) return std::nullopt;
  const auto flags = number_in(words[8], 16);
  const auto address = ip6_from_hex(words[4]);
  const auto metric = number_in(words[5], 16);
  if (!flags || !address || !metric || is_link_local(*address)) return std::nullopt;
  if ((*flags & kRouteUp) == 0 || (*flags & kRouteGateway) == 0 || (*flags & kRouteReject) != 0) {
    return std::nullopt;
  }
  return Gateway{*address, *metric};
}

template <typename ReadLine>
std::vector<IpAddress> gateways_in(ByteView table, ReadLine read_line) {
  std::vector<Gateway> gateways;
  while (!table.empty()) {
    const std::size_t end = std::min(table.find('\n'), table.size());
    if (const auto gateway = read_line(split(table.substr(0, end), " \t"))) gateways.push_back(*gateway);
    table.remove_prefix(std::min(end + 1, table.size()));
  }
  std::stable_sort(gateways.begin(), gateways.end(),
                   [](const Gateway& a, const Gateway& b) { return a.metric < b.metric; });
  std::vector<IpAddress> addresses;
  for (const Gateway& gateway : gateways) {
    if (std::find(addresses.begin(), addresses.end(), gateway.ip) == addresses.end()) {
      addresses.push_back(gateway.ip);
    }
  }
  return addresses;
}

std::string text_of_file(const char* path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

}  // namespace

Routes routes_ip4(ByteView table) {
  Routes routes;
  for (const ByteView line : lines_of(table)) {
    if (auto route = route_in_ip4_line(split(line, " \t"))) routes.push_back(std::move(*route));
  }
  return routes;
}

Routes routes_ip4_of_this_machine() {
  const std::string table = text_of_file("/proc/self/net/route");
  return routes_ip4(table);
}

std::vector<IpAddress> default_gateways_ip4(ByteView table) {
  return gateways_in(table, gateway_in_ip4_line);
}

std::vector<IpAddress> default_gateways_ip6(ByteView table) {
  return gateways_in(table, gateway_in_ip6_line);
}

std::vector<IpAddress> default_gateways() {
  auto gateways = default_gateways_ip4(text_of_file("/proc/self/net/route"));
  const auto ip6 = default_gateways_ip6(text_of_file("/proc/self/net/ipv6_route"));
  gateways.insert(gateways.end(), ip6.begin(), ip6.end());
  return gateways;
}

}  // namespace fapfon::net
