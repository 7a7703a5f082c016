// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/closing_connections.hpp"

#include <algorithm>

namespace fapfon::net {

void ClosingConnections::close(std::unique_ptr<TcpConnection> connection) {
  if (closing_.size() == kMaxClosing) closing_.erase(closing_.begin());
  connection->close_orderly(*this);
  closing_.push_back(std::move(connection));
}

void ClosingConnections::tcp_connect_failed(TcpConnection& connection, ByteView /*unsent*/, ByteView cause) {
  tcp_closed(connection, cause);
}

void ClosingConnections::tcp_closed(TcpConnection& connection, ByteView /*cause*/) {
  std::erase_if(closing_, [&](const auto& entry) { return entry.get() == &connection; });
}

}  // namespace fapfon::net
