// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/box_facing.hpp"

#include <cerrno>
#include <utility>

namespace fapfon::app {
namespace {

/// Ports tried in the range before the kernel is asked, and times it is asked.
constexpr int kRangeAttempts = 64;
constexpr int kKernelAttempts = 8;
constexpr std::uint32_t kPortCount = kLastBoxFacingPort - kFirstBoxFacingPort + 1;

}  // namespace

BoxFacingPorts::BoxFacingPorts(net::Loop& loop, std::uint32_t seed, net::UdpSocket::Owner& udp_owner,
                               net::TcpListener::Owner& tcp_owner)
    : loop_(loop),
      udp_owner_(udp_owner),
      tcp_owner_(tcp_owner),
      next_port_(static_cast<std::uint16_t>(kFirstBoxFacingPort + seed % kPortCount)) {}

std::uint16_t BoxFacingPorts::take_next_port() noexcept {
  const std::uint16_t port = next_port_;
  next_port_ = port == kLastBoxFacingPort ? kFirstBoxFacingPort : static_cast<std::uint16_t>(port + 1);
  return port;
}

Expected<BoxFacing, net::SystemError> BoxFacingPorts::open(const IpAddress& local) {
  for (int attempt = 0; attempt < kRangeAttempts + kKernelAttempts; ++attempt) {
    const std::uint16_t port = attempt < kRangeAttempts ? take_next_port() : std::uint16_t{0};
    auto opened = open_port({local, port});
    // Another try is worth it only if another program has the port.
    if (opened || opened.error().number != EADDRINUSE) return opened;
  }
  return Unexpected<net::SystemError>(net::SystemError{EADDRINUSE});
}

Expected<BoxFacing, net::SystemError> BoxFacingPorts::open_port(const SocketAddress& local) {
  auto udp = net::UdpSocket::open(loop_, net::UdpSocket::Kind::box_facing, local, udp_owner_);
  if (!udp) return Unexpected<net::SystemError>(udp.error());
  auto tcp = net::TcpListener::open(loop_, net::TcpListener::Kind::box_facing, (*udp)->local(), tcp_owner_);
  if (!tcp) return Unexpected<net::SystemError>(tcp.error());
  return BoxFacing{std::move(*udp), std::move(*tcp), {}};
}

}  // namespace fapfon::app
