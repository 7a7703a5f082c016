// SPDX-License-Identifier: GPL-2.0-or-later
// M2: when a call is over for its audio. Each way to end gives the ports back at once; what ends without a
// word does so by a timer, but never while somebody speaks.
#include "proxy/dialogs.hpp"
#include "scenario/relayed.hpp"

namespace fapfon::scenario {
namespace {

class RelayedEnd : public RelayedScenario, public testing::WithParamInterface<Transport> {
 protected:
  void SetUp() override { anna.registers(); }
  void TearDown() override {
    EXPECT_EQ(world.media_ports().released_count() % 2, 0U) << "a call has a pair on each side";
    RelayedScenario::TearDown();
  }
  /// The Box's call with anna rings; its number.
  std::size_t box_rings() {
    const auto calls = world.box_calls("anna");
    EXPECT_EQ(world.media_pairs_in_use(), 2U);
    return calls.at(0);
  }

  Station& anna = world.add_phone(over(GetParam(), app_2018("anna")));
};

INSTANTIATE_TEST_SUITE_P(By, RelayedEnd, testing::Values(Transport::udp, Transport::tcp), transport_name);

TEST_P(RelayedEnd, M2_the_phone_hangs_up) {
  const std::size_t call = anna.calls();
  ASSERT_EQ(world.media_pairs_in_use(), 2U);
  anna.hangs_up(call);
  expect_all_ports_free();
  EXPECT_EQ(world.media_ports().released_count(), 4U);  // two of them for the INVITE without a password
}

TEST_P(RelayedEnd, M2_the_box_hangs_up) {
  anna.calls();
  world.box_hangs_up(0);
  expect_all_ports_free();
}

TEST_P(RelayedEnd, M2_nothing_is_heard_after_the_end) {
  const std::size_t call = anna.calls();
  Voice voice = voice_of(anna);
  Voice box = voice_of_box();
  ASSERT_TRUE(voice.speaks().has_value());
  ASSERT_TRUE(box.speaks().has_value());
  anna.hangs_up(call);
  EXPECT_EQ(voice.speaks(), std::nullopt);
  EXPECT_EQ(box.speaks(), std::nullopt);
}

TEST_P(RelayedEnd, M2_the_phone_gives_up_before_the_answer) {
  world.box().profile().far_end = BoxProfile::FarEnd::previews;
  const std::size_t call = anna.calls();
  ASSERT_EQ(world.media_pairs_in_use(), 2U);
  anna.hangs_up(call);
  ASSERT_EQ(anna.last_call().statuses.back(), 487);
  expect_all_ports_free();
}

TEST_P(RelayedEnd, M2_the_caller_at_the_box_gives_up_before_the_answer) {
  world.box_hangs_up(box_rings());
  expect_all_ports_free();
}

TEST_P(RelayedEnd, M2_the_phone_is_busy) {
  box_rings();
  anna.refuses(486);
  expect_all_ports_free();
}

TEST_P(RelayedEnd, M2_the_phone_declines) {
  box_rings();
  anna.refuses(603);
  expect_all_ports_free();
}

TEST_P(RelayedEnd, M2_the_number_that_was_called_is_busy) {
  world.box().profile().far_end = BoxProfile::FarEnd::refuses;
  anna.calls();
  ASSERT_EQ(anna.last_call().statuses.back(), 486);
  expect_all_ports_free();
}

TEST_P(RelayedEnd, M2_a_challenge_takes_the_ports_back_until_the_phone_comes_with_its_password) {
  world.box().profile().invite_challenge = 407;
  anna.phone().profile().accounts[0].password = "forgotten";
  anna.calls();
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::refused);
  expect_all_ports_free();
}

TEST_P(RelayedEnd, M2_after_a_challenge_with_407_both_hear_each_other) {
  world.box().profile().invite_challenge = 407;
  anna.calls();
  EXPECT_EQ(voice_of(anna).speaks(), kBoxAudio);
  EXPECT_EQ(voice_of_box().speaks(), kPhoneAudio);
}

TEST_P(RelayedEnd, M2_a_phone_that_is_gone_loses_its_ports_after_15_minutes) {
  anna.calls();
  anna.dies();
  world.advance(14min);
  EXPECT_EQ(world.media_pairs_in_use(), 2U);
  world.advance(2min);
  expect_all_ports_free();
}

TEST_P(RelayedEnd, M2_a_call_without_session_timer_goes_on_while_anybody_speaks) {
  anna.calls();
  Voice voice = voice_of(anna);
  for (int minute = 0; minute < 60; ++minute) {
    world.advance(55s);
    ASSERT_EQ(voice.speaks(), kBoxAudio) << minute;
  }
}

TEST_P(RelayedEnd, M2_silence_of_minutes_keeps_the_call) {
  // A phone that suppresses silence, on hold or with its microphone off.
  anna.calls();
  voice_of(anna).speaks();
  world.advance(10min);
  EXPECT_EQ(voice_of_box().speaks(), kPhoneAudio);
}

TEST_P(RelayedEnd, M2_a_session_that_is_not_refreshed_and_silent_ends_with_its_timer) {
  world.box().profile().session_expires = "300;refresher=uac";
  anna.calls();
  world.advance(290s);
  EXPECT_EQ(world.media_pairs_in_use(), 2U);
  world.advance(60s);
  expect_all_ports_free();
}

TEST_P(RelayedEnd, M2_a_session_that_is_not_refreshed_goes_on_while_anybody_speaks) {
  world.box().profile().session_expires = "300;refresher=uac";
  anna.calls();
  Voice voice = voice_of(anna);
  for (int i = 0; i < 20; ++i) {
    world.advance(50s);
    ASSERT_EQ(voice.speaks(), kBoxAudio);
  }
  world.advance(70s);
  expect_all_ports_free();
}

TEST_P(RelayedEnd, M2_a_silent_session_that_is_refreshed_goes_on) {
  world.box().profile().session_expires = "300;refresher=uac";
  anna.calls();
  for (int i = 0; i < 5; ++i) {
    world.advance(250s);
    world.box_refreshes(0);
  }
  EXPECT_EQ(world.media_pairs_in_use(), 2U);
  EXPECT_EQ(voice_of(anna).speaks(), kBoxAudio);
}

TEST_P(RelayedEnd, M2_a_stranger_who_sends_packets_does_not_keep_a_call) {
  anna.calls();
  Voice stranger = voice_of(anna, kStrangersAudio);
  for (int minute = 0; minute < 17; ++minute) {
    world.advance(1min);
    stranger.speaks();
  }
  expect_all_ports_free();
}

TEST_P(RelayedEnd, M2_a_phone_that_leaves_in_mid_call_keeps_its_audio) {
  // SPEC section 1: the app registers only while it is used; its REGISTER with Expires 0 may be early.
  anna.calls();
  anna.unregisters();
  EXPECT_EQ(voice_of(anna).speaks(), kBoxAudio);
  EXPECT_EQ(voice_of_box().speaks(), kPhoneAudio);
}

TEST_P(RelayedEnd, M2_a_call_outlives_a_registration_that_is_not_refreshed_while_anybody_speaks) {
  anna.calls();
  Voice voice = voice_of(anna);
  for (int minute = 0; minute < 30; ++minute) {
    world.advance(50s);
    ASSERT_EQ(voice.speaks(), kBoxAudio) << minute;
  }
  world.box_hangs_up(0);
  expect_all_ports_free();
}

TEST_P(RelayedEnd, M2_a_box_that_loses_power_takes_no_ports_with_it) {
  anna.calls();
  world.box_loses_power();
  anna.dies();
  world.advance(16min);
  expect_all_ports_free();
}

TEST_P(RelayedEnd, L9_a_call_too_many_gives_up_the_oldest_and_its_ports) {
  world.box().profile().far_end = BoxProfile::FarEnd::previews;
  for (std::size_t i = 0; i < proxy::Dialogs::kMaxCallsPerLine + 3; ++i) anna.calls();
  EXPECT_EQ(world.core().counts().relayed_calls, proxy::Dialogs::kMaxCallsPerLine);
  EXPECT_EQ(world.media_pairs_in_use(), 2 * proxy::Dialogs::kMaxCallsPerLine);
}

TEST_P(RelayedEnd, L9_calls_that_only_ring_do_not_push_out_one_that_is_up) {
  anna.calls();
  const auto phone_leg = anna.last_call().audio;
  world.box().profile().far_end = BoxProfile::FarEnd::previews;
  for (std::size_t i = 0; i < proxy::Dialogs::kMaxCallsPerLine + 3; ++i) anna.calls();
  Voice voice{world, kPhoneAudio, *phone_leg};
  EXPECT_EQ(voice.speaks(), kBoxAudio);
}

TEST_P(RelayedEnd, M2_one_call_of_several_ends_and_the_others_go_on) {
  anna.calls();
  anna.calls();
  const std::size_t third = anna.calls();
  anna.hangs_up(1);
  EXPECT_EQ(world.media_pairs_in_use(), 4U);
  EXPECT_EQ(Voice(world, kPhoneAudio, anna.call(third).audio.value()).speaks(), kBoxAudio);
  EXPECT_EQ(Voice(world, kPhoneAudio, anna.call(0).audio.value()).speaks(), kBoxAudio);
  EXPECT_EQ(Voice(world, kPhoneAudio, anna.call(1).audio.value()).speaks(), std::nullopt);
}

TEST_P(RelayedEnd, M2_of_several_bindings_that_ring_the_one_that_answers_has_audio) {
  Station& tablet = world.add_phone(over(GetParam(), at(kOtherVpnAddress, app_2018("anna"))));
  tablet.phone().profile().accounts[0].instance = instance_of("tablet");
  tablet.registers();
  const auto calls = world.box_calls("anna");
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(world.media_pairs_in_use(), 4U);
  tablet.answers();
  EXPECT_EQ(world.media_pairs_in_use(), 2U);
  const SocketAddress tablet_is{kOtherVpnAddress, 4000};
  EXPECT_EQ(voice_of(tablet, tablet_is).speaks(), kBoxAudio);
}

TEST_P(RelayedEnd, L8_a_call_that_waits_for_the_phone_has_audio_when_it_comes) {
  anna.dies();
  world.advance(61s);
  world.box_calls("anna");
  anna.revives().moves_to(kOtherVpnAddress).registers();
  ASSERT_TRUE(anna.rings());
  anna.answers();
  const SocketAddress anna_is{kOtherVpnAddress, 4000};
  EXPECT_EQ(voice_of(anna, anna_is).speaks(), kBoxAudio);
  EXPECT_EQ(voice_of_box().speaks(), anna_is);
}

TEST_P(RelayedEnd, L8_a_call_that_went_to_a_dead_phone_has_audio_where_it_comes_back) {
  anna.dies();
  world.box_calls("anna");
  anna.revives().moves_to(kOtherVpnAddress).registers();
  ASSERT_TRUE(anna.rings());
  anna.answers();
  const SocketAddress anna_is{kOtherVpnAddress, 4000};
  EXPECT_EQ(voice_of(anna, anna_is).speaks(), kBoxAudio);
  EXPECT_EQ(voice_of_box().speaks(), anna_is);
}

}  // namespace
}  // namespace fapfon::scenario
