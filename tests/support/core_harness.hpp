// SPDX-License-Identifier: GPL-2.0-or-later
// The core between two plain wires: bytes of a phone or of the Box go in, bytes come out, nothing is
// simulated and no time passes. For tests whose whole story is one message in, one message out (golden,
// torture, property, fuzz); stories with peers and time use world.hpp. The default addresses are the seed's.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"
#include "proxy/proxy.hpp"
#include "support/media_ports.hpp"

namespace fapfon::support {

/// Who stands where (SPEC section 1).
struct Scene {
  SocketAddress phone{IpAddress::v4(172, 20, 11, 6), 62895};       ///< observed
  SocketAddress sip_port{IpAddress::v4(172, 30, 10, 2), 5060};     ///< where phones reach us
  SocketAddress box_facing{IpAddress::v4(172, 30, 10, 2), 43202};  ///< of the first line; then one port up
  SocketAddress box{IpAddress::v4(172, 30, 10, 1), 5060};
  proxy::Config config = {};
  std::size_t media_pair_count = 1000;  ///< that can be open at once
};

/// What the core did with one delivery of bytes.
struct Reaction {
  std::vector<std::string> to_box;    ///< each as one Send
  std::vector<std::string> to_phone;  ///< likewise, whatever phone
  std::vector<proxy::Note> notes;
  std::vector<proxy::CloseReason> closed;
  std::vector<proxy::CallReport> reports;  ///< of calls with relayed media that are over

  [[nodiscard]] std::size_t count(proxy::Note::Kind kind) const;
};

class CoreHarness {
 public:
  explicit CoreHarness(Scene scene = {});

  [[nodiscard]] const Scene& scene() const noexcept { return scene_; }

  /// One datagram, or the next bytes of its TCP connection. The bytes are handed in as a buffer of exactly
  /// their size, so that a sanitizer sees the first byte read behind them.
  Reaction phone_sends(ByteView bytes, Transport transport = Transport::udp);
  Reaction phone_sends_from(const SocketAddress& address, ByteView bytes, Transport transport);
  /// On the hop that the Box heard last.
  Reaction box_sends(ByteView bytes);
  /// The 200 to the REGISTER that it heard last: the phone stops being a guest.
  Reaction box_accepts();
  /// On the same line by a transport of the Box's choice (SPEC H7).
  Reaction box_sends(ByteView bytes, Transport transport);

  /// A packet of RTP or RTCP reaches our address `to`; none when it goes nowhere.
  std::optional<Relayed> packet(const SocketAddress& source, const SocketAddress& to, ByteView bytes);
  [[nodiscard]] relay::Relay& relay() noexcept { return relay_; }
  [[nodiscard]] proxy::Proxy& core() noexcept { return proxy_; }
  [[nodiscard]] const MediaPorts& media_ports() const noexcept { return media_ports_; }
  /// Time passes; what is due happens.
  Reaction advance(Duration duration);

  /// Whether the phone's TCP connection still stands.
  [[nodiscard]] bool is_connected() const;

 private:
  Reaction receive(proxy::FlowId flow, ByteView bytes);
  void carry_out(const proxy::Actions& actions, Reaction& reaction);
  void carry_out_send(const proxy::Actions& actions, const proxy::Send& send, Reaction& reaction);

  Scene scene_;
  relay::Relay relay_;
  proxy::Proxy proxy_;
  MediaPorts media_ports_;
  TimePoint now_;
  std::map<std::pair<Transport, SocketAddress>, proxy::FlowId> phones_;
  std::vector<proxy::BoxFacingFlows> box_facing_;
  std::optional<proxy::FlowId> heard_by_box_;
  std::string heard_;
};

}  // namespace fapfon::support
