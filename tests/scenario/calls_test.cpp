// SPDX-License-Identifier: GPL-2.0-or-later
// What the program is for: a phone that names wrong addresses registers, rings, calls and hears, by TCP
// and by UDP, and a phone whose addresses are right is not harmed (SPEC sections 1, 3 and 4).
#include "scenario/scenario.hpp"

namespace fapfon::scenario {
namespace {

class Call : public Scenario, public testing::WithParamInterface<Transport> {
 protected:
  Station& anna = world.add_phone(over(GetParam(), app_2018("anna")));
};

INSTANTIATE_TEST_SUITE_P(By, Call, testing::Values(Transport::udp, Transport::tcp), transport_name);

TEST_P(Call, H1_the_box_stores_the_box_facing_address) {
  EXPECT_TRUE(anna.registers().is_registered());
  ASSERT_TRUE(box_facing("anna").has_value());
  EXPECT_EQ(box_facing("anna")->ip, kLanAddress);
}

TEST_P(Call, H3_an_incoming_call_rings_the_phone) {
  anna.registers();
  world.box_calls("anna");
  EXPECT_TRUE(anna.rings());
}

TEST_P(Call, S3_the_box_sends_audio_of_an_incoming_call_to_the_observed_address) {
  anna.registers();
  const auto calls = world.box_calls("anna");
  ASSERT_EQ(calls.size(), 1U);
  anna.answers();
  EXPECT_EQ(world.box_call(calls[0]).state, BoxCall::State::up);
  EXPECT_EQ(world.box_call(calls[0]).audio, SocketAddress::parse("172.20.11.6:4000"));
}

TEST_P(Call, S3_the_box_sends_audio_of_an_outgoing_call_to_the_observed_address) {
  anna.registers();
  anna.calls();
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::up);
  EXPECT_EQ(world.last_box_call().audio, SocketAddress::parse("172.20.11.6:4000"));
}

TEST_P(Call, S2_rtcp_goes_to_the_observed_address_too) {
  anna.registers();
  anna.calls();
  EXPECT_EQ(world.last_box_call().rtcp, SocketAddress::parse("172.20.11.6:4001"));
}

TEST_P(Call, S3_the_phone_sends_audio_to_the_box_itself) {
  anna.registers();
  anna.calls();
  EXPECT_EQ(anna.last_call().early_audio, SocketAddress::parse("172.30.10.1:7080"));
  EXPECT_EQ(anna.last_call().audio, SocketAddress::parse("172.30.10.1:7078"));
}

TEST_P(Call, the_phone_hangs_up) {
  anna.registers();
  const std::size_t call = anna.calls();
  anna.hangs_up(call);
  EXPECT_EQ(world.last_box_call().state, BoxCall::State::over);
}

TEST_P(Call, the_box_hangs_up) {
  anna.registers();
  anna.calls();
  world.box_hangs_up(0);
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::over);
}

TEST_P(Call, the_phone_gives_up_before_the_answer) {
  world.box().profile().far_end = BoxProfile::FarEnd::rings;
  anna.registers();
  const std::size_t call = anna.calls();
  anna.hangs_up(call);
  EXPECT_EQ(anna.last_call().statuses.back(), 487);
}

TEST_P(Call, the_caller_at_the_box_gives_up_before_the_answer) {
  anna.registers();
  const auto calls = world.box_calls("anna");
  ASSERT_EQ(calls.size(), 1U);
  world.box_hangs_up(calls[0]);
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::cancelled);
}

TEST_P(Call, a_challenge_with_407_is_answered) {
  world.box().profile().invite_challenge = 407;
  anna.registers();
  anna.calls();
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::up);
}

TEST_P(Call, the_phone_puts_the_call_on_hold_with_a_reinvite) {
  anna.registers();
  const std::size_t call = anna.calls();
  anna.updates_call(call);
  EXPECT_EQ(anna.last_call().updates, 1);
}

TEST_P(Call, a_call_of_an_hour_is_refreshed_every_300_s) {
  PhoneProfile profile = over(GetParam(), at(kOtherVpnAddress, app_2018("bert")));
  profile.refreshes = true;
  Station& bert = world.add_phone(profile);
  bert.registers();
  bert.calls();
  world.advance(3601s);
  EXPECT_EQ(bert.last_call().refreshes, 12);
}

TEST_P(Call, a_phone_that_only_wakes_up_to_answer_registers_rings_and_leaves) {
  // SPEC section 1: REGISTER, at once INVITE, later REGISTER with Expires 0.
  anna.registers();
  world.box_calls("anna");
  anna.answers();
  world.box_hangs_up(0);
  anna.unregisters();
  EXPECT_TRUE(world.bindings("anna").empty());
}

TEST_P(Call, an_unregistered_phone_may_call) {
  // L1: the line is learned from the From of the first request of an unknown phone.
  anna.calls();
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::up);
}

TEST_P(Call, H4_a_phone_without_rport_gets_its_via_back_as_it_was) {
  PhoneProfile profile = over(GetParam(), at(kOtherVpnAddress, softphone("bert")));
  profile.writes_rport = false;
  Station& bert = world.add_phone(profile);
  bert.registers();
  bert.calls();
  EXPECT_EQ(bert.last_call().state, PhoneCall::State::up);
}

TEST_P(Call, F6_the_text_of_a_message_keeps_the_addresses_in_it) {
  anna.registers();
  const std::string text = "my address is 10.81.179.54:61211, yours is 172.30.10.1";
  anna.sends_message("**1", text);
  ASSERT_EQ(world.box().requests("MESSAGE").size(), 1U);
  EXPECT_EQ(world.box().requests("MESSAGE")[0].message.body, text);
}

TEST_P(Call, H5_received_is_the_observed_address_never_ours) {
  anna.registers();
  for (const Message& message : anna.phone().received()) {
    const auto received = parameter(message.get("Via"), "received");
    if (received) {
      EXPECT_EQ(*received, "172.20.11.6");
    }
  }
}

TEST_P(Call, no_advertised_address_reaches_the_box_where_it_would_route_by_it) {
  anna.registers();
  anna.calls();
  for (const FakeBox::Seen& seen : world.box().requests()) {
    EXPECT_EQ(seen.message.get("Contact").find("10.81.179.54"), std::string::npos);
    EXPECT_EQ(seen.message.body.find("10.81.179.54"), std::string::npos);
  }
}

using Pjsip = Scenario;

TEST_F(Pjsip, an_app_whose_addresses_are_right_is_registered_with_its_first_contact) {
  // "Do no harm to a client that is already right": one REGISTER, its 401, one REGISTER, its 200.
  Station& bert = world.add_phone(app_2025("bert"));
  bert.registers();
  EXPECT_EQ(bert.registration().statuses, (std::vector<int>{401, 200}));
}

TEST_F(Pjsip, an_app_that_adopts_what_the_box_saw_rings) {
  PhoneProfile profile = app_2018("anna");
  profile.adopts_nat_address = true;
  Station& anna = world.add_phone(profile);
  anna.registers();
  world.box_calls("anna");
  EXPECT_TRUE(anna.rings());
}

TEST_F(Pjsip, mirror_makes_pjsip_see_no_nat_at_all) {
  World mirrored{proxy::Config{.limits = {}, .nat_report = rewrite::NatReport::mirror}};
  PhoneProfile profile = softphone("carl");
  profile.adopts_nat_address = true;
  Station& carl = mirrored.add_phone(profile);
  carl.registers();
  EXPECT_EQ(carl.registration().contact, SocketAddress::parse("10.81.179.54:61211"));
}

}  // namespace
}  // namespace fapfon::scenario
