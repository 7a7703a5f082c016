// SPDX-License-Identifier: GPL-2.0-or-later
// L3 and L4: a phone that comes back takes its line over when the Box has answered its REGISTER with 2xx,
// and a call goes on. Knowing a user name is not enough to cut somebody off.
#include "scenario/scenario.hpp"

namespace fapfon::scenario {
namespace {

class TakeOver : public Scenario, public testing::WithParamInterface<Transport> {
 protected:
  Station& anna = world.add_phone(keeping_alive(15s, over(GetParam(), app_2018("anna"))));
};

INSTANTIATE_TEST_SUITE_P(By, TakeOver, testing::Values(Transport::udp, Transport::tcp), transport_name);

TEST_P(TakeOver, L2_the_box_sees_the_same_contact_after_a_vpn_reconnect) {
  anna.registers();
  const auto before = box_facing("anna");
  anna.moves_to(kOtherVpnAddress);
  anna.registers();
  EXPECT_TRUE(anna.is_registered());
  EXPECT_EQ(box_facing("anna"), before);
}

TEST_P(TakeOver, L3_a_call_rings_at_the_new_address) {
  anna.registers();
  anna.moves_to(kOtherVpnAddress);
  anna.registers();
  world.box_calls("anna");
  EXPECT_TRUE(anna.rings());
}

TEST_P(TakeOver, L4_the_box_ends_a_call_that_began_at_the_old_address) {
  anna.registers();
  anna.calls();
  anna.moves_to(kOtherVpnAddress);
  anna.registers();
  world.box_hangs_up(0);
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::over);
}

TEST_P(TakeOver, L4_a_session_refresh_reaches_the_new_address) {
  PhoneProfile profile = over(GetParam(), at(kThirdVpnAddress, app_2018("bert")));
  profile.refreshes = true;
  Station& bert = world.add_phone(profile);
  bert.registers();
  bert.calls();
  world.advance(100s);
  bert.moves_to(kOtherVpnAddress);
  bert.registers();
  world.advance(210s);
  EXPECT_EQ(bert.last_call().refreshes, 1);
}

TEST_P(TakeOver, L4_after_the_refresh_the_box_sends_audio_to_the_new_address) {
  anna.registers();
  anna.calls();
  anna.moves_to(kOtherVpnAddress);
  anna.registers();
  world.box_refreshes(0);
  EXPECT_EQ(world.box_call(0).audio, SocketAddress::parse("172.20.11.7:4000"));
}

TEST_P(TakeOver, L4_the_phone_may_repair_its_call_from_the_new_address_itself) {
  anna.registers();
  const std::size_t call = anna.calls();
  anna.moves_to(kOtherVpnAddress);
  anna.registers();
  anna.updates_call(call);
  EXPECT_EQ(world.box_call(0).phone_updates, 1);
  EXPECT_EQ(world.box_call(0).audio, SocketAddress::parse("172.20.11.7:4000"));
}

TEST_P(TakeOver, L4_the_end_of_the_old_connection_does_not_touch_the_line) {
  anna.registers();
  anna.moves_to(kOtherVpnAddress);
  anna.registers();
  world.advance(60s);
  world.box_calls("anna");
  EXPECT_TRUE(anna.rings());
}

TEST_P(TakeOver, L3_the_line_is_not_taken_over_before_the_box_has_confirmed) {
  // The newcomer has sent its REGISTER, but the Box is silent: the old flow is still the phone's.
  Station& new_self = world.add_stranger(over(GetParam(), at(kOtherVpnAddress, app_2018("anna"))));
  anna.registers();
  const auto call = world.box_calls("anna");
  world.box_becomes(BoxState::silent);
  new_self.registers();
  world.box_becomes(BoxState::up);
  ASSERT_EQ(call.size(), 1U);
  anna.answers();
  EXPECT_EQ(world.box_call(call[0]).state, BoxCall::State::up);
}

TEST_P(TakeOver, L4_a_call_that_rang_at_the_old_address_can_still_be_cancelled_by_the_box) {
  anna.registers();
  const auto call = world.box_calls("anna");
  ASSERT_EQ(call.size(), 1U);
  anna.moves_to(kOtherVpnAddress);
  anna.registers();
  world.box_hangs_up(call[0]);
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::cancelled);
}

