// SPDX-License-Identifier: GPL-2.0-or-later
// Connections that are done except for an answer that has to be delivered: a 400 or 513 whose
// sender is disconnected (SPEC F2, F3). Each ends within the patience of TcpConnection.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "net/tcp_connection.hpp"

namespace fapfon::net {

class ClosingConnections final : TcpConnection::Owner {
 public:
  /// With more than this many the oldest is closed at once.
  static constexpr std::size_t kMaxClosing = 256;

  /// Takes the connection over and closes it in order (TcpConnection::close_orderly).
  void close(std::unique_ptr<TcpConnection> connection);
  [[nodiscard]] std::size_t count() const noexcept { return closing_.size(); }

 private:
  void tcp_connected(TcpConnection& /*connection*/) override {}
  void tcp_connect_failed(TcpConnection& connection, ByteView unsent, ByteView cause) override;
  void tcp_bytes(TcpConnection& /*connection*/, ByteView /*bytes*/) override {}
  void tcp_closed(TcpConnection& connection, ByteView cause) override;

  std::vector<std::unique_ptr<TcpConnection>> closing_;  // oldest first
};

}  // namespace fapfon::net
