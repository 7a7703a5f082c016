// SPDX-License-Identifier: GPL-2.0-or-later
// L1 and L3: which phone is which. A line is an account of a phone; without +sip.instance the address and
// 40 s of silence have to do.
#include "scenario/scenario.hpp"

namespace fapfon::scenario {
namespace {

using Identity = Scenario;

PhoneProfile two_accounts(Transport transport) {
  PhoneProfile profile = over(transport, softphone("anna"));
  profile.accounts.push_back({.user = "work", .instance = instance_of("anna")});
  return profile;
}

TEST_F(Identity, L1_different_users_get_different_box_facing_addresses) {
  Station& anna = world.add_phone(app_2018("anna"));
  Station& bert = world.add_phone(at(kOtherVpnAddress, app_2018("bert")));
  anna.registers();
  bert.registers();
  EXPECT_NE(box_facing("anna"), box_facing("bert"));
}

TEST_F(Identity, L1_several_accounts_on_one_udp_flow_are_several_lines) {
  Station& phone = world.add_phone(two_accounts(Transport::udp));
  phone.registers(0);
  phone.registers(1);
  EXPECT_TRUE(phone.is_registered(0) && phone.is_registered(1));
  EXPECT_NE(box_facing("anna"), box_facing("work"));
}

TEST_F(Identity, L1_several_accounts_on_one_connection_are_several_lines) {
  Station& phone = world.add_phone(two_accounts(Transport::tcp));
  phone.registers(0);
  phone.registers(1);
  EXPECT_TRUE(phone.is_registered(0) && phone.is_registered(1));
  EXPECT_NE(box_facing("anna"), box_facing("work"));
}

TEST_F(Identity, L1_both_accounts_of_one_connection_ring) {
  Station& phone = world.add_phone(two_accounts(Transport::tcp));
  phone.registers(0);
  phone.registers(1);
  world.box_calls("work");
  world.box_calls("anna");
  ASSERT_EQ(phone.phone().calls().size(), 2U);
  EXPECT_EQ(phone.call(0).account, 1U);
  EXPECT_EQ(phone.call(1).account, 0U);
}

TEST_F(Identity, L1_each_account_of_one_connection_calls_from_its_own_line) {
  Station& phone = world.add_phone(two_accounts(Transport::tcp));
  phone.registers(0);
  phone.registers(1);
  phone.calls("**610", 1);
  EXPECT_EQ(phone.last_call().state, PhoneCall::State::up);
  EXPECT_EQ(address_in(world.last_box_call().remote_target), box_facing("work"));
}

TEST_F(Identity, L5_the_deregistration_of_one_account_leaves_the_other_registered) {
  Station& phone = world.add_phone(two_accounts(Transport::tcp));
  phone.registers(0);
  phone.registers(1);
  phone.unregisters(1);
  world.box_calls("anna");
  EXPECT_TRUE(phone.rings());
}

TEST_F(Identity, L3_the_same_instance_on_another_flow_is_the_same_phone) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.registers();
  const auto before = box_facing("anna");
  anna.moves_to(kOtherVpnAddress);
  anna.registers();
  EXPECT_EQ(box_facing("anna"), before);
}

TEST_F(Identity, L3_two_instances_of_one_account_are_two_lines_and_both_ring) {
  PhoneProfile tablet = at(kOtherVpnAddress, app_2018("anna"));
  tablet.accounts[0].instance = instance_of("tablet");
  Station& mobile = world.add_phone(app_2018("anna"));
  Station& second = world.add_phone(tablet);
  mobile.registers();
  second.registers();
  EXPECT_EQ(world.box_calls("anna").size(), 2U);
  EXPECT_TRUE(mobile.rings() && second.rings());
}

TEST_F(Identity, L3_without_instance_a_second_device_beside_a_lively_one_gets_its_own_line) {
  Station& mobile = world.add_phone(keeping_alive(15s, without_instance(softphone("anna"))));
  Station& tablet =
      world.add_phone(keeping_alive(15s, at(kOtherVpnAddress, without_instance(softphone("anna")))));
  mobile.registers();
  world.advance(100s);
  tablet.registers();
  EXPECT_EQ(world.bindings("anna").size(), 2U);
  world.box_calls("anna");
  EXPECT_TRUE(mobile.rings() && tablet.rings());
}

TEST_F(Identity, L3_without_instance_a_phone_silent_for_39_s_is_not_replaced) {
  Station& mobile = world.add_phone(without_instance(softphone("anna")));
  Station& tablet = world.add_phone(at(kOtherVpnAddress, without_instance(softphone("anna"))));
  mobile.registers();
  world.advance(39s);
  tablet.registers();
  EXPECT_EQ(world.bindings("anna").size(), 2U);
}

TEST_F(Identity, L3_without_instance_a_newcomer_after_41_s_of_silence_is_the_same_phone) {
  Station& mobile = world.add_phone(without_instance(softphone("anna")));
  Station& again = world.add_phone(at(kOtherVpnAddress, without_instance(softphone("anna"))));
  mobile.registers();
  const auto before = box_facing("anna");
  world.advance(41s);
  again.registers();
  EXPECT_EQ(box_facing("anna"), before);
}

TEST_F(Identity, L3_without_instance_a_newcomer_from_the_same_address_is_the_same_phone) {
  PhoneProfile restarted = without_instance(softphone("anna"));
  restarted.local.port = restarted.contact.port = restarted.via.port = 61999;
  Station& anna = world.add_phone(without_instance(softphone("anna")));
  Station& again = world.add_phone(restarted);
  anna.registers();
  const auto before = box_facing("anna");
  again.registers();
  EXPECT_EQ(box_facing("anna"), before);
  EXPECT_EQ(world.core().counts().lines, 1U);
}

TEST_F(Identity, L1_one_account_by_udp_then_by_tcp_is_one_line) {
  // pjsip changes from UDP to TCP when a request exceeds 1,300 bytes (SPEC section 1).
  Station& bert = world.add_phone(app_2025("bert"));
  bert.registers();
  bert.calls("**610", 0, Transport::tcp);
  EXPECT_EQ(bert.last_call().state, PhoneCall::State::up);
  EXPECT_EQ(world.core().counts().lines, 1U);
  EXPECT_EQ(address_in(world.last_box_call().remote_target), box_facing("bert"));
}

TEST_F(Identity, L1_a_call_by_tcp_leaves_the_registration_by_udp_as_it_was) {
  Station& bert = world.add_phone(app_2025("bert"));
  bert.registers();
  const std::size_t call = bert.calls("**610", 0, Transport::tcp);
  bert.hangs_up(call);
  world.box_calls("bert");
  ASSERT_TRUE(bert.rings());
  EXPECT_EQ(bert.last_call().hop.transport, Transport::udp);
}

TEST_F(Identity, L1_the_box_ends_the_call_by_tcp_of_a_phone_registered_by_udp) {
  Station& bert = world.add_phone(app_2025("bert"));
  bert.registers();
  bert.calls("**610", 0, Transport::tcp);
  world.box_hangs_up(0);
  EXPECT_EQ(bert.last_call().state, PhoneCall::State::over);
}

}  // namespace
}  // namespace fapfon::scenario
