// SPDX-License-Identifier: GPL-2.0-or-later
// The sockets of the relay (SPEC M2). Pairs of ports are opened before calls need them and handed to the
// core, which says where each packet goes on: this is the way of every packet of relayed audio.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "base/port_range.hpp"
#include "net/media_socket.hpp"
#include "proxy/proxy.hpp"
#include "relay/port_pool.hpp"

namespace fapfon::app {

class MediaPorts final : net::MediaSocket::Owner {
 public:
  /// A pair could not be opened, and the next try comes after a pause.
  using Trouble = std::function<void(const IpAddress& local, const net::SystemError& cause)>;

  /// `seed` decides which ports are taken: nobody shall guess them.
  MediaPorts(net::Loop& loop, const PortRange& range, std::uint64_t seed, Trouble trouble)
      : loop_(loop), range_(range), seed_(seed), trouble_(std::move(trouble)) {}

  /// Opens what `core` wants in stock, as far as there are ports. Packets go to the core that was served
  /// last.
  void refill(proxy::Proxy& core, TimePoint now);
  void release(relay::PairId id, TimePoint now);
  /// Closes all: the core that they belong to is gone.
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
  bool open_one(proxy::Proxy& core, const IpAddress& local, Home& home, TimePoint now);
  void keep(relay::PairId id, net::MediaSocketPair sockets);

  net::Loop& loop_;
  PortRange range_;
  std::uint64_t seed_;
  Trouble trouble_;
  proxy::Proxy* core_ = nullptr;
  std::map<IpAddress, Home> homes_;
  std::vector<OpenPair> pairs_;  // by the index of their ids
};

}  // namespace fapfon::app
