// SPDX-License-Identifier: GPL-2.0-or-later
// L8 and L4: a call for a phone that is just waking up. The Box knows its Contact and rings at once; the app
// registers seconds later, with the same Contact, so that the Box sees no reason to send the INVITE again.
#include "scenario/scenario.hpp"

namespace fapfon::scenario {
namespace {

class WaitingCallStory : public Scenario, public testing::WithParamInterface<Transport> {
 protected:
  Station& anna = world.add_phone(over(GetParam(), app_2018("anna")));
};

INSTANTIATE_TEST_SUITE_P(By, WaitingCallStory, testing::Values(Transport::udp, Transport::tcp),
                         transport_name);

TEST_P(WaitingCallStory, L8_an_app_that_wakes_up_gets_the_call_that_waits_for_it) {
  anna.registers();
  anna.dies();
  world.advance(61s);  // a dead TCP connection has been noticed by then
  world.box_calls("anna");
  anna.revives().moves_to(kOtherVpnAddress).registers();
  EXPECT_TRUE(anna.rings());
}

TEST_P(WaitingCallStory, L4_a_call_that_went_into_a_dead_connection_comes_again) {
  anna.registers();
  anna.dies();
  world.box_calls("anna");
  anna.revives().moves_to(kOtherVpnAddress).registers();
  EXPECT_TRUE(anna.rings());
}

TEST_P(WaitingCallStory, L8_a_call_waits_no_longer_than_the_box_does) {
  anna.registers();
  anna.dies();
  world.box_calls("anna");
  world.advance(33s);
  anna.revives().moves_to(kOtherVpnAddress).registers();
  EXPECT_FALSE(anna.rings());
}

TEST_P(WaitingCallStory, L8_a_cancelled_call_does_not_ring_any_more) {
  anna.registers();
  anna.dies();
  const auto call = world.box_calls("anna");
  ASSERT_EQ(call.size(), 1U);
  world.box_hangs_up(call[0]);
  anna.revives().moves_to(kOtherVpnAddress).registers();
  EXPECT_FALSE(anna.rings());
}

TEST_P(WaitingCallStory, L8_a_call_that_rings_already_is_not_sent_twice) {
  anna.registers();
  world.box_calls("anna");
  ASSERT_TRUE(anna.rings());
  anna.moves_to(kOtherVpnAddress);
  anna.registers();
  EXPECT_EQ(anna.phone().calls().size(), 1U);
}

}  // namespace
}  // namespace fapfon::scenario
