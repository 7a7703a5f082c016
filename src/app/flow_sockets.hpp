// SPDX-License-Identifier: GPL-2.0-or-later
// Which socket carries which flow of the core. The core's ids are small numbers that are used again, so
// the table is a vector; the generation tells an old id from a new one. Sockets carry the id back to us
// as their tag.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "app/box_facing.hpp"
#include "net/tcp_connection.hpp"
#include "proxy/ids.hpp"

namespace fapfon::app {

/// The sockets of one flow; which members are in use follows from `kind`.
struct FlowSocket {
  enum class Kind : std::uint8_t { none, phone_udp, phone_tcp, box_udp, box_tcp };

  Kind kind = Kind::none;
  std::uint32_t generation = 0;
  /// phone_udp: where datagrams go, and from which local address.
  SocketAddress local;
  SocketAddress remote;
  /// phone_tcp; box_tcp while it is dialled or connected.
  std::unique_ptr<net::TcpConnection> connection;
  /// box_udp: its sockets.
  BoxFacing facing;
  /// box_tcp: the box_udp flow of the same address, which it dials from.
  proxy::FlowId box_facing;
};

class FlowSockets {
 public:
  /// The entry of `id`; null when it was never put, or is gone. Valid until the next put().
  [[nodiscard]] FlowSocket* find(proxy::FlowId id) noexcept;
  /// An empty entry for `id`, in place of what an older id of the same number left.
  FlowSocket& put(proxy::FlowId id, FlowSocket::Kind kind);
  /// Closes the sockets of `id`; an id of an older generation closes nothing.
  void erase(proxy::FlowId id) noexcept;
  /// Closes all sockets.
  void clear() noexcept { sockets_.clear(); }

  [[nodiscard]] std::vector<FlowSocket>& all() noexcept { return sockets_; }

 private:
  std::vector<FlowSocket> sockets_;  // by FlowId::index
};

/// A flow's id as the tag of its socket, and back.
constexpr std::uint64_t tag_of(proxy::FlowId id) noexcept {
  return (std::uint64_t{id.generation} << 32U) | id.index;
}

constexpr proxy::FlowId flow_of(std::uint64_t tag) noexcept {
  return {static_cast<std::uint32_t>(tag), static_cast<std::uint32_t>(tag >> 32U)};
}

}  // namespace fapfon::app
