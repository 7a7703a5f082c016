// SPDX-License-Identifier: GPL-2.0-or-later
// M2, L3: nobody gets in. Somebody in the VPN who knows all addresses, ports and names neither is heard nor
// hears anything, and moves nothing.
#include "scenario/relayed.hpp"
#include "support/session_text.hpp"

namespace fapfon::scenario {
namespace {

inline const SocketAddress kNextToPhone{kVpnAddress, 50'100};  // same address, other port: another phone

class RelayedThird : public RelayedScenario {
 protected:
  void SetUp() override { call = anna.registers().calls(); }

  /// The two who should hear each other still do.
  void expect_call_is_untouched() {
    EXPECT_EQ(voice.speaks(), kBoxAudio);
    EXPECT_EQ(box_voice().speaks(), kPhoneAudio);
  }
  Voice box_voice() { return voice_of_box(0); }
  Voice stranger_on_phone_leg(const SocketAddress& source) {
    return {world, source, anna.call(call).audio.value(), 0xbadbad00};
  }
  Voice stranger_on_box_leg(const SocketAddress& source) {
    return {world, source, world.box_call(0).audio.value(), 0xbadbad00};
  }

  Station& anna = world.add_phone(softphone("anna"));
  std::size_t call = 0;
  Voice voice{world, kPhoneAudio, {}};
};

/// The phone has been heard.
class RelayedThirdInCall : public RelayedThird {
 protected:
  void SetUp() override {
    RelayedThird::SetUp();
    voice.turns_to(anna.call(call).audio.value());
    voice.speaks_for(2s);
  }
};

TEST_F(RelayedThird, M2_another_address_is_not_taken_for_the_phone_before_its_first_packet) {
  for (int i = 0; i < 100; ++i) EXPECT_EQ(stranger_on_phone_leg(kStrangersAudio).speaks(), std::nullopt);
  EXPECT_EQ(box_voice().speaks(), (SocketAddress{kVpnAddress, 4000}));
  voice.turns_to(anna.call(call).audio.value());
  expect_call_is_untouched();
}

TEST_F(RelayedThird, M2_who_comes_first_from_the_phones_address_gives_way_to_the_phone) {
  // Another phone behind the same masquerade, or a stray packet: the phone proves its stream.
  stranger_on_phone_leg(kNextToPhone).speaks();
  voice.turns_to(anna.call(call).audio.value());
  EXPECT_EQ(voice.speaks_for(200ms), kBoxAudio);
  EXPECT_EQ(box_voice().speaks(), kPhoneAudio);
}

TEST_F(RelayedThird, M2_another_address_is_not_taken_for_the_box) {
  voice.turns_to(anna.call(call).audio.value());
  voice.speaks();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(stranger_on_box_leg(kStrangersAudio).speaks(), std::nullopt);
  expect_call_is_untouched();
}

TEST_F(RelayedThirdInCall, M2_a_packet_from_another_address_is_dropped) {
  EXPECT_EQ(stranger_on_phone_leg(kStrangersAudio).speaks(), std::nullopt);
  EXPECT_EQ(stranger_on_box_leg(kStrangersAudio).speaks(), std::nullopt);
  expect_call_is_untouched();
}

TEST_F(RelayedThirdInCall, M2_a_packet_from_the_phones_address_and_another_port_is_dropped) {
  EXPECT_EQ(stranger_on_phone_leg(kNextToPhone).speaks(), std::nullopt);
  expect_call_is_untouched();
}

TEST_F(RelayedThirdInCall, M2_a_burst_beside_the_phones_audio_moves_nothing) {
  Voice stranger = stranger_on_phone_leg(kNextToPhone);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(stranger.speaks(), std::nullopt);
  expect_call_is_untouched();
}

TEST_F(RelayedThirdInCall, M2_a_flood_of_a_minute_beside_the_phones_audio_moves_nothing) {
  Voice stranger = stranger_on_phone_leg(kNextToPhone);
  for (int i = 0; i < 3000; ++i) {
    world.advance(20ms);
    ASSERT_EQ(voice.speaks(), kBoxAudio);
    ASSERT_EQ(stranger.speaks(), std::nullopt);
  }
  expect_call_is_untouched();
}

TEST_F(RelayedThirdInCall, M2_random_names_of_streams_do_not_hit_that_of_the_phone) {
  for (std::uint32_t ssrc = 1; ssrc < 5000; ++ssrc) {
    const auto heard =
        world.packet(kNextToPhone, anna.last_call().audio.value(), Rtp{.ssrc = ssrc * 2654435761U}.bytes());
    ASSERT_EQ(heard, std::nullopt);
  }
  expect_call_is_untouched();
}

TEST_F(RelayedThirdInCall, M2_another_address_is_dropped_on_the_port_of_rtcp_as_well) {
  EXPECT_EQ(stranger_on_phone_leg(kStrangersAudio).reports(), std::nullopt);
  EXPECT_EQ(stranger_on_box_leg(kStrangersAudio).reports(), std::nullopt);
  EXPECT_EQ(voice.reports(), next_port(kBoxAudio));
}

TEST_F(RelayedThirdInCall, M2_reports_of_another_port_do_not_move_those_of_the_phone) {
  voice.reports();
  EXPECT_EQ(stranger_on_phone_leg(kNextToPhone).reports(), std::nullopt);
  EXPECT_EQ(box_voice().reports(), next_port(kPhoneAudio));
}

TEST_F(RelayedThirdInCall, M2_hold_does_not_open_the_door_to_another_address) {
  anna.phone().profile().audio.ip = IpAddress::v4(0, 0, 0, 0);
  anna.updates_call(call);
  for (int i = 0; i < 300; ++i) {
    world.advance(1s);
    ASSERT_EQ(stranger_on_phone_leg(kStrangersAudio).speaks(), std::nullopt);
  }
  anna.phone().profile().audio = {kVpnAddress, 4000};
  anna.updates_call(call);
  expect_call_is_untouched();
}

TEST_F(RelayedThirdInCall, M2_one_packet_from_the_same_address_during_hold_moves_nothing) {
  anna.phone().profile().audio.ip = IpAddress::v4(0, 0, 0, 0);
  anna.updates_call(call);
  world.advance(5min);
  EXPECT_EQ(stranger_on_phone_leg(kNextToPhone).speaks(), std::nullopt);
  anna.phone().profile().audio = {kVpnAddress, 4000};
  anna.updates_call(call);
  EXPECT_EQ(box_voice().speaks(), kPhoneAudio);
}

TEST_F(RelayedThirdInCall, S2_while_the_phone_holds_nothing_is_sent_to_it) {
  anna.phone().profile().audio.ip = IpAddress::v4(0, 0, 0, 0);
  anna.updates_call(call);
  EXPECT_EQ(box_voice().speaks(), std::nullopt);
  EXPECT_EQ(voice.speaks(), kBoxAudio) << "music on hold of the phone";
}

TEST_F(RelayedThirdInCall, S2_after_hold_both_hear_each_other_again) {
  const SocketAddress said = anna.phone().profile().audio;
  anna.phone().profile().audio.ip = IpAddress::v4(0, 0, 0, 0);
  anna.updates_call(call);
  world.advance(2min);
  anna.phone().profile().audio = said;
  anna.updates_call(call);
  expect_call_is_untouched();
}

TEST_F(RelayedThirdInCall, S2_while_the_box_holds_nothing_is_sent_to_it) {
  world.box().profile().audio = SocketAddress{IpAddress::v4(0, 0, 0, 0), kBoxAudio.port};
  world.box_refreshes(0);
  EXPECT_EQ(voice.speaks(), std::nullopt);
  EXPECT_EQ(box_voice().speaks(), kPhoneAudio) << "music on hold of the Box";
  world.box().profile().audio.reset();
  world.box_refreshes(0);
  expect_call_is_untouched();
}

/// Mallory knows Anna's user name, her instance id and the Call-ID, but not her password.
class RelayedMallory : public RelayedThirdInCall, public testing::WithParamInterface<const char*> {
 protected:
  /// An INVITE of Anna's call on Mallory's own flow.
  void mallory_sends_invite(const SocketAddress& audio, const std::string& from_tag) {
    Message invite = anna.call(call).invite;
    invite.set("Via", "SIP/2.0/UDP 172.20.11.8:61211;rport;branch=z9hG4bKmallory" + from_tag);
    if (from_tag != "anna's own") invite.set("From", "<sip:anna@172.30.10.1>;tag=" + from_tag);
    invite.set("To", anna.call(call).remote).set("CSeq", "77 INVITE");
    invite.carry("application/sdp", phone_session(audio, 9));
    mallory.sends(invite.text());
    world.forget_complaints();
  }
  Station& mallory = world.add_stranger(with_password("guess", at(kThirdVpnAddress, softphone("anna"))));
};

INSTANTIATE_TEST_SUITE_P(Tag, RelayedMallory, testing::Values("guess", "anna's own"),
                         [](const auto& tag) { return tag.index == 0 ? "guessed" : "overheard"; });

TEST_P(RelayedMallory, L3_a_reinvite_of_a_stranger_does_not_draw_audio_away) {
  world.box_becomes(BoxState::silent);  // not accepted
  mallory_sends_invite(kStrangersAudio, GetParam());
  EXPECT_EQ(Voice(world, kStrangersAudio, anna.call(call).audio.value()).speaks(), std::nullopt);
  expect_call_is_untouched();
}

TEST_P(RelayedMallory, L3_a_stranger_does_not_put_the_call_on_hold) {
  world.box_becomes(BoxState::silent);
  mallory_sends_invite({IpAddress::v4(0, 0, 0, 0), 4000}, GetParam());
  expect_call_is_untouched();
}

TEST_P(RelayedMallory, L3_a_stranger_does_not_end_a_stream) {
  world.box_becomes(BoxState::silent);
  mallory_sends_invite({kThirdVpnAddress, 0}, GetParam());
  expect_call_is_untouched();
}

TEST_P(RelayedMallory, L3_a_stranger_whose_reinvite_the_box_refuses_changes_nothing) {
  mallory_sends_invite(kStrangersAudio, GetParam());
  voice.speaks_for(1s);
  expect_call_is_untouched();
}

TEST_P(RelayedMallory, L3_an_invite_with_the_call_id_of_a_call_that_is_up_does_not_end_it) {
  // Outside of the dialog: the Box asks for a password, and refuses the wrong one.
  Message invite = anna.call(call).invite;
  invite.set("Via", "SIP/2.0/UDP 172.20.11.8:61211;rport;branch=z9hG4bKmallory");
  std::erase_if(invite.headers, [](const Header& header) { return header.name == "Authorization"; });
  mallory.sends(invite.text());
  invite.set("Via", "SIP/2.0/UDP 172.20.11.8:61211;rport;branch=z9hG4bKmallory2");
  world.box().profile().passwords.clear();
  mallory.sends(invite.add("Authorization", anna.call(call).invite.get("Authorization")).text());
  world.forget_complaints();
  expect_call_is_untouched();
}

TEST_P(RelayedMallory, L3_a_bye_with_guessed_tags_does_not_end_the_audio) {
  Message bye = Message::request("BYE", "sip:x@172.30.10.1");
  bye.add("Via", "SIP/2.0/UDP 172.20.11.8:61211;rport;branch=z9hG4bKbye").add("Max-Forwards", "70");
  bye.add("From", "<sip:anna@172.30.10.1>;tag=guess").add("To", "<sip:**610@172.30.10.1>;tag=guess");
  bye.add("Call-ID", anna.call(call).call_id).add("CSeq", "9 BYE");
  mallory.sends(bye.text());
  world.forget_complaints();
  expect_call_is_untouched();
}

TEST_P(RelayedMallory, L3_nor_when_the_phones_connection_is_gone) {
  // By TCP the flow of a phone whose VPN reconnects is closed after 30 s; here UDP, by idleness.
  anna.dies();
  world.advance(10min);
  world.box_becomes(BoxState::silent);
  mallory_sends_invite(kStrangersAudio, GetParam());
  EXPECT_EQ(Voice(world, kStrangersAudio, anna.call(call).audio.value()).speaks(), std::nullopt);
  EXPECT_EQ(box_voice().speaks(), kPhoneAudio);
}

TEST_P(RelayedMallory, L3_a_stranger_with_the_user_name_gets_no_audio_by_registering) {
  world.box_becomes(BoxState::up);
  mallory.registers();
  ASSERT_FALSE(mallory.is_registered());
  EXPECT_EQ(Voice(world, kStrangersAudio, anna.call(call).audio.value()).speaks(), std::nullopt);
  expect_call_is_untouched();
}

/// The same while the call only rings: there is early media, and nobody has been accepted.
TEST_F(RelayedThird, L3_an_invite_of_a_stranger_does_not_draw_early_media_away) {
  anna.hangs_up(call);
  world.box().profile().far_end = BoxProfile::FarEnd::previews;
  call = anna.calls();
  Voice early{world, kPhoneAudio, anna.call(call).early_audio.value()};
  ASSERT_EQ(early.speaks(), kBoxEarlyAudio);
  Station& mallory = world.add_stranger(with_password("guess", at(kThirdVpnAddress, softphone("anna"))));
  world.box_becomes(BoxState::silent);
  Message invite = anna.call(call).invite;
  invite.set("Via", "SIP/2.0/UDP 172.20.11.8:61211;rport;branch=z9hG4bKmallory");
  invite.carry("application/sdp", phone_session(kStrangersAudio, 9));
  mallory.sends(invite.text());
  world.forget_complaints();
  EXPECT_EQ(early.speaks(), kBoxEarlyAudio);
  EXPECT_EQ(voice_of_box(1, kBoxEarlyAudio).speaks(), kPhoneAudio);
}

}  // namespace
}  // namespace fapfon::scenario
