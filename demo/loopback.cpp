// SPDX-License-Identifier: GPL-2.0-or-later
#include "loopback.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>

#include <netinet/tcp.h>
#include <sys/socket.h>

#include "net/socket.hpp"

namespace fapfon::demo {
namespace {

constexpr int kBacklog = 16;
constexpr std::size_t kMostDatagramBytes = 65536;
constexpr std::uint16_t kPortsTried = 1000;

std::optional<net::Fd> open_bound(const SocketAddress& address, int type, bool reuse) {
  if (!address.ip.is_loopback() && !address.ip.is_unspecified()) return std::nullopt;
  auto fd = net::open_socket(address.ip, type);
  if (!fd) return std::nullopt;
  if (reuse) net::set_option(*fd, SOL_SOCKET, SO_REUSEADDR, 1);
  if (!net::bind_socket(*fd, address)) return std::nullopt;
  return std::move(*fd);
}

}  // namespace

std::optional<net::Fd> open_udp(const SocketAddress& address) {
  return open_bound(address, SOCK_DGRAM, false);
}

std::optional<net::Fd> open_listener(const SocketAddress& address) {
  auto fd = open_bound(address, SOCK_STREAM, true);
  if (!fd || listen(fd->number(), kBacklog) != 0) return std::nullopt;
  return fd;
}

std::optional<net::Fd> connect_tcp(const IpAddress& from, const SocketAddress& to) {
  if (!to.ip.is_loopback()) return std::nullopt;
  auto fd = open_bound({from, 0}, SOCK_STREAM, false);
  if (!fd) return std::nullopt;
  net::set_option(*fd, IPPROTO_TCP, TCP_NODELAY, 1);
  sockaddr_storage storage{};
  const socklen_t length = to.to_sockaddr(storage);
  if (connect(fd->number(), reinterpret_cast<const sockaddr*>(&storage), length) == 0) return fd;
  return errno == EINPROGRESS ? std::move(fd) : std::nullopt;
}

bool send_datagram(const net::Fd& fd, const SocketAddress& to, ByteView bytes) {
  if (!to.ip.is_loopback()) return false;
  sockaddr_storage storage{};
  const socklen_t length = to.to_sockaddr(storage);
  // The answer "connection refused" to an earlier datagram is no error of this one: once more.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto sent = sendto(fd.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&storage), length);
    if (sent >= 0) return true;
  }
  return false;
}

std::optional<std::string> receive_datagram(const net::Fd& fd, SocketAddress& from) {
  std::array<char, kMostDatagramBytes> buffer{};
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  const auto got =
      recvfrom(fd.number(), buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&storage), &length);
  if (got < 0) return std::nullopt;
  from = SocketAddress::from(storage);
  return std::string{buffer.data(), static_cast<std::size_t>(got)};
}

std::uint16_t free_port(const IpAddress& ip, std::uint16_t wish) {
  for (std::uint16_t i = 0; i < kPortsTried; ++i) {
    const SocketAddress address{ip, static_cast<std::uint16_t>(wish + i)};
    if (open_udp(address) && open_listener(address)) return address.port;
  }
  throw std::runtime_error("no free port near " + std::to_string(wish) + " on " + ip.to_string());
}

}  // namespace fapfon::demo
