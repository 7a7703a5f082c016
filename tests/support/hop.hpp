// SPDX-License-Identifier: GPL-2.0-or-later
// What a simulated peer sends, as values: FakeBox and FakePhone own no socket, so the same objects
// serve the scenarios on fake time and the demo on real sockets. Whoever carries the bytes decides
// what the network does to them.
#pragma once

#include <compare>
#include <string>
#include <vector>

#include "base/socket_address.hpp"

namespace fapfon::support {

/// One hop as its owner sees it. On TCP a local port of 0 asks for a connection to `remote`: any that
/// is open, else a new one.
struct Hop {
  Transport transport = Transport::udp;
  SocketAddress local;
  SocketAddress remote;

  friend bool operator==(const Hop&, const Hop&) noexcept = default;
  friend auto operator<=>(const Hop&, const Hop&) noexcept = default;
};

/// Bytes to send (on UDP one datagram), or the wish to close a connection.
struct Outgoing {
  enum class Kind : std::uint8_t { bytes, close };
  Kind kind = Kind::bytes;
  Hop hop;
  std::string bytes;
};

using Outbox = std::vector<Outgoing>;

}  // namespace fapfon::support
