// SPDX-License-Identifier: GPL-2.0-or-later
// Calls whose audio goes through us (SPEC M2): who speaks, from where, and where that is heard. A voice goes
// on as one stream of RTP wherever it speaks from, so that a story reads "anna speaks, the Box hears her".
#pragma once

#include <optional>
#include <string>

#include "scenario/scenario.hpp"
#include "support/rtp.hpp"

namespace fapfon::scenario {

/// The Box as the sender and receiver of audio; FakeBox puts these ports into its SDP.
inline const SocketAddress kBoxAudio{IpAddress::v4(172, 30, 10, 1), 7078};
inline const SocketAddress kBoxEarlyAudio{IpAddress::v4(172, 30, 10, 1), 7080};
/// Where the phones' audio really comes from, which no SDP names.
inline const SocketAddress kPhoneAudio{kVpnAddress, 50'004};
inline const SocketAddress kStrangersAudio{kThirdVpnAddress, 4000};

inline SocketAddress next_port(SocketAddress address) {
  ++address.port;
  return address;
}

/// One stream of RTP, 20 ms a packet.
class Voice {
 public:
  Voice(World& world, const SocketAddress& source, const SocketAddress& to, std::uint32_t ssrc = 0xa0a0a0a0)
      : world_(world), source_(source), to_(to) {
    rtp_.ssrc = ssrc;
  }

  /// One packet; what leaves us for it.
  std::optional<Relayed> sends() {
    ++rtp_.sequence;
    rtp_.timestamp += 160;
    return world_.packet(source_, to_, rtp_.bytes());
  }
  /// One packet; where it is heard. None: nowhere.
  std::optional<SocketAddress> speaks() {
    const auto relayed = sends();
    return relayed ? std::optional(relayed->to) : std::nullopt;
  }
  /// Speaks all the time; where the last packet was heard.
  std::optional<SocketAddress> speaks_for(Duration duration) {
    std::optional<SocketAddress> heard;
    for (Duration spoken{}; spoken < duration; spoken += 20ms) {
      world_.advance(20ms);
      heard = speaks();
    }
    return heard;
  }
  /// One report on the port next to that of RTP.
  std::optional<SocketAddress> reports() {
    const auto relayed = world_.packet(next_port(source_), next_port(to_), rtcp_report(rtp_.ssrc));
    return relayed ? std::optional(relayed->to) : std::nullopt;
  }
  /// The same stream from elsewhere.
  Voice& moves_to(const SocketAddress& source) {
    source_ = source;
    return *this;
  }
  Voice& turns_to(const SocketAddress& to) {
    to_ = to;
    return *this;
  }
  Voice& skips(std::uint16_t packets) {
    rtp_.sequence = static_cast<std::uint16_t>(rtp_.sequence + packets);
    return *this;
  }

 private:
  World& world_;
  SocketAddress source_;
  SocketAddress to_;
  Rtp rtp_;
};

class RelayedScenario : public Scenario {
 protected:
  explicit RelayedScenario(const Home& home = {.intercepted_at = kLanAddress})
      : Scenario({}, Path::through_proxy, home) {
    world.set_media(proxy::MediaMode::relay);
    // Tests that tell of it say so: else each call would tell of sessions that the Box refreshes.
    world.box().profile().session_refresh = 0s;
  }

  /// The phone as it is heard by us: its audio comes from another port than it says, as behind a NAT.
  Voice voice_of(const Station& station, const SocketAddress& source = kPhoneAudio) {
    return {world, source, station.last_call().audio.value()};
  }
  /// The Box in the call with that number.
  Voice voice_of_box(std::size_t call, const SocketAddress& source = kBoxAudio) {
    return {world, source, world.box_call(call).audio.value(), 0xb0b0b0b0};
  }
  Voice voice_of_box() { return voice_of_box(world.box().calls().size() - 1); }

  /// No call has ports any more.
  void expect_all_ports_free() {
    EXPECT_EQ(world.core().counts().relayed_calls, 0U);
    EXPECT_EQ(world.media_pairs_in_use(), 0U);
  }
};

}  // namespace fapfon::scenario
