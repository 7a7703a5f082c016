// SPDX-License-Identifier: GPL-2.0-or-later
// URIs (RFC 3261 section 19.1). sip: and sips: are taken apart; of any other scheme only the scheme
// is read, because it never names an address that a rule could change. Nothing is unescaped: what leaves
// must be what came, byte for byte (SPEC F5).
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "sip/host_port.hpp"

namespace fapfon::sip {

enum class Scheme : std::uint8_t { sip, sips, other };

struct Uri {
  ByteView whole;
  Scheme scheme = Scheme::other;
  // Only for sip: and sips:
  ByteView user;  ///< without the @ and with a password, if any; empty when there is none
  HostPort host_port;
  ByteView params;   ///< from the first semicolon on; empty when there are none
  ByteView headers;  ///< from the ? on; empty when there are none

  [[nodiscard]] bool is_sip() const noexcept { return scheme != Scheme::other; }
  /// The port that the URI names or implies (RFC 3261 section 19.1.2).
  [[nodiscard]] std::uint16_t port() const noexcept {
    return host_port.port_or(scheme == Scheme::sips ? kDefaultTlsPort : kDefaultPort);
  }
  /// Value of transport=, empty when there is none.
  [[nodiscard]] ByteView transport() const noexcept;
};

/// Reads all of `text`. None without a scheme, or when a sip: URI has no readable host.
/// Views live as long as `text`; no allocation.
std::optional<Uri> parse_uri(ByteView text) noexcept;

/// Whether two user parts are one (RFC 3261 section 19.1.4): "an%6ea", "an%6Ea" and "anna" are, "Anna" is
/// not.
bool same_user(ByteView a, ByteView b) noexcept;

}  // namespace fapfon::sip
