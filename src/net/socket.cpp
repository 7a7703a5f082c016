// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/socket.hpp"

#include <cerrno>
#include <system_error>

#include <sys/socket.h>

namespace fapfon::net {
namespace {

Unexpected<SystemError> last_error() {
  return Unexpected<SystemError>(SystemError{errno});
}

int family_of(const IpAddress& ip) {
  return ip.is_v4() ? AF_INET : AF_INET6;
}

}  // namespace

std::string SystemError::text() const {
  return std::generic_category().message(number);
}

Expected<Fd, SystemError> open_socket(const IpAddress& ip, int type) {
  Fd fd{::socket(family_of(ip), type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!fd) return last_error();
  if (ip.is_v6()) set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  return fd;
}

Expected<void, SystemError> bind_socket(const Fd& fd, const SocketAddress& address) {
  sockaddr_storage storage{};
  const socklen_t length = address.to_sockaddr(storage);
  if (::bind(fd.number(), reinterpret_cast<const sockaddr*>(&storage), length) != 0) return last_error();
  return {};
}

void set_option(const Fd& fd, int level, int option, int value) noexcept {
  ::setsockopt(fd.number(), level, option, &value, sizeof value);
}

void set_dscp(const Fd& fd, Family family, Dscp dscp) noexcept {
  constexpr int kEcnBits = 2;  // the lower two of the octet are the kernel's (RFC 3168)
  const int octet = static_cast<int>(dscp) << kEcnBits;
  // An IPv6 socket that serves IPv4 too (mapped addresses) marks each family by its own option.
  set_option(fd, IPPROTO_IP, IP_TOS, octet);
  if (family == Family::ip6) set_option(fd, IPPROTO_IPV6, IPV6_TCLASS, octet);
}

SocketAddress local_address_of(const Fd& fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  if (::getsockname(fd.number(), reinterpret_cast<sockaddr*>(&storage), &length) != 0) return {};
  return SocketAddress::from(storage);
}

SocketAddress remote_address_of(const Fd& fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  if (::getpeername(fd.number(), reinterpret_cast<sockaddr*>(&storage), &length) != 0) return {};
  return SocketAddress::from(storage);
}

Expected<IpAddress, SystemError> local_address_towards(const SocketAddress& remote) {
  const auto fd = open_socket(remote.ip, SOCK_DGRAM);
  if (!fd) return Unexpected<SystemError>(fd.error());
  sockaddr_storage storage{};
  const socklen_t length = remote.to_sockaddr(storage);
  if (::connect(fd->number(), reinterpret_cast<const sockaddr*>(&storage), length) != 0) return last_error();
  return local_address_of(*fd).ip;
}

IpAddress wildcard(Family family) {
  return family == Family::ip6 ? IpAddress::parse("::").value() : IpAddress::v4(0, 0, 0, 0);
}

}  // namespace fapfon::net
