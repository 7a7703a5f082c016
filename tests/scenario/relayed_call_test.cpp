// SPDX-License-Identifier: GPL-2.0-or-later
// M2, S4: what people hear when their audio goes through us, in calls both ways.
#include <array>

#include "scenario/relayed.hpp"

namespace fapfon::scenario {
namespace {

class RelayedCall : public RelayedScenario, public testing::WithParamInterface<Transport> {
 protected:
  Station& anna = world.add_phone(over(GetParam(), app_2018("anna")));
};

INSTANTIATE_TEST_SUITE_P(By, RelayedCall, testing::Values(Transport::udp, Transport::tcp), transport_name);

TEST_P(RelayedCall, M2_both_hear_each_other_when_the_phone_has_called) {
  anna.registers().calls();
  EXPECT_EQ(voice_of(anna).speaks(), kBoxAudio);
  EXPECT_EQ(voice_of_box().speaks(), kPhoneAudio);
}

TEST_P(RelayedCall, M2_both_hear_each_other_when_the_box_has_called) {
  anna.registers();
  world.box_calls("anna");
  anna.answers();
  EXPECT_EQ(voice_of(anna).speaks(), kBoxAudio);
  EXPECT_EQ(voice_of_box().speaks(), kPhoneAudio);
}

TEST_P(RelayedCall, S4_each_side_is_told_an_address_of_ours) {
  anna.registers().calls();
  EXPECT_EQ(anna.last_call().audio->ip, kLanAddress);
  EXPECT_EQ(world.last_box_call().audio->ip, kLanAddress);
  EXPECT_NE(anna.last_call().audio, world.last_box_call().audio);
}

TEST_P(RelayedCall, M2_audio_leaves_from_the_very_address_that_sdp_names) {
  anna.registers().calls();
  EXPECT_EQ(voice_of(anna).sends()->from, world.last_box_call().audio);
  EXPECT_EQ(voice_of_box().sends()->from, anna.last_call().audio);
}

TEST_P(RelayedCall, M2_rtcp_goes_its_own_way) {
  anna.registers().calls();
  EXPECT_EQ(voice_of(anna).reports(), next_port(kBoxAudio));
  EXPECT_EQ(voice_of_box().reports(), next_port(kPhoneAudio));
  EXPECT_EQ(world.last_box_call().rtcp, next_port(*world.last_box_call().audio));
}

TEST_P(RelayedCall, M2_a_phone_that_is_still_silent_is_sent_to_where_its_sdp_asks_behind_its_own_address) {
  // What it writes is an address of its carrier (S1); the port is the best guess there is.
  anna.registers().calls();
  EXPECT_EQ(voice_of_box().speaks(), (SocketAddress{kVpnAddress, 4000}));
}

TEST_P(RelayedCall, M2_early_media_is_heard_before_anybody_picks_up) {
  world.box().profile().far_end = BoxProfile::FarEnd::previews;
  anna.registers().calls();
  Voice announcement = voice_of_box(0, kBoxEarlyAudio);
  EXPECT_EQ(announcement.speaks(), (SocketAddress{kVpnAddress, 4000}));
  Voice voice{world, kPhoneAudio, anna.last_call().early_audio.value()};
  EXPECT_EQ(voice.speaks(), kBoxEarlyAudio);
}

TEST_P(RelayedCall, M2_a_200_that_names_another_port_than_the_183_is_followed) {
  world.box().profile().far_end = BoxProfile::FarEnd::previews;
  anna.registers().calls();
  Voice early = voice_of_box(0, kBoxEarlyAudio);
  early.speaks_for(1s);
  world.far_end_picks_up(0);
  EXPECT_EQ(voice_of(anna).speaks(), kBoxAudio);
  EXPECT_EQ(voice_of_box().speaks(), kPhoneAudio);
}

TEST_P(RelayedCall, M2_early_media_of_two_branches_is_heard_each_in_its_turn) {
  world.box().profile().far_end = BoxProfile::FarEnd::previews;
  anna.registers().calls();
  Voice anna_speaks{world, kPhoneAudio, anna.last_call().early_audio.value()};
  anna_speaks.speaks();
  EXPECT_EQ(voice_of_box(0, kBoxEarlyAudio).speaks(), kPhoneAudio);
  world.box_previews(0, "second", 20);
  const SocketAddress second{kBoxAudio.ip, 7098};
  EXPECT_EQ(voice_of_box(0, second).speaks(), kPhoneAudio);
  EXPECT_EQ(anna_speaks.speaks(), second);
  world.far_end_picks_up(0);
  EXPECT_EQ(anna_speaks.speaks(), kBoxAudio);
}

TEST_P(RelayedCall, M2_a_phone_whose_source_port_changes_in_mid_call_is_followed) {
  anna.registers().calls();
  Voice voice = voice_of(anna);
  voice.speaks_for(5s);
  const SocketAddress rebound{kVpnAddress, 51'000};
  EXPECT_EQ(voice.moves_to(rebound).speaks(), kBoxAudio);
  EXPECT_EQ(voice_of_box().speaks(), rebound);
}

TEST_P(RelayedCall, M2_the_box_moves_its_audio_to_another_port) {
  anna.registers().calls();
  Voice voice = voice_of(anna);
  Voice box = voice_of_box();
  voice.speaks_for(1s);
  box.speaks_for(1s);
  const SocketAddress moved{kBoxAudio.ip, 7178};
  world.box().profile().rtp_port = moved.port;
  world.box_refreshes(0);
  EXPECT_EQ(voice.speaks(), moved);
  EXPECT_EQ(box.moves_to(moved).speaks(), kPhoneAudio);
}

TEST_P(RelayedCall, M2_a_reinvite_leaves_both_ports_where_they_are) {
  anna.registers();
  const std::size_t call = anna.calls();
  const auto phone_port = anna.last_call().audio;
  const auto box_port = world.last_box_call().audio;
  anna.updates_call(call);
  world.box_refreshes(0);
  EXPECT_EQ(anna.last_call().audio, phone_port);
  EXPECT_EQ(world.last_box_call().audio, box_port);
}

TEST_P(RelayedCall, M2_packets_that_are_lost_doubled_or_late_pass_as_they_are) {
  anna.registers().calls();
  const SocketAddress to = anna.last_call().audio.value();
  constexpr std::array<std::uint16_t, 8> kSequence{10, 11, 14, 13, 13, 12, 65'000, 15};
  for (const std::uint16_t sequence : kSequence) {
    const auto relayed = world.packet(kPhoneAudio, to, Rtp{.sequence = sequence}.bytes());
    ASSERT_TRUE(relayed.has_value()) << sequence;
    EXPECT_EQ(relayed->to, kBoxAudio);
  }
}

TEST_P(RelayedCall, M2_what_is_no_rtp_passes_too) {
  // DTLS, STUN and keep-alives of one byte share the port (RFC 7983).
  anna.registers().calls();
  Voice voice = voice_of(anna);
  voice.speaks();
  for (const std::string& bytes : {std::string("\x16\xfe\xfd"), std::string(1, '\0'), std::string{}}) {
    EXPECT_TRUE(world.packet(kPhoneAudio, anna.last_call().audio.value(), bytes).has_value());
  }
}

TEST_P(RelayedCall, M2_a_call_of_the_old_mode_stays_as_it_is_and_the_next_has_the_new_one) {
  anna.registers();
  const std::size_t first = anna.calls();
  world.set_media(proxy::MediaMode::direct);
  world.box_refreshes(0);
  EXPECT_EQ(voice_of(anna).speaks(), kBoxAudio);
  EXPECT_EQ(world.box_call(0).audio->ip, kLanAddress);
  anna.hangs_up(first);
  anna.calls();
  EXPECT_EQ(world.last_box_call().audio, (SocketAddress{kVpnAddress, 4000}));
}

TEST_P(RelayedCall, S3_a_direct_call_stays_direct_when_the_mode_becomes_relay) {
  world.set_media(proxy::MediaMode::direct);
  anna.registers();
  const std::size_t call = anna.calls();
  world.set_media(proxy::MediaMode::relay);
  anna.updates_call(call);
  EXPECT_EQ(world.last_box_call().audio, (SocketAddress{kVpnAddress, 4000}));
  EXPECT_EQ(anna.last_call().audio, kBoxAudio);
}

TEST_P(RelayedCall, M2_a_call_that_was_there_before_the_program_is_relayed_after_its_next_invite) {
  // The program is restarted during the call: here it forgets the call, but the Box and the phone do not.
  anna.registers();
  const std::size_t call = anna.calls();
  World restarted;
  restarted.set_media(proxy::MediaMode::relay);
  Station& again = restarted.add_phone(anna.phone().profile());
  again.registers();
  restarted.box_becomes(BoxState::silent);  // the answer is still to come
  Message reinvite = anna.call(call).invite;
  again.sends(reinvite.set("To", anna.call(call).remote).text());
  restarted.forget_complaints();
  EXPECT_EQ(restarted.core().counts().relayed_calls, 1U);
  restarted.everybody_leaves();
  EXPECT_EQ(restarted.media_pairs_in_use(), 0U);
}

TEST_P(RelayedCall, M2_the_report_says_what_came_from_each_side) {
  anna.registers();
  const std::size_t call = anna.calls();
  voice_of(anna).speaks_for(1s);
  anna.hangs_up(call);
  ASSERT_EQ(world.call_reports().size(), 1U);
  const relay::StreamReport& stream = world.call_reports()[0].media.streams.at(0);
  EXPECT_EQ(stream.from.phone.figures.packet_count, 50U);
  EXPECT_EQ(stream.from.box.figures.packet_count, 0U);
  EXPECT_TRUE(stream.from.box.was_expected);
}

/// More than one phone.
class RelayedPhones : public RelayedScenario {};

TEST_F(RelayedPhones, M2_two_phones_behind_one_masquerade_hear_their_own_call) {
  // Both say port 4000, and both have the address of the VPN server.
  PhoneProfile second = softphone("bert");
  second.local.port = 61'212;
  Station& anna = world.add_phone(softphone("anna"));
  Station& bert = world.add_phone(second);
  anna.registers().calls();
  bert.registers().calls();
  const SocketAddress anna_is{kVpnAddress, 4000};
  const SocketAddress bert_is{kVpnAddress, 20'001};
  EXPECT_EQ(voice_of(anna, anna_is).speaks(), kBoxAudio);
  EXPECT_EQ(voice_of_box(1).speaks(), std::nullopt) << "Bert's call is heard by Anna";
  EXPECT_EQ(voice_of(bert, bert_is).speaks(), kBoxAudio);
  EXPECT_EQ(voice_of_box(0).speaks(), anna_is);
  EXPECT_EQ(voice_of_box(1).speaks(), bert_is);
}

TEST_F(RelayedPhones, M2_the_port_of_a_call_that_is_over_is_free_for_the_next_phone) {
  PhoneProfile second = softphone("bert");
  second.local.port = 61'212;
  Station& anna = world.add_phone(softphone("anna"));
  Station& bert = world.add_phone(second);
  const std::size_t call = anna.registers().calls();
  voice_of(anna, {kVpnAddress, 4000}).speaks();
  bert.registers().calls();
  ASSERT_EQ(voice_of_box(1).speaks(), std::nullopt);
  anna.hangs_up(call);
  EXPECT_EQ(voice_of_box(1).speaks(), (SocketAddress{kVpnAddress, 4000}));
}

TEST_F(RelayedPhones, M2_two_phones_of_the_vpn_talk_through_the_box) {
  Station& anna = world.add_phone(softphone("anna"));
  Station& bert = world.add_phone(at(kOtherVpnAddress, softphone("bert")));
  anna.registers().calls();
  bert.registers();
  world.box_calls("bert");
  bert.answers();
  const SocketAddress bert_is{kOtherVpnAddress, 4000};
  ASSERT_EQ(voice_of(bert, bert_is).speaks(), kBoxAudio);
  // The Box takes what comes on one call and sends it on the other.
  EXPECT_EQ(voice_of(anna).speaks(), kBoxAudio);
  EXPECT_EQ(voice_of_box(1).speaks(), bert_is);
  EXPECT_EQ(voice_of_box(0).speaks(), kPhoneAudio);
  EXPECT_NE(world.box_call(0).audio, world.box_call(1).audio);
}

TEST_F(RelayedPhones, M2_two_phones_talk_when_the_box_hands_the_addresses_on) {
  // A Box that only introduces the two names our own port of the other call to each.
  Station& anna = world.add_phone(softphone("anna"));
  Station& bert = world.add_phone(at(kOtherVpnAddress, softphone("bert")));
  anna.registers().calls();
  bert.registers();
  world.box().profile().audio = world.box_call(0).audio;
  world.box_calls("bert");
  bert.answers();
  world.box().profile().audio = world.box_call(1).audio;
  world.box_refreshes(0);
  const auto first = voice_of(anna).sends();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->to, world.box_call(1).audio);
  const auto second = world.packet(first->from, first->to, Rtp{}.bytes());
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->to, (SocketAddress{kOtherVpnAddress, 4000}));
}

TEST_F(RelayedPhones, M2_nothing_goes_back_to_its_sender_when_the_box_repeats_our_address) {
  Station& anna = world.add_phone(softphone("anna"));
  anna.registers().calls();
  world.box().profile().audio = world.box_call(0).audio;
  world.box_refreshes(0);
  EXPECT_EQ(voice_of(anna).speaks(), std::nullopt);
}

TEST_F(RelayedPhones, M2_nothing_goes_back_to_its_sender_when_the_phone_names_our_port) {
  Station& anna = world.add_phone(softphone("anna"));
  anna.registers();
  const std::size_t call = anna.calls();
  anna.phone().profile().audio = anna.last_call().audio.value();
  anna.updates_call(call);
  const auto heard = voice_of_box().sends();
  EXPECT_TRUE(!heard || heard->to != heard->from);
}

TEST_F(RelayedPhones, M2_a_packet_from_our_own_address_goes_nowhere) {
  Station& anna = world.add_phone(softphone("anna"));
  anna.registers().calls();
  const SocketAddress phone_leg = anna.last_call().audio.value();
  const SocketAddress box_leg = world.last_box_call().audio.value();
  for (const SocketAddress& own : {phone_leg, box_leg}) {
    EXPECT_FALSE(world.packet(own, phone_leg, Rtp{}.bytes()).has_value());
    EXPECT_FALSE(world.packet(own, box_leg, Rtp{}.bytes()).has_value());
  }
}

/// The mode is direct, but the VPN speaks IPv6 and the Box IPv4.
class RelayedFamilies : public Scenario {
 protected:
  explicit RelayedFamilies(proxy::Config config = {}) : Scenario(config) {
    PhoneProfile profile = softphone("anna");
    profile.server.ip = ip6("2001:db8:10::1");
    profile.local.ip = ip6("2001:db8:20::6");
    profile.via.ip = profile.contact.ip = profile.audio.ip = ip6("2001:db8:81::54");
    anna = &world.add_phone(profile);
  }
  static IpAddress ip6(const char* text) { return IpAddress::parse(text).value(); }

  Station* anna = nullptr;
};

TEST_F(RelayedFamilies, M2_a_phone_with_ip6_talks_with_a_box_of_ip4) {
  anna->registers().calls();
  const SocketAddress phone{ip6("2001:db8:20::6"), 4000};
  Voice voice{world, phone, anna->last_call().audio.value()};
  Voice box{world, kBoxAudio, world.last_box_call().audio.value()};
  EXPECT_EQ(voice.speaks(), kBoxAudio);
  EXPECT_EQ(box.speaks(), phone);
  EXPECT_EQ(world.last_box_call().audio->ip, kLanAddress);
  EXPECT_TRUE(anna->last_call().audio->ip.is_v6());
}

proxy::Config without_relay() {
  proxy::Config config;
  config.may_relay = false;
  return config;
}

class NeverRelayed : public RelayedFamilies {
 protected:
  NeverRelayed() : RelayedFamilies(without_relay()) {}
};

TEST_F(NeverRelayed, M1_media_direct_means_that_no_port_is_ever_opened) {
  world.set_media(proxy::MediaMode::relay);
  anna->registers().calls();
  EXPECT_EQ(world.media_ports().open_count(), 0U);
  EXPECT_EQ(world.core().counts().relayed_calls, 0U);
}

}  // namespace
}  // namespace fapfon::scenario
