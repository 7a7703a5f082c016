// SPDX-License-Identifier: GPL-2.0-or-later
// Box-facing addresses: a UDP socket and a TCP listener on one port of the local address towards the
// Box (SPEC L2). The UDP socket is bound first and does not share its port, so it also keeps two programs
// from using one port.
#pragma once

#include <cstdint>
#include <memory>

#include "base/expected.hpp"
#include "net/tcp_listener.hpp"
#include "net/udp_socket.hpp"
#include "proxy/proxy.hpp"

namespace fapfon::app {

/// Below net.ipv4.ip_local_port_range (32768 and up), so that no outgoing connection of another program
/// takes a port that a line returns to.
inline constexpr std::uint16_t kFirstBoxFacingPort = 20'000;
inline constexpr std::uint16_t kLastBoxFacingPort = 29'999;

/// One box-facing address: both sockets have the same port.
struct BoxFacing {
  std::unique_ptr<net::UdpSocket> udp;
  std::unique_ptr<net::TcpListener> tcp;
  proxy::BoxFacingFlows flows;
};

class BoxFacingPorts {
 public:
  /// `seed` decides which port of the range is the first.
  BoxFacingPorts(net::Loop& loop, std::uint32_t seed, net::UdpSocket::Owner& udp_owner,
                 net::TcpListener::Owner& tcp_owner);

  /// Opens the next free port of the range on `local`; one that the kernel chooses when many are taken. The
  /// sockets are closed with the value; the error is why the kernel refused the last try.
  Expected<BoxFacing, net::SystemError> open(const IpAddress& local);

 private:
  Expected<BoxFacing, net::SystemError> open_port(const SocketAddress& local);
  std::uint16_t take_next_port() noexcept;

  net::Loop& loop_;
  net::UdpSocket::Owner& udp_owner_;
  net::TcpListener::Owner& tcp_owner_;
  std::uint16_t next_port_;
};

}  // namespace fapfon::app
