// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/socket_address.hpp"

#include <algorithm>
#include <cstring>

#include <arpa/inet.h>

#include "base/hash.hpp"

namespace fapfon {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t kLongestAddressText = INET6_ADDRSTRLEN;

/// "192.0.2.1", as strict as inet_pton: four numbers up to 255 without leading zeros. Most addresses are
/// such, and each message names several.
std::optional<IpAddress> parse_v4(ByteView text) noexcept {
  std::array<std::uint8_t, 4> octets{};
  std::size_t at = 0;
  for (std::size_t octet = 0; octet < octets.size(); ++octet) {
    if (octet > 0 && (at >= text.size() || text[at++] != '.')) return std::nullopt;
    unsigned value = 0;
    const std::size_t start = at;
    for (; at < text.size() && is_digit(text[at]) && value <= 255; ++at) {
      value = value * 10 + static_cast<unsigned>(text[at] - '0');
    }
    const bool leading_zero = at - start > 1 && text[start] == '0';
    if (at == start || value > 255 || leading_zero) return std::nullopt;
    octets[octet] = static_cast<std::uint8_t>(value);
  }
  if (at != text.size()) return std::nullopt;
  return IpAddress::v4(octets[0], octets[1], octets[2], octets[3]);
}

ByteView without_brackets(ByteView text) noexcept {
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(ByteView text) noexcept {
  if (text.find(':') == ByteView::npos) return parse_v4(text);
  const ByteView bare = without_brackets(text);
  const bool cut_short = bare.find('\0') != ByteView::npos;  // inet_pton would stop there
  if (cut_short || bare.size() >= kLongestAddressText) return std::nullopt;
  std::array<char, kLongestAddressText> terminated{};
  std::copy(bare.begin(), bare.end(), terminated.begin());
  in6_addr address{};
  if (inet_pton(AF_INET6, terminated.data(), &address) != 1) return std::nullopt;
  return from(address);
}

IpAddress IpAddress::from(const in_addr& address) noexcept {
  IpAddress ip;
  ip.family_ = Family::ip4;
  std::memcpy(ip.bytes_.data(), &address, 4);
  return ip;
}

IpAddress IpAddress::from(const in6_addr& address) noexcept {
  IpAddress ip;
  if (std::memcmp(&address, kMappedPrefix.data(), kMappedPrefix.size()) == 0) {
    ip.family_ = Family::ip4;
    std::memcpy(ip.bytes_.data(), &address.s6_addr[kMappedPrefix.size()], 4);
    return ip;
  }
  ip.family_ = Family::ip6;
  std::memcpy(ip.bytes_.data(), &address, 16);
  return ip;
}

bool IpAddress::is_unspecified() const noexcept {
  return family_ != Family::none && bytes_ == std::array<std::uint8_t, 16>{};
}

bool IpAddress::is_multicast() const noexcept {
  return is_v4() ? (bytes_[0] & 0xf0U) == 0xe0U : is_v6() && bytes_[0] == 0xff;
}

bool IpAddress::is_loopback() const noexcept {
  if (is_v4()) return bytes_[0] == 127;
  std::array<std::uint8_t, 16> one{};
  one[15] = 1;
  return is_v6() && bytes_ == one;
}

std::string IpAddress::to_string() const {
  if (family_ == Family::none) return "-";
  std::array<char, kLongestAddressText> text{};
  if (is_v6()) {
    inet_ntop(AF_INET6, bytes_.data(), text.data(), text.size());
    return text.data();
  }
  char* end = text.data();
  for (std::size_t octet = 0; octet < 4; ++octet) {
    if (octet > 0) *end++ = '.';
    end = std::to_chars(end, text.data() + text.size(), bytes_[octet]).ptr;
  }
  return {text.data(), end};
}

std::optional<SocketAddress> SocketAddress::parse(ByteView text) noexcept {
  const std::size_t colon = text.rfind(':');
  if (colon == ByteView::npos) return std::nullopt;
  const ByteView host = text.substr(0, colon);
  const bool bare_v6 = host.find(':') != ByteView::npos && host.front() != '[';
  if (bare_v6) return std::nullopt;
  const auto ip = IpAddress::parse(host);
  const auto port = parse_decimal<std::uint16_t>(text.substr(colon + 1));
  if (!ip || !port) return std::nullopt;
  return SocketAddress{*ip, *port};
}

SocketAddress SocketAddress::from(const sockaddr_storage& storage) noexcept {
  if (storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &storage, sizeof v4);
    return {IpAddress::from(v4.sin_addr), ntohs(v4.sin_port)};
  }
  if (storage.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &storage, sizeof v6);
    return {IpAddress::from(v6.sin6_addr), ntohs(v6.sin6_port)};
  }
  return {};
}

socklen_t SocketAddress::to_sockaddr(sockaddr_storage& storage, int socket_family) const noexcept {
  if (socket_family == AF_INET) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, ip.bytes().data(), 4);
    std::memcpy(&storage, &v4, sizeof v4);
    return sizeof v4;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  if (ip.is_v4()) {
    std::memcpy(&v6.sin6_addr, kMappedPrefix.data(), kMappedPrefix.size());
    std::memcpy(&v6.sin6_addr.s6_addr[kMappedPrefix.size()], ip.bytes().data(), 4);
  } else {
    std::memcpy(&v6.sin6_addr, ip.bytes().data(), 16);
  }
  std::memcpy(&storage, &v6, sizeof v6);
  return sizeof v6;
}

socklen_t SocketAddress::to_sockaddr(sockaddr_storage& storage) const noexcept {
  return to_sockaddr(storage, ip.is_v4() ? AF_INET : AF_INET6);
}

std::string to_uri_host(const IpAddress& ip) {
  return ip.is_v6() ? '[' + ip.to_string() + ']' : ip.to_string();
}

std::string SocketAddress::to_string() const {
  return to_uri_host(ip) + ':' + std::to_string(port);
}

std::size_t AddressHash::operator()(const IpAddress& ip) const noexcept {
  const auto& bytes = ip.bytes();
  return static_cast<std::size_t>(
      hash64({reinterpret_cast<const char*>(bytes.data()), ip.is_v4() ? 4U : bytes.size()}, 0));
}

std::size_t AddressHash::operator()(const SocketAddress& address) const noexcept {
  return static_cast<std::size_t>(mix64((*this)(address.ip), address.port));
}

}  // namespace fapfon
