// SPDX-License-Identifier: GPL-2.0-or-later
// Media ports without sockets: what the daemon does for the core's relay, on paper. Each address of ours
// counts its ports up from 30000, so that a test can say which ones a call gets.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "base/socket_address.hpp"
#include "relay/relay.hpp"

namespace fapfon::support {

/// A packet that the relay has sent.
struct Relayed {
  SocketAddress from;  ///< of ours
  SocketAddress to;
};

class MediaPorts {
 public:
  /// At most `pair_count` pairs are open at a time, on all addresses together.
  explicit MediaPorts(std::size_t pair_count = 1000) : pair_count_(pair_count) {}

  /// Takes back what the relay has released, and gives it the pairs that it wants. Throws std::logic_error
  /// when a pair is released twice.
  void serve(relay::Relay& relay);
  /// The pairs stay open for a relay that takes over: those that `calls` name come back to them, the others
  /// are in stock.
  void hand_over(relay::Relay& relay, const std::set<SocketAddress>& calls);
  /// A pair is open again that a call of a predecessor has had.
  void returns(relay::Relay& relay, const SocketAddress& pair) {
    pairs_[pair] = relay.add_returning_pair(pair.ip, pair.port);
    auto& next = next_port_[pair.ip];
    next = std::max(next, static_cast<std::uint16_t>(pair.port + 2));
  }
  /// Pairs that are open now, in use or in stock.
  [[nodiscard]] std::size_t open_count() const noexcept { return pairs_.size(); }
  [[nodiscard]] std::size_t released_count() const noexcept { return released_count_; }

  /// The name of our port at an address; none when nobody listens there.
  [[nodiscard]] std::optional<relay::MediaPort> port_at(const SocketAddress& address) const;
  /// A packet from `source` reaches our address `to`. None when nobody listens there, or when it is dropped.
  [[nodiscard]] std::optional<Relayed> packet(relay::Relay& relay, const SocketAddress& source,
                                              const SocketAddress& to, ByteView bytes, TimePoint now) const;

 private:
  void release(relay::PairId pair);

  std::size_t pair_count_;
  std::size_t released_count_ = 0;
  std::map<SocketAddress, relay::PairId> pairs_;  // by the address of RTP
  std::map<IpAddress, std::uint16_t> next_port_;
};

/// A packet of RTP (RFC 3550 section 5.1) with `payload` bytes of sound.
std::string rtp_packet(std::uint16_t sequence, std::uint32_t ssrc, std::uint8_t payload_type = 8,
                       std::size_t payload = 160);

}  // namespace fapfon::support
