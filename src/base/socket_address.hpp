// SPDX-License-Identifier: GPL-2.0-or-later
// IP addresses and sockets as values: comparable, hashable, printable. An IPv4 address that arrives
// as ::ffff:a.b.c.d on a dual-stack socket is the same value as a.b.c.d, so that nothing above
// needs to know of mapped addresses. Zone ids (fe80::1%eth0) are not read from text.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <netinet/in.h>

#include "base/bytes.hpp"

namespace fapfon {

/// How one hop carries SIP (RFC 3261 section 18).
enum class Transport : std::uint8_t { udp, tcp };

/// "udp" or "tcp", as in a transport= parameter.
constexpr ByteView to_text(Transport transport) noexcept {
  return transport == Transport::udp ? "udp" : "tcp";
}

enum class Family : std::uint8_t { none, ip4, ip6 };

/// An IPv4 or IPv6 address, or none.
class IpAddress {
 public:
  constexpr IpAddress() noexcept = default;

  static constexpr IpAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) noexcept {
    IpAddress ip;
    ip.family_ = Family::ip4;
    ip.bytes_ = {a, b, c, d};
    return ip;
  }

  /// The inverse of family() and bytes(); of an IPv4 address only the first 4 bytes are read.
  static constexpr IpAddress from_bytes(Family family, const std::array<std::uint8_t, 16>& bytes) noexcept {
    if (family == Family::ip4) return v4(bytes[0], bytes[1], bytes[2], bytes[3]);
    IpAddress ip;
    ip.family_ = family;
    ip.bytes_ = bytes;
    return ip;
  }

  /// Reads "192.0.2.1", "2001:db8::1" or "[2001:db8::1]"; none for anything else. No allocation.
  static std::optional<IpAddress> parse(ByteView text) noexcept;
  static IpAddress from(const in_addr& address) noexcept;
  /// A mapped address (::ffff:192.0.2.1) becomes the IPv4 address.
  static IpAddress from(const in6_addr& address) noexcept;

  [[nodiscard]] constexpr Family family() const noexcept { return family_; }
  [[nodiscard]] constexpr bool is_v4() const noexcept { return family_ == Family::ip4; }
  [[nodiscard]] constexpr bool is_v6() const noexcept { return family_ == Family::ip6; }
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return family_ != Family::none; }

  /// 0.0.0.0 or ::, which SDP uses for hold (RFC 3264 section 8.4).
  [[nodiscard]] bool is_unspecified() const noexcept;
  [[nodiscard]] bool is_multicast() const noexcept;
  [[nodiscard]] bool is_loopback() const noexcept;

  /// Network byte order; only the first 4 count for IPv4.
  [[nodiscard]] constexpr const std::array<std::uint8_t, 16>& bytes() const noexcept { return bytes_; }

  /// "192.0.2.1" or "2001:db8::1", without brackets.
  [[nodiscard]] std::string to_string() const;

  friend constexpr bool operator==(const IpAddress&, const IpAddress&) noexcept = default;
  friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) noexcept = default;  // NOLINT

 private:
  Family family_ = Family::none;
  std::array<std::uint8_t, 16> bytes_{};
};

/// An IP address and a port.
struct SocketAddress {
  IpAddress ip;
  std::uint16_t port = 0;

  /// Reads "192.0.2.1:5060" or "[2001:db8::1]:5060"; the port is required.
  static std::optional<SocketAddress> parse(ByteView text) noexcept;
  static SocketAddress from(const sockaddr_storage& storage) noexcept;

  /// Fills `storage` for a socket of the family `socket_family` (AF_INET6 takes IPv4 as a mapped
  /// address) and returns the length to give to the kernel.
  socklen_t to_sockaddr(sockaddr_storage& storage, int socket_family) const noexcept;
  /// The same for a socket of the address's own family.
  socklen_t to_sockaddr(sockaddr_storage& storage) const noexcept;

  /// "192.0.2.1:5060" or "[2001:db8::1]:5060".
  [[nodiscard]] std::string to_string() const;

  friend constexpr bool operator==(const SocketAddress&, const SocketAddress&) noexcept = default;
  friend constexpr auto operator<=>(const SocketAddress&, const SocketAddress&) noexcept = default;  // NOLINT
};

/// Host as it stands in a URI or a Via: IPv6 gets brackets (RFC 3261 section 25.1, IPv6reference).
std::string to_uri_host(const IpAddress& ip);

/// A hash for tables keyed by an address.
struct AddressHash {
  using is_avalanching = void;
  std::size_t operator()(const IpAddress& ip) const noexcept;
  std::size_t operator()(const SocketAddress& address) const noexcept;
};

}  // namespace fapfon
