// SPDX-License-Identifier: GPL-2.0-or-later
// M2: a packet of relayed audio allocates nothing, whether it goes on or is dropped.
#include "allocation/counter.hpp"
#include "scenario/relayed.hpp"

namespace fapfon::scenario {
namespace {

class MediaPacket : public RelayedScenario {
 protected:
  void SetUp() override { anna.registers().calls(); }
  /// A second of audio.
  static std::size_t allocations_for(relay::Relay& relay, relay::MediaPort port, const SocketAddress& source,
                                     std::string packet, TimePoint now) {
    const std::size_t before = allocation::count();
    for (int i = 0; i < 50; ++i) {
      if (port.component == relay::Component::rtp) packet[3] = static_cast<char>(i);  // the sequence number
      relay.forward(port, source, packet, now += 20ms);
    }
    return allocation::count() - before;
  }
  /// Of our port at `address`, after the first packets have come there.
  std::size_t allocations_at(const SocketAddress& address, const SocketAddress& source, std::string packet) {
    const relay::MediaPort port = world.media_ports().port_at(address).value();
    allocations_for(world.relay(), port, source, packet, world.now());
    return allocations_for(world.relay(), port, source, std::move(packet), world.now() + 1s);
  }

  Station& anna = world.add_phone(softphone("anna"));
};

TEST_F(MediaPacket, of_the_phone_allocates_nothing) {
  EXPECT_EQ(allocations_at(*anna.last_call().audio, kPhoneAudio, Rtp{}.bytes()), 0U);
}

TEST_F(MediaPacket, of_the_box_allocates_nothing) {
  EXPECT_EQ(allocations_at(*world.last_box_call().audio, kBoxAudio, Rtp{}.bytes()), 0U);
}

TEST_F(MediaPacket, of_a_stranger_allocates_nothing) {
  EXPECT_EQ(allocations_at(*anna.last_call().audio, kStrangersAudio, Rtp{}.bytes()), 0U);
}

TEST_F(MediaPacket, of_rtcp_allocates_nothing) {
  EXPECT_EQ(allocations_at(next_port(*anna.last_call().audio), next_port(kPhoneAudio), rtcp_report(7)), 0U);
}

}  // namespace
}  // namespace fapfon::scenario
