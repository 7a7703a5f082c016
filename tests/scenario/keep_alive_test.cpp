// SPDX-License-Identifier: GPL-2.0-or-later
// L7, L8 and F2: what keeps a flow alive, and that nobody answers an INVITE in the place of a phone.
#include "scenario/scenario.hpp"

namespace fapfon::scenario {
namespace {

using KeepAlive = Scenario;

/// What the Box has heard of its call, 100 Trying left out: that stops no other phone.
std::vector<int> answers_to(const BoxCall& call) {
  std::vector<int> found;
  std::copy_if(call.statuses.begin(), call.statuses.end(), std::back_inserter(found),
               [](int status) { return status != 100; });
  return found;
}

TEST_F(KeepAlive, L7_a_registered_phone_on_udp_gets_a_crlf_every_25_s) {
  Station& carl = world.add_phone(softphone("carl"));
  carl.registers();
  world.advance(24s);
  EXPECT_EQ(carl.phone().keep_alive_count(), 0U);
  world.advance(2s);
  EXPECT_EQ(carl.phone().keep_alive_count(), 1U);
  world.advance(250s);
  EXPECT_EQ(carl.phone().keep_alive_count(), 11U);
}

TEST_F(KeepAlive, L7_a_phone_that_is_not_registered_gets_none) {
  Station& carl = world.add_phone(softphone("carl"));
  carl.sends_message("**1", "hello");
  world.advance(60s);
  EXPECT_EQ(carl.phone().keep_alive_count(), 0U);
}

TEST_F(KeepAlive, L7_a_phone_that_has_left_gets_none) {
  Station& carl = world.add_phone(softphone("carl"));
  carl.registers();
  carl.unregisters();
  world.advance(120s);
  EXPECT_EQ(carl.phone().keep_alive_count(), 0U);
}

TEST_F(KeepAlive, L7_a_phone_whose_registration_has_ended_gets_none) {
  world.box().registrar().longest_expiry = 120s;
  Station& carl = world.add_phone(softphone("carl"));
  carl.registers();
  world.advance(120s + 40s);
  const std::size_t count = carl.phone().keep_alive_count();
  world.advance(120s);
  EXPECT_EQ(carl.phone().keep_alive_count(), count);
}

TEST_F(KeepAlive, L7_two_accounts_on_one_flow_get_one_crlf) {
  PhoneProfile profile = softphone("anna");
  profile.accounts.push_back({.user = "work", .instance = instance_of("anna")});
  Station& phone = world.add_phone(profile);
  phone.registers(0);
  phone.registers(1);
  world.advance(255s);
  EXPECT_EQ(phone.phone().keep_alive_count(), 10U);
}

TEST_F(KeepAlive, L7_after_a_take_over_only_the_new_flow_gets_them) {
  Station& carl = world.add_phone(softphone("carl"));
  carl.registers();
  carl.moves_to(kOtherVpnAddress);
  carl.registers();
  const std::size_t lost = world.lost_count();
  world.advance(255s);
  EXPECT_EQ(carl.phone().keep_alive_count(), 10U);
  EXPECT_EQ(world.lost_count(), lost);
}

TEST_F(KeepAlive, F2_the_phones_crlf_on_udp_is_not_forwarded) {
  Station& carl = world.add_phone(keeping_alive(15s, softphone("carl")));
  carl.registers();
  const std::size_t requests = world.box().requests().size();
  world.advance(100s);
  EXPECT_EQ(world.box().keep_alive_count(), 0U);
  EXPECT_EQ(world.box().requests().size(), requests);
}

TEST_F(KeepAlive, F2_a_ping_on_tcp_is_answered_and_not_forwarded) {
  Station& anna = world.add_phone(keeping_alive(90s, app_2018("anna")));
  anna.registers();
  world.advance(91s);
  EXPECT_EQ(anna.phone().pong_count(), 1U);
}

TEST_F(KeepAlive, F2_a_datagram_of_nothing_does_not_end_a_registration) {
  Station& carl = world.add_phone(softphone("carl"));
  carl.registers();
  carl.sends("");
  carl.sends(std::string(4, '\0'));
  world.advance(30s);
  world.box_calls("carl");
  EXPECT_TRUE(carl.rings());
}

TEST_F(KeepAlive, L8_no_answer_is_invented_for_a_registered_phone_whose_connection_is_gone) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.registers();
  anna.disconnects();
  const auto calls = world.box_calls("anna");
  ASSERT_EQ(calls.size(), 1U);
  world.advance(64s);
  EXPECT_TRUE(answers_to(world.box_call(calls[0])).empty());
}

class NoAnswer : public Scenario, public testing::WithParamInterface<Transport> {
 protected:
  Station& anna = world.add_phone(over(GetParam(), app_2018("anna")));
};

INSTANTIATE_TEST_SUITE_P(By, NoAnswer, testing::Values(Transport::udp, Transport::tcp), transport_name);

TEST_P(NoAnswer, L8_for_a_registered_phone_that_is_dead) {
  anna.registers();
  anna.dies();
  const auto calls = world.box_calls("anna");
  ASSERT_EQ(calls.size(), 1U);
  world.advance(64s);
  EXPECT_TRUE(answers_to(world.box_call(calls[0])).empty());
}

TEST_P(NoAnswer, L7_a_dead_phone_keeps_its_line_and_rings_when_it_is_back) {
  anna.registers();
  const auto before = box_facing("anna");
  anna.dies();
  world.advance(120s);
  anna.revives();
  anna.registers();
  EXPECT_EQ(box_facing("anna"), before);
  world.box_calls("anna");
  EXPECT_TRUE(anna.rings());
}

TEST_P(NoAnswer, L7_the_flow_of_a_dead_phone_is_forgotten) {
  anna.registers();
  anna.dies();
  world.advance(1200s);
  EXPECT_EQ(world.core().counts().flows, 0U);
}

TEST_P(NoAnswer, L8_an_app_that_just_wakes_up_rings_when_the_box_repeats_its_invite) {
  anna.registers();
  anna.dies();
  const auto calls = world.box_calls("anna");
  ASSERT_EQ(calls.size(), 1U);
  anna.revives();
  anna.registers();
  world.box_repeats_invite(calls[0]);
  EXPECT_TRUE(anna.rings());
}

TEST_P(NoAnswer, L8_the_other_phones_go_on_ringing) {
  Station& desk =
      world.add_phone(over(GetParam(), at(kOtherVpnAddress, without_instance(softphone("anna")))));
  anna.registers();
  desk.registers();
  anna.dies();
  world.box_calls("anna");
  world.advance(30s);
  EXPECT_TRUE(desk.rings());
}

}  // namespace
}  // namespace fapfon::scenario
