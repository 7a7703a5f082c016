// SPDX-License-Identifier: GPL-2.0-or-later
// The simulated Box and phones among themselves, with nobody between: they show the failure that the
// project exists for (SPEC section 1), and that they themselves are right where nothing needs repair.
#include "scenario/scenario.hpp"

namespace fapfon::scenario {
namespace {

class WithoutProxy : public Scenario {
 protected:
  WithoutProxy() : Scenario({}, Path::direct) {}
};

TEST_F(WithoutProxy, the_app_of_2018_registers_but_does_not_ring) {
  Station& anna = world.add_phone(app_2018("anna"));
  EXPECT_TRUE(anna.registers().is_registered());
  world.box_calls("anna");
  EXPECT_FALSE(anna.rings());
}

TEST_F(WithoutProxy, the_app_of_2018_hears_nothing_because_the_box_sends_audio_to_the_carrier) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.registers();
  anna.calls();
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::up);
  EXPECT_EQ(world.last_box_call().audio, SocketAddress::parse("10.81.179.54:4000"));
}

TEST_F(WithoutProxy, a_phone_whose_addresses_are_right_rings_and_hears) {
  Station& bert = world.add_phone(app_2025("bert"));
  EXPECT_TRUE(bert.registers().is_registered());
  const auto calls = world.box_calls("bert");
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_TRUE(bert.rings());
  bert.answers();
  EXPECT_EQ(world.box_call(calls[0]).state, BoxCall::State::up);
  EXPECT_EQ(world.box_call(calls[0]).audio, SocketAddress::parse("172.20.11.6:4000"));
  world.box_hangs_up(calls[0]);
  EXPECT_EQ(bert.last_call().state, PhoneCall::State::over);
}

TEST_F(WithoutProxy, a_phone_is_called_by_tcp_on_the_connection_of_its_registration) {
  // RFC 5923: the Box reuses a connection whose far end is the Contact's address.
  PhoneProfile profile = over(Transport::tcp, app_2025("bert"));
  profile.contact.port = 40001;  // the port that the first connection of this world comes from
  profile.adopts_nat_address = false;
  Station& bert = world.add_phone(profile);
  bert.registers();
  world.box_calls("bert");
  EXPECT_TRUE(bert.rings());
}

TEST_F(WithoutProxy, pjsip_adopts_the_address_that_the_box_saw) {
  PhoneProfile profile = softphone("carl");
  profile.adopts_nat_address = true;
  Station& carl = world.add_phone(profile);
  carl.registers();
  EXPECT_TRUE(carl.is_registered());
  EXPECT_EQ(carl.registration().contact, SocketAddress::parse("172.20.11.6:61211"));
  EXPECT_EQ(world.bindings("carl").size(), 1U);
  EXPECT_EQ(world.box().requests("REGISTER").back().message.values("Contact").size(), 2U);
}

TEST_F(WithoutProxy, a_wrong_password_is_refused_with_403) {
  world.box().profile().passwords["anna"] = "right";
  Station& mallory = world.add_stranger(app_2018("anna"));
  mallory.registers();
  EXPECT_EQ(mallory.registration().statuses, (std::vector<int>{401, 403}));
}

TEST_F(WithoutProxy, an_unknown_user_is_refused_with_404) {
  Station& nobody = world.add_stranger(app_2018("nobody"));
  nobody.registers();
  EXPECT_EQ(nobody.registration().statuses, std::vector<int>{404});
}

TEST_F(WithoutProxy, a_call_is_refreshed_every_300_s) {
  Station& bert = world.add_phone(app_2025("bert"));
  bert.registers();
  bert.calls();
  world.advance(901s);
  EXPECT_EQ(bert.last_call().refreshes, 3);
  EXPECT_EQ(world.last_box_call().refreshes, 3);
}

TEST_F(WithoutProxy, the_first_phone_that_answers_silences_the_others) {
  PhoneProfile at_desk = softphone("dora");
  at_desk.contact = at_desk.via = at_desk.local = {kOtherVpnAddress, 5070};
  Station& mobile = world.add_phone(app_2025("dora"));
  Station& desk = world.add_phone(at_desk);
  mobile.registers();
  desk.registers();
  EXPECT_EQ(world.box_calls("dora").size(), 2U);
  EXPECT_TRUE(mobile.rings() && desk.rings());
  desk.answers();
  EXPECT_EQ(mobile.last_call().state, PhoneCall::State::cancelled);
  EXPECT_EQ(desk.last_call().state, PhoneCall::State::up);
}

TEST_F(WithoutProxy, early_media_and_the_answer_name_different_ports) {
  Station& bert = world.add_phone(app_2025("bert"));
  bert.registers();
  bert.calls();
  EXPECT_NE(bert.last_call().early_audio, bert.last_call().audio);
}

TEST_F(WithoutProxy, giving_up_before_the_answer_cancels_the_call) {
  world.box().profile().far_end = BoxProfile::FarEnd::rings;
  Station& bert = world.add_phone(app_2025("bert"));
  bert.registers();
  const std::size_t call = bert.calls();
  bert.hangs_up(call);
  EXPECT_EQ(bert.last_call().statuses.back(), 487);
  EXPECT_EQ(world.last_box_call().state, BoxCall::State::over);
}

}  // namespace
}  // namespace fapfon::scenario
