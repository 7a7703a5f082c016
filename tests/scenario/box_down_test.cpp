// SPDX-License-Identifier: GPL-2.0-or-later
// L6 and L2: the Box is down, comes back, has been rebooted, or opens a connection of its own.
#include "scenario/scenario.hpp"

namespace fapfon::scenario {
namespace {

using BoxDown = Scenario;

/// Every dial but the first, by the time since the one before it.
std::vector<Duration> gaps(const std::vector<World::Dial>& dials) {
  std::vector<Duration> found;
  for (std::size_t i = 1; i < dials.size(); ++i) found.push_back(dials[i].at - dials[i - 1].at);
  return found;
}

TEST_F(BoxDown, L6_a_register_by_tcp_gets_503_with_retry_after) {
  Station& anna = world.add_phone(app_2018("anna"));
  world.box_becomes(BoxState::refusing);
  anna.registers();
  EXPECT_EQ(anna.registration().status, 503);
  EXPECT_FALSE(anna.registration().retry_after.empty());
}

TEST_F(BoxDown, L6_a_register_by_udp_gets_503_with_retry_after) {
  Station& bert = world.add_phone(app_2025("bert"));
  world.box_becomes(BoxState::refusing);
  bert.registers();
  EXPECT_EQ(bert.registration().status, 503);
  EXPECT_FALSE(bert.registration().retry_after.empty());
}

TEST_F(BoxDown, L6_an_invite_by_tcp_gets_503_with_retry_after) {
  Station& anna = world.add_phone(app_2018("anna"));
  world.box_becomes(BoxState::refusing);
  anna.calls();
  EXPECT_EQ(anna.last_call().statuses, std::vector<int>{503});
  EXPECT_FALSE(anna.last_call().retry_after.empty());
}

TEST_F(BoxDown, L6_an_invite_by_udp_gets_503_with_retry_after) {
  Station& bert = world.add_phone(app_2025("bert"));
  world.box_becomes(BoxState::refusing);
  bert.calls();
  EXPECT_EQ(bert.last_call().statuses, std::vector<int>{503});
  EXPECT_FALSE(bert.last_call().retry_after.empty());
}

TEST_F(BoxDown, L6_a_connect_that_hangs_ends_in_503_as_well) {
  Station& anna = world.add_phone(app_2018("anna"));
  world.box_becomes(BoxState::silent);
  anna.registers();
  world.advance(32s);
  EXPECT_EQ(anna.registration().status, 503);
}

TEST_F(BoxDown, L6_a_connect_that_hangs_does_not_stop_the_other_phones) {
  Station& anna = world.add_phone(app_2018("anna"));
  Station& bert = world.add_phone(at(kOtherVpnAddress, app_2025("bert")));
  world.box_ignores_connects(true);
  anna.registers();
  EXPECT_TRUE(bert.registers().is_registered());
}

TEST_F(BoxDown, L6_all_that_waits_for_a_slow_connect_arrives_in_order) {
  Station& anna = world.add_phone(app_2018("anna"));
  world.box_ignores_connects(true);
  anna.registers();
  anna.sends_message("**1", "first");
  anna.sends_message("**1", "second");
  world.box_ignores_connects(false);
  world.advance(6s);
  const auto& seen = world.box().requests();
  ASSERT_GE(seen.size(), 3U);
  EXPECT_EQ(seen[0].message.method(), "REGISTER");
  EXPECT_EQ(seen[1].message.body, "first");
  EXPECT_EQ(seen[2].message.body, "second");
}

TEST_F(BoxDown, L6_a_phone_that_tries_again_finds_the_box_back) {
  Station& anna = world.add_phone(app_2018("anna"));
  world.box_becomes(BoxState::refusing);
  anna.registers();
  world.box_becomes(BoxState::up);
  world.advance(10s);
  EXPECT_TRUE(anna.registers().is_registered());
}

TEST_F(BoxDown, L6_a_phone_by_udp_that_tries_again_finds_the_box_back) {
  Station& bert = world.add_phone(app_2025("bert"));
  world.box_becomes(BoxState::refusing);
  bert.registers();
  world.box_becomes(BoxState::up);
  world.advance(10s);
  EXPECT_TRUE(bert.registers().is_registered());
}

TEST_F(BoxDown, L6_a_box_given_by_name_is_looked_up_again) {
  Station& anna = world.add_phone(app_2018("anna"));
  world.box_becomes(BoxState::refusing);
  anna.registers();
  EXPECT_GE(world.resolve_count(), 1U);
}

TEST_F(BoxDown, L6_without_any_box_requests_get_503) {
  world.core().set_box(std::nullopt);
  Station& anna = world.add_phone(app_2018("anna"));
  Station& bert = world.add_phone(at(kOtherVpnAddress, app_2025("bert")));
  anna.registers();
  bert.registers();
  EXPECT_EQ(anna.registration().status, 503);
  EXPECT_EQ(bert.registration().status, 503);
}

TEST_F(BoxDown, L6_an_answer_of_503_repeats_the_via_of_the_phone) {
  // It is ours, not the Box's: still the phone has to recognise it (RFC 3261 section 8.2.6).
  PhoneProfile profile = app_2025("bert");
  profile.checks_rport = true;
  Station& bert = world.add_phone(profile);
  world.box_becomes(BoxState::refusing);
  bert.registers();
  EXPECT_EQ(bert.registration().statuses.size(), 1U);
}

class Reboot : public Scenario {
 protected:
  Reboot() {
    PhoneProfile profile = app_2018("anna");
    profile.registers_when_cut = true;
    anna = &world.add_phone(profile);
    anna->registers();
  }
  Station* anna = nullptr;
};

TEST_F(Reboot, L6_the_phones_connection_is_kept_while_the_box_is_down) {
  world.box_loses_power();
  world.advance(120s);
  EXPECT_EQ(anna->phone().connection_loss_count(), 0U);
}

TEST_F(Reboot, L6_the_phone_is_told_when_the_box_is_back_and_registers_anew_at_once) {
  world.box_loses_power();
  world.advance(120s);
  world.box_becomes(BoxState::up);
  world.advance(6s);
  EXPECT_EQ(anna->phone().connection_loss_count(), 1U);
  EXPECT_EQ(world.bindings("anna").size(), 1U);
}

TEST_F(Reboot, L6_the_connection_is_closed_because_the_box_was_restarted) {
  world.box_loses_power();
  world.box_becomes(BoxState::up);
  world.advance(6s);
  ASSERT_FALSE(world.closings().empty());
  EXPECT_EQ(world.closings().front(), proxy::CloseReason::box_restarted);
}

TEST_F(Reboot, L6_the_same_holds_for_a_box_that_does_not_even_refuse) {
  world.box_loses_power(BoxState::silent);
  world.advance(120s);
  EXPECT_EQ(anna->phone().connection_loss_count(), 0U);
  world.box_becomes(BoxState::up);
  world.advance(30s);
  EXPECT_EQ(world.bindings("anna").size(), 1U);
}

TEST_F(Reboot, L6_the_phone_rings_again) {
  world.box_loses_power();
  world.advance(60s);
  world.box_becomes(BoxState::up);
  world.advance(6s);
  world.box_calls("anna");
  EXPECT_TRUE(anna->rings());
}

TEST_F(Reboot, L6_a_request_during_the_outage_gets_503_and_does_not_cut_the_connection) {
  world.box_loses_power();
  world.advance(20s);
  anna->calls();
  EXPECT_EQ(anna->last_call().statuses, std::vector<int>{503});
  EXPECT_EQ(anna->phone().connection_loss_count(), 0U);
}

TEST_F(Reboot, L6_the_box_is_dialled_again_with_a_back_off_of_0_1_to_5_s) {
  const std::size_t before = world.dials().size();
  world.box_loses_power();
  world.advance(60s);
  std::vector<World::Dial> dials(world.dials().begin() + static_cast<std::ptrdiff_t>(before),
                                 world.dials().end());
  ASSERT_GE(dials.size(), 12U);
  for (const Duration gap : gaps(dials)) {
    EXPECT_GE(gap, 100ms);
    EXPECT_LE(gap, 5s);
  }
  EXPECT_LT(gaps(dials).front(), gaps(dials).back());
}

TEST_F(Reboot, L2_the_box_is_dialled_again_from_the_same_box_facing_address) {
  world.box_loses_power();
  world.advance(20s);
  ASSERT_GE(world.dials().size(), 2U);
  for (const World::Dial& dial : world.dials()) EXPECT_EQ(dial.from, world.dials().front().from);
}

TEST_F(Reboot, L2_the_phone_is_at_the_same_box_facing_address_afterwards) {
  const auto before = box_facing("anna");
  world.box_loses_power();
  world.advance(20s);
  world.box_becomes(BoxState::up);
  world.advance(6s);
  EXPECT_EQ(box_facing("anna"), before);
}

TEST_F(Reboot, L6_the_phone_is_told_once) {
  world.box_loses_power();
  world.advance(20s);
  world.box_becomes(BoxState::up);
  world.advance(120s);
  EXPECT_EQ(anna->phone().connection_loss_count(), 1U);
}

TEST_F(Reboot, L6_a_second_reboot_is_told_as_well) {
  for (int i = 0; i < 2; ++i) {
    world.box_loses_power();
    world.advance(20s);
    world.box_becomes(BoxState::up);
    world.advance(20s);
  }
  EXPECT_EQ(anna->phone().connection_loss_count(), 2U);
  EXPECT_EQ(world.bindings("anna").size(), 1U);
}

TEST_F(Reboot, a_phone_that_leaves_during_the_outage_stops_the_dialling) {
  world.box_loses_power();
  world.advance(10s);
  anna->disconnects();
  world.advance(900s + 40s);  // its registration has ended as well
  const std::size_t dials = world.dials().size();
  world.advance(60s);
  EXPECT_EQ(world.dials().size(), dials);
}

TEST_F(Reboot, both_sides_may_close_at_once) {
  world.box_loses_power(BoxState::refusing);
  anna->disconnects();
  world.box_becomes(BoxState::up);
  world.advance(10s);
  EXPECT_TRUE(anna->registers().is_registered());
}

using BoxDials = Scenario;

TEST_F(BoxDials, L2_the_listener_takes_the_boxs_own_connection) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.registers();
  world.box_closes_connections();
  // The Box opens a connection to the Contact before ours is up again.
  world.box_ignores_connects(true);
  const auto calls = world.box_calls("anna");
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(world.unwanted_connection_count(), 0U);
  EXPECT_TRUE(anna.rings());
}

TEST_F(BoxDials, L2_a_call_over_the_boxs_own_connection_is_answered_over_it) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.registers();
  world.box_closes_connections();
  world.box_ignores_connects(true);
  const auto calls = world.box_calls("anna");
  ASSERT_EQ(calls.size(), 1U);
  anna.answers();
  EXPECT_EQ(world.box_call(calls[0]).state, BoxCall::State::up);
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::up);
}

TEST_F(BoxDials, L2_a_phone_registered_by_udp_may_be_called_by_tcp) {
  // H7: the Box may take the other transport in a dialog.
  Station& bert = world.add_phone(app_2025("bert"));
  bert.registers();
  bert.calls();
  world.box().profile().in_dialog_transport = Transport::tcp;
  world.box_hangs_up(0);
  EXPECT_EQ(world.unwanted_connection_count(), 0U);
  EXPECT_EQ(bert.last_call().state, PhoneCall::State::over);
}

TEST_F(BoxDials, L2_nobody_but_the_box_may_connect_to_the_listener) {
  world.add_phone(app_2018("anna")).registers();
  proxy::Actions actions;
  const auto udp = world.box_udp_flow(box_facing("anna").value());
  ASSERT_TRUE(udp.has_value());
  const SocketAddress stranger{IpAddress::v4(172, 30, 10, 99), 50000};
  EXPECT_FALSE(world.core().box_accepted(*udp, stranger, world.now(), actions).has_value());
}

}  // namespace
}  // namespace fapfon::scenario
