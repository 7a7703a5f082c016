// SPDX-License-Identifier: GPL-2.0-or-later
// Room for what one recvmmsg brings: 32 datagrams with their two addresses. All UDP sockets of the
// loop share it; pages that no datagram reached are never touched.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <sys/socket.h>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"

namespace fapfon::net {

/// Datagrams that one wake-up takes from a socket at most, so that no socket starves the others.
inline constexpr std::size_t kDatagramsPerBatch = 32;

class DatagramBuffers {
 public:
  DatagramBuffers();
  ~DatagramBuffers();
  DatagramBuffers(const DatagramBuffers&) = delete;
  DatagramBuffers& operator=(const DatagramBuffers&) = delete;

  /// Reads up to `limit` datagrams that are there; returns how many, or -1 with errno.
  int receive(int fd, std::size_t limit);

  /// Of the datagram `index` of the last receive(); valid until the next.
  [[nodiscard]] ByteView bytes(std::size_t index) const;
  [[nodiscard]] SocketAddress remote(std::size_t index) const;
  /// The local address that it was sent to (IP_PKTINFO, IPV6_PKTINFO); none when the socket does not
  /// ask for it.
  [[nodiscard]] IpAddress local_ip(std::size_t index) const;
  /// The datagram was longer than its buffer (MSG_TRUNC), which cannot happen over IP.
  [[nodiscard]] bool truncated(std::size_t index) const;

 private:
  struct Slot;
  std::vector<Slot> slots_;
  std::vector<mmsghdr> headers_;
  std::unique_ptr<char[]> memory_;
};

}  // namespace fapfon::net