/// Mallory knows Anna's user name and even her instance id, but not her password.
class Stranger : public TakeOver {
 protected:
  Station& mallory =
      world.add_stranger(with_password("guess", over(GetParam(), at(kOtherVpnAddress, app_2018("anna")))));
};

INSTANTIATE_TEST_SUITE_P(By, Stranger, testing::Values(Transport::udp, Transport::tcp), transport_name);

TEST_P(Stranger, L3_gets_the_answers_to_its_own_requests) {
  anna.registers();
  mallory.registers();
  EXPECT_EQ(mallory.registration().statuses, (std::vector<int>{401, 403}));
}

TEST_P(Stranger, L3_changes_no_binding_at_the_box) {
  anna.registers();
  const auto before = box_facing("anna");
  mallory.registers();
  EXPECT_EQ(box_facing("anna"), before);
}

TEST_P(Stranger, L3_does_not_get_the_owners_call) {
  anna.registers();
  mallory.registers();
  world.box_calls("anna");
  EXPECT_TRUE(anna.rings());
  EXPECT_FALSE(mallory.rings());
}

TEST_P(Stranger, L3_does_not_cut_off_the_owners_present_call) {
  anna.registers();
  anna.calls();
  mallory.registers();
  world.box_refreshes(0);
  EXPECT_EQ(anna.last_call().refreshes, 1);
  world.box_hangs_up(0);
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::over);
}

TEST_P(Stranger, L3_does_not_disturb_a_call_that_rings) {
  anna.registers();
  const auto call = world.box_calls("anna");
  ASSERT_EQ(call.size(), 1U);
  mallory.registers();
  anna.answers();
  EXPECT_EQ(world.box_call(call[0]).state, BoxCall::State::up);
}

TEST_P(Stranger, L3_cannot_deregister_the_owner) {
  anna.registers();
  mallory.unregisters_all();
  mallory.unregisters();
  EXPECT_EQ(world.bindings("anna").size(), 1U);
  world.box_calls("anna");
  EXPECT_TRUE(anna.rings());
}

TEST_P(Stranger, L3_does_not_get_the_line_by_calling) {
  anna.registers();
  mallory.calls();
  EXPECT_EQ(mallory.last_call().state, PhoneCall::State::refused);
  world.box_calls("anna");
  EXPECT_TRUE(anna.rings());
  EXPECT_FALSE(mallory.rings());
}

TEST_P(Stranger, L3_does_not_get_the_line_when_the_owner_registers_again) {
  anna.registers();
  mallory.registers();
  anna.registers();
  world.box_calls("anna");
  EXPECT_TRUE(anna.rings());
  EXPECT_FALSE(mallory.rings());
}

TEST_P(Stranger, L3_does_not_get_the_line_of_an_owner_that_is_silent) {
  anna.registers();
  anna.dies();
  world.advance(60s);
  mallory.registers();
  world.box_calls("anna");
  EXPECT_FALSE(mallory.rings());
}

TEST_P(Stranger, L3_the_owner_is_reported_no_address_of_the_stranger) {
  // H3: the 200 to the owner's next REGISTER still has the owner's own Contact (the phone checks it).
  anna.registers();
  mallory.registers();
  anna.registers();
  EXPECT_TRUE(anna.is_registered());
}

TEST_P(Stranger, L3_before_the_owner_came_leaves_nothing_that_hurts_the_owner) {
  world.box().profile().passwords["anna"] = "secret";
  mallory.registers();
  anna.registers();
  world.box_calls("anna");
  EXPECT_TRUE(anna.rings());
  EXPECT_FALSE(mallory.rings());
}

TEST_P(Stranger, L3_without_instance_cannot_take_the_line_of_a_silent_owner) {
  Station& bert =
      world.add_phone(over(GetParam(), at(kThirdVpnAddress, without_instance(softphone("bert")))));
  Station& eve = world.add_stranger(with_password(
      "guess", over(GetParam(), at(IpAddress::v4(172, 20, 11, 9), without_instance(softphone("bert"))))));
  bert.registers();
  world.advance(41s);
  eve.registers();
  world.box_calls("bert");
  EXPECT_TRUE(bert.rings());
  EXPECT_FALSE(eve.rings());
}

}  // namespace
}  // namespace fapfon::scenario
