// SPDX-License-Identifier: GPL-2.0-or-later
// L4 for audio: the VPN reconnects in mid-call, the phone has another address, registers again and speaks on.
// Nothing moves before the Box has said 2xx (L3), and everything moves then.
#include "scenario/relayed.hpp"

namespace fapfon::scenario {
namespace {

inline const SocketAddress kMovedAudio{kOtherVpnAddress, 50'004};

class RelayedReconnect : public RelayedScenario, public testing::WithParamInterface<Transport> {
 protected:
  void SetUp() override {
    call = anna.registers().calls();
    voice.turns_to(anna.call(call).audio.value());
    voice.speaks_for(2s);
  }

  Station& anna = world.add_phone(over(GetParam(), app_2018("anna")));
  std::size_t call = 0;
  Voice voice{world, kPhoneAudio, {}};
};

INSTANTIATE_TEST_SUITE_P(By, RelayedReconnect, testing::Values(Transport::udp, Transport::tcp),
                         transport_name);

TEST_P(RelayedReconnect, L4_the_phones_first_packet_from_its_new_address_is_heard) {
  anna.moves_to(kOtherVpnAddress).registers();
  EXPECT_EQ(voice.moves_to(kMovedAudio).speaks(), kBoxAudio);
}

TEST_P(RelayedReconnect, L4_the_boxs_audio_goes_to_the_new_address_even_before_the_phone_speaks) {
  anna.moves_to(kOtherVpnAddress).registers();
  EXPECT_EQ(voice_of_box(0).speaks(), (SocketAddress{kOtherVpnAddress, 4000}));
  voice.moves_to(kMovedAudio).speaks();
  EXPECT_EQ(voice_of_box(0).speaks(), kMovedAudio);
}

TEST_P(RelayedReconnect, L4_so_do_the_reports) {
  voice.reports();
  anna.moves_to(kOtherVpnAddress).registers();
  EXPECT_EQ(voice.moves_to(kMovedAudio).reports(), next_port(kBoxAudio));
  EXPECT_EQ(voice_of_box(0).reports(), next_port(kMovedAudio));
}

TEST_P(RelayedReconnect, L3_audio_from_the_new_address_is_not_heard_before_the_box_has_confirmed) {
  anna.moves_to(kOtherVpnAddress);
  world.box_becomes(BoxState::silent);
  anna.registers();
  EXPECT_EQ(voice.moves_to(kMovedAudio).speaks(), std::nullopt);
  EXPECT_EQ(voice_of_box(0).speaks(), kPhoneAudio);
}

TEST_P(RelayedReconnect, L3_the_old_address_is_nobody_after_the_take_over) {
  anna.moves_to(kOtherVpnAddress).registers();
  EXPECT_EQ(voice.speaks(), std::nullopt);
  voice.moves_to(kMovedAudio).speaks();
  EXPECT_EQ(voice.moves_to(kPhoneAudio).speaks_for(10s), std::nullopt);
}

TEST_P(RelayedReconnect, L4_a_phone_that_renews_its_registration_keeps_its_audio_where_it_is) {
  anna.registers();
  EXPECT_EQ(voice_of_box(0).speaks(), kPhoneAudio);
  EXPECT_EQ(voice.speaks(), kBoxAudio);
}

TEST_P(RelayedReconnect, L4_a_phone_that_comes_back_to_its_first_address_is_heard_again) {
  anna.moves_to(kOtherVpnAddress).registers();
  voice.moves_to(kMovedAudio).speaks();
  anna.moves_to(kVpnAddress).registers();
  EXPECT_EQ(voice.moves_to(kPhoneAudio).speaks(), kBoxAudio);
  EXPECT_EQ(voice_of_box(0).speaks(), kPhoneAudio);
}

TEST_P(RelayedReconnect, L4_all_calls_of_the_phone_move) {
  const std::size_t second = anna.calls();
  anna.moves_to(kOtherVpnAddress).registers();
  for (const std::size_t number : {call, second}) {
    Voice moved{world, kMovedAudio, anna.call(number).audio.value()};
    EXPECT_EQ(moved.speaks(), kBoxAudio);
  }
}

TEST_P(RelayedReconnect, L4_the_phone_repairs_its_call_by_a_reinvite_from_the_new_address) {
  // Some phones send the re-INVITE and no REGISTER; the Box's 2xx to it is the proof (L3).
  anna.moves_to(kOtherVpnAddress);
  anna.updates_call(call);
  ASSERT_EQ(world.box_call(0).phone_updates, 1);
  EXPECT_EQ(voice.moves_to(kMovedAudio).speaks(), kBoxAudio);
  EXPECT_EQ(voice_of_box(0).speaks(), kMovedAudio);
}

TEST_P(RelayedReconnect, L4_ports_are_freed_when_the_moved_call_ends) {
  anna.moves_to(kOtherVpnAddress).registers();
  voice.moves_to(kMovedAudio).speaks();
  world.box_hangs_up(0);
  expect_all_ports_free();
}

/// The VPN gives the phone an address of the other family, so it reaches us at another address of ours.
class RelayedOtherFamily : public RelayedScenario {
 protected:
  static IpAddress ip6(const char* text) { return IpAddress::parse(text).value(); }
  void phone_moves_to_ip6() {
    anna.moves_to(ip6("2001:db8:20::6"));
    world.phones_arrive_at(ip6("2001:db8:10::2"));
    anna.registers();
    ASSERT_TRUE(anna.is_registered());
  }

  Station& anna = world.add_phone(softphone("anna"));
};

TEST_F(RelayedOtherFamily, L4_a_refresh_moves_the_ports_to_the_address_where_the_phone_is_now) {
  anna.registers().calls();
  voice_of(anna).speaks();
  phone_moves_to_ip6();
  world.box_refreshes(0);
  ASSERT_TRUE(anna.last_call().audio.has_value());
  EXPECT_EQ(anna.last_call().audio->ip, ip6("2001:db8:10::2"));
  const SocketAddress moved{ip6("2001:db8:20::6"), 4000};
  EXPECT_EQ(voice_of(anna, moved).speaks(), kBoxAudio);
  EXPECT_EQ(voice_of_box(0).speaks(), moved);
  EXPECT_EQ(world.media_pairs_in_use(), 2U);
}

TEST_F(RelayedOtherFamily, L4_the_end_of_a_call_between_two_families_frees_all) {
  anna.registers().calls();
  phone_moves_to_ip6();
  world.box_refreshes(0);
  world.box_hangs_up(0);
  expect_all_ports_free();
}

TEST_F(RelayedOtherFamily, L4_until_then_nothing_is_sent_from_an_address_of_the_other_family) {
  anna.registers().calls();
  voice_of(anna).speaks();
  phone_moves_to_ip6();
  const auto relayed = voice_of_box(0).sends();
  if (relayed) {
    EXPECT_EQ(relayed->from.ip.family(), relayed->to.ip.family());
  }
}

}  // namespace
}  // namespace fapfon::scenario
