// SPDX-License-Identifier: GPL-2.0-or-later
// host [":" port] as in URIs and in Via sent-by (RFC 3261 section 25.1).
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"

namespace fapfon::sip {

/// The port of sip: URIs and of a Via sent-by without one (RFC 3261 section 19.1.2).
inline constexpr std::uint16_t kDefaultPort = 5060;
inline constexpr std::uint16_t kDefaultTlsPort = 5061;

struct HostPort {
  ByteView whole;                     ///< host and port as they stand; views live as long as the text
  ByteView host;                      ///< brackets of an IPv6 reference included
  std::optional<IpAddress> ip;        ///< when the host is an address
  std::optional<std::uint16_t> port;  ///< none when the text has none

  [[nodiscard]] std::uint16_t port_or(std::uint16_t fallback) const noexcept {
    return port.value_or(fallback);
  }
};

/// Reads all of `text`; white space around the colon is allowed, as in a Via (RFC 3261 section 25.1
/// COLON). None when the host is empty or the port is not a number up to 65535.
std::optional<HostPort> parse_host_port(ByteView text) noexcept;

}  // namespace fapfon::sip
