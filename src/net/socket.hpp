// SPDX-License-Identifier: GPL-2.0-or-later
// The system calls around a socket that all kinds of sockets here need, with values instead of
// structures. Errors are errno values; the caller knows what it asked for and writes the message.
#pragma once

#include <cstdint>
#include <string>

#include "base/expected.hpp"
#include "base/socket_address.hpp"
#include "net/fd.hpp"

namespace fapfon::net {

/// An errno value.
struct SystemError {
  int number = 0;
  [[nodiscard]] std::string text() const;
};

/// A non-blocking, close-on-exec socket of the family of `ip`; IPv6 sockets are IPv6 only, so that an
/// IPv4 socket can have the same port beside it.
Expected<Fd, SystemError> open_socket(const IpAddress& ip, int type);
/// Binds to `address`; port 0: the kernel chooses.
Expected<void, SystemError> bind_socket(const Fd& fd, const SocketAddress& address);
/// Sets an integer option. Errors are ignored: an old kernel may not know the option.
void set_option(const Fd& fd, int level, int option, int value) noexcept;

/// Classes of differentiated services (RFC 2474 section 3), by which routers prefer what cannot wait.
enum class Dscp : std::uint8_t {
  signalling = 24,  ///< CS3: SIP (SPEC M2)
  audio = 46,       ///< EF, expedited forwarding (RFC 3246): RTP and RTCP (SPEC M2)
};
/// What `fd`, a socket of `family`, sends from now on is marked with `dscp`.
void set_dscp(const Fd& fd, Family family, Dscp dscp) noexcept;

/// The two ends of a socket, as the kernel knows them; port 0 when it has none.
SocketAddress local_address_of(const Fd& fd);
SocketAddress remote_address_of(const Fd& fd);

/// The address this machine would use to reach `remote`: what the routing table says, nothing is sent.
Expected<IpAddress, SystemError> local_address_towards(const SocketAddress& remote);

/// 0.0.0.0 or ::
IpAddress wildcard(Family family);

}  // namespace fapfon::net
