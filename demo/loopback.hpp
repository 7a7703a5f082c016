// SPDX-License-Identifier: GPL-2.0-or-later
// Sockets that can reach nothing but this machine. A phone that claims a wrong address makes the Box send
// there; in the demo that must never be an address of somebody else.
#pragma once

#include <optional>
#include <string>

#include "base/socket_address.hpp"
#include "net/fd.hpp"

namespace fapfon::demo {

/// A bound, non-blocking UDP socket; none when the port is taken. Port 0: any.
std::optional<net::Fd> open_udp(const SocketAddress& address);
/// The same, listening on TCP.
std::optional<net::Fd> open_listener(const SocketAddress& address);
/// A connection in the making, from this address; none when it fails at once.
std::optional<net::Fd> connect_tcp(const IpAddress& from, const SocketAddress& to);
/// False for an address that is not loopback: then nothing was sent.
bool send_datagram(const net::Fd& fd, const SocketAddress& to, ByteView bytes);
/// One datagram; none when there is none. `from` is set.
std::optional<std::string> receive_datagram(const net::Fd& fd, SocketAddress& from);

/// A port that is free for UDP and TCP on the address: `wish`, else the next one that is.
std::uint16_t free_port(const IpAddress& ip, std::uint16_t wish);

}  // namespace fapfon::demo
