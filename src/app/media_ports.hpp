// SPDX-License-Identifier: GPL-2.0-or-later
// The sockets of the relay (SPEC M2). Pairs of ports are opened before calls need them and handed to the
// relay, which decides where each packet goes. Every packet of relayed audio passes here.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "base/port_range.hpp"
#include "net/media_socket.hpp"
#include "relay/port_pool.hpp"
#include "relay/relay.hpp"

namespace fapfon::app {

class MediaPorts final : net::MediaSocket::Owner {
 public:
  /// A pair could not be opened, and the next try comes after a pause.
  using Trouble = std::function<void(const IpAddress& local, const net::SystemError& cause)>;

  /// `seed` decides which ports are taken, so that nobody can guess them.
  MediaPorts(net::Loop& loop, const PortRange& range, std::uint64_t seed, Trouble trouble)
      : loop_(loop), range_(range), seed_(seed), trouble_(std::move(trouble)) {}

  /// Packets go to `relay` from now on, which must live until the next use() or clear().
  void use(relay::Relay& relay) noexcept { relay_ = &relay; }
  /// Closes the pairs that the relay has released, and opens those that it wants in stock, as far as there
  /// are ports.
  void serve(TimePoint now);
  /// Closes all: the relay that they belong to is gone.
  void clear(TimePoint now);

 private:
  struct OpenPair {
    relay::PairId id;
    net::MediaSocketPair sockets;
  };
  /// One local address.
  struct Home {
    relay::PortPool ports;
    TimePoint next_try{};  ///< after trouble
  };

  std::optional<net::MediaSocket::Hop> media_packet(net::MediaSocket& socket, const SocketAddress& source,
                                                    ByteView bytes) override;
  Home& home_of(const IpAddress& local);
  /// False when no pair can be opened now.
  bool open_one(const IpAddress& local, Home& home, TimePoint now);
  void release(relay::PairId id, TimePoint now);
  void keep(relay::PairId id, net::MediaSocketPair sockets);

  net::Loop& loop_;
  PortRange range_;
  std::uint64_t seed_;
  Trouble trouble_;
  relay::Relay* relay_ = nullptr;
  std::map<IpAddress, Home> homes_;
  std::vector<OpenPair> pairs_;  // by the index of their ids
};

}  // namespace fapfon::app
