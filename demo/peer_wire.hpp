// SPDX-License-Identifier: GPL-2.0-or-later
// The real sockets of one simulated peer: a UDP socket and a TCP listener at its address, and the
// connections that it opens or takes. Carries what FakeBox and FakePhone put into their outbox.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "loopback.hpp"
#include "poller.hpp"
#include "support/hop.hpp"

namespace fapfon::demo {

/// What the peer behind the sockets wants to know.
struct PeerEvents {
  std::function<void(const support::Hop&, ByteView)> received;
  std::function<void(const support::Hop&)> connected;
  std::function<void(const support::Hop&)> closed;
};

class PeerWire {
 public:
  /// Throws when the address is taken.
  PeerWire(Poller& poller, const SocketAddress& address, PeerEvents events);
  ~PeerWire();
  PeerWire(const PeerWire&) = delete;
  PeerWire& operator=(const PeerWire&) = delete;

  /// All that is meant for `meant` goes to `instead` and back from there: the NAT rule of the VPN server,
  /// which the demo plays itself.
  /// Connections that are open are closed.
  void detour(const SocketAddress& meant, const SocketAddress& instead);
  void carry(const support::Outbox& outbox);

 private:
  struct Detour {
    SocketAddress meant;
    SocketAddress instead;
  };
  struct Connection {
    net::Fd fd;
    support::Hop hop;  // `remote` is what the peer meant
    bool established = false;
    std::string unsent;
  };

  void send(const support::Outgoing& item);
  Connection* connection_for(const support::Hop& hop);
  void add_connection(net::Fd fd, const SocketAddress& remote, bool established);
  void read_udp();
  void accept_one();
  void on_connection(int fd, short events);
  void establish(Connection& connection);
  bool flush(Connection& connection);
  bool read(Connection& connection);
  void drop(int fd);

  Poller& poller_;
  SocketAddress address_;
  PeerEvents events_;
  net::Fd udp_;
  net::Fd listener_;
  std::optional<Detour> detour_;
  std::map<int, Connection> connections_;  // by descriptor
};

}  // namespace fapfon::demo
