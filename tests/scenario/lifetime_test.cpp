// SPDX-License-Identifier: GPL-2.0-or-later
// L5: when a line ends, and that its box-facing port stays reserved for a day. L6: the cap on what a phone
// on UDP is granted.
#include "scenario/scenario.hpp"

namespace fapfon::scenario {
namespace {

constexpr auto kGranted = 200s;

class Lifetime : public Scenario, public testing::WithParamInterface<Transport> {
 protected:
  // Below the cap for UDP (L6), so that phone and Box agree on when the registration ends.
  Lifetime() { world.box().registrar().longest_expiry = kGranted; }

  std::size_t line_count() { return world.core().counts().lines; }

  Station& anna = world.add_phone(over(GetParam(), app_2018("anna")));
};

INSTANTIATE_TEST_SUITE_P(By, Lifetime, testing::Values(Transport::udp, Transport::tcp), transport_name);

TEST_P(Lifetime, L5_a_line_lives_for_the_granted_time_and_32_s_more) {
  anna.registers();
  world.advance(kGranted + 31s);
  EXPECT_EQ(line_count(), 1U);
}

TEST_P(Lifetime, L5_a_line_ends_after_the_granted_time_and_32_s) {
  anna.registers();
  world.advance(kGranted + 34s);
  EXPECT_EQ(line_count(), 0U);
}

TEST_P(Lifetime, L5_a_refresh_prolongs_the_line) {
  anna.registers();
  world.advance(kGranted - 10s);
  anna.registers();
  world.advance(kGranted - 1s);
  EXPECT_EQ(line_count(), 1U);
  world.box_calls("anna");
  EXPECT_TRUE(anna.rings());
}

TEST_P(Lifetime, L5_the_granted_time_counts_not_the_time_asked_for) {
  world.box().registrar().longest_expiry = 120s;
  anna.registers();
  EXPECT_EQ(anna.registration().granted, 120s);
  world.advance(120s + 34s);
  EXPECT_EQ(line_count(), 0U);
}

TEST_P(Lifetime, L5_a_line_ends_when_the_box_confirms_the_deregistration) {
  anna.registers();
  anna.unregisters();
  world.advance(1s);
  EXPECT_EQ(line_count(), 0U);
}

TEST_P(Lifetime, L5_contact_star_ends_the_line_as_well) {
  anna.registers();
  anna.unregisters_all();
  EXPECT_TRUE(world.bindings("anna").empty());
  world.advance(1s);
  EXPECT_EQ(line_count(), 0U);
}

TEST_P(Lifetime, L5_a_deregistration_that_the_box_refuses_ends_nothing) {
  Station& mallory =
      world.add_stranger(with_password("guess", over(GetParam(), at(kOtherVpnAddress, app_2018("anna")))));
  anna.registers();
  mallory.unregisters();
  world.advance(1s);
  EXPECT_EQ(line_count(), 1U);
}

TEST_P(Lifetime, L5_a_line_that_was_never_registered_ends_after_64_s_idle) {
  anna.sends_message("**1", "hello");
  EXPECT_EQ(line_count(), 1U);
  world.advance(60s);
  EXPECT_EQ(line_count(), 1U);
  world.advance(6s);
  EXPECT_EQ(line_count(), 0U);
}

TEST_P(Lifetime, L5_a_refused_registration_leaves_no_line_behind) {
  Station& mallory =
      world.add_stranger(with_password("guess", over(GetParam(), at(kOtherVpnAddress, app_2018("anna")))));
  mallory.registers();
  world.advance(66s);
  EXPECT_EQ(line_count(), 0U);
}

TEST_P(Lifetime, L5_the_port_of_an_ended_line_is_not_given_to_another_phone_for_a_day) {
  anna.registers();
  const auto before = box_facing("anna");
  anna.unregisters();
  world.advance(23h + 59min);
  Station& bert = world.add_phone(over(GetParam(), at(kOtherVpnAddress, app_2018("bert"))));
  bert.registers();
  EXPECT_TRUE(bert.is_registered());
  EXPECT_NE(box_facing("bert"), before);
  EXPECT_TRUE(world.released().empty());
}

TEST_P(Lifetime, L2_a_phone_that_comes_back_within_a_day_has_its_old_address) {
  anna.registers();
  const auto before = box_facing("anna");
  anna.unregisters();
  world.advance(23h);
  anna.registers();
  EXPECT_EQ(box_facing("anna"), before);
}

TEST_P(Lifetime, L2_a_phone_whose_registration_ended_has_its_old_address_too) {
  anna.registers();
  const auto before = box_facing("anna");
  anna.dies();
  world.advance(4h);
  anna.revives();
  anna.registers();
  EXPECT_EQ(box_facing("anna"), before);
}

TEST_P(Lifetime, L5_after_a_day_the_address_is_released) {
  anna.registers();
  const auto before = box_facing("anna");
  anna.unregisters();
  world.advance(24h + 1min);
  ASSERT_EQ(world.released().size(), 1U);
  EXPECT_EQ(world.released()[0], before);
}

TEST_P(Lifetime, L5_a_phone_that_comes_back_after_two_days_is_served_as_a_new_one) {
  anna.registers();
  anna.unregisters();
  world.advance(48h);
  EXPECT_TRUE(anna.registers().is_registered());
  world.box_calls("anna");
  EXPECT_TRUE(anna.rings());
}

TEST_P(Lifetime, nothing_is_left_of_two_hundred_short_visits) {
  for (int i = 0; i < 200; ++i) {
    anna.registers();
    anna.unregisters();
    anna.disconnects();
    world.advance(1s);
  }
  world.advance(10min);
  EXPECT_EQ(line_count(), 0U);
  EXPECT_EQ(world.core().counts().flows, 0U);
  EXPECT_EQ(world.core().counts().pending, 0U);
}

using Connection = Scenario;

TEST_F(Connection, L2_a_connection_that_ends_leaves_the_line_registered) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.registers();
  const auto before = box_facing("anna");
  anna.disconnects();
  world.advance(5s);
  EXPECT_EQ(world.core().counts().lines, 1U);
  anna.registers();
  EXPECT_EQ(box_facing("anna"), before);
}

using Cap = Scenario;

TEST_F(Cap, L6_a_phone_on_udp_is_granted_300_s_at_most) {
  Station& bert = world.add_phone(app_2025("bert"));
  bert.registers();
  EXPECT_EQ(bert.registration().granted, 300s);
}

TEST_F(Cap, L6_the_user_may_choose_another_cap) {
  World other{proxy::Config{.limits = {}, .max_expires = 120s}};
  Station& bert = other.add_phone(app_2025("bert"));
  bert.registers();
  EXPECT_EQ(bert.registration().granted, 120s);
}

TEST_F(Cap, L6_a_shorter_time_stays) {
  world.box().registrar().longest_expiry = 60s;
  Station& bert = world.add_phone(app_2025("bert"));
  bert.registers();
  EXPECT_EQ(bert.registration().granted, 60s);
}

TEST_F(Cap, L6_a_phone_on_tcp_gets_what_the_box_granted) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.registers();
  EXPECT_EQ(anna.registration().granted, 900s);
}

TEST_F(Cap, L6_a_phone_on_udp_comes_back_in_time_after_a_reboot_of_the_box) {
  PhoneProfile profile = app_2025("bert");
  profile.refreshes = true;
  Station& bert = world.add_phone(profile);
  bert.registers();
  world.advance(10s);
  world.box_loses_power();
  world.advance(60s);
  world.box_becomes(BoxState::up);
  world.advance(300s);
  EXPECT_EQ(world.bindings("bert").size(), 1U);
}

}  // namespace
}  // namespace fapfon::scenario
