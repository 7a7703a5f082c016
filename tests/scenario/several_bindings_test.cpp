// SPDX-License-Identifier: GPL-2.0-or-later
// One account with several bindings: on UDP and TCP at a time, on a desk phone that the Box serves itself,
// with an address that changes (H1, H3, L1, L5, L6).
#include "scenario/scenario.hpp"

namespace fapfon::scenario {
namespace {

class BothTransports : public Scenario {
 protected:
  void register_by(Transport transport) {
    bert.phone().profile().transport = transport;
    bert.registers();
  }
  void unregister_by(Transport transport) {
    bert.phone().profile().transport = transport;
    bert.unregisters();
  }
  Station& bert = world.add_phone(softphone("bert"));
};

TEST_F(BothTransports, L1_one_account_registered_by_udp_and_tcp_is_one_line) {
  register_by(Transport::udp);
  register_by(Transport::tcp);
  EXPECT_TRUE(bert.is_registered());
  EXPECT_EQ(world.core().counts().lines, 1U);
  ASSERT_EQ(world.bindings("bert").size(), 2U);
  EXPECT_EQ(address_in(world.bindings("bert")[0].uri), address_in(world.bindings("bert")[1].uri));
}

TEST_F(BothTransports, H3_both_bindings_ring_with_their_own_contact) {
  register_by(Transport::udp);
  register_by(Transport::tcp);
  world.box_calls("bert");
  ASSERT_EQ(bert.phone().calls().size(), 2U);
  EXPECT_NE(bert.call(0).invite.request_uri(), bert.call(1).invite.request_uri());
  EXPECT_NE(bert.call(0).hop.transport, bert.call(1).hop.transport);
}

TEST_F(BothTransports, L5_the_line_ends_with_the_last_deregistration_not_with_the_first) {
  register_by(Transport::udp);
  register_by(Transport::tcp);
  unregister_by(Transport::tcp);
  world.advance(1s);
  EXPECT_EQ(world.core().counts().lines, 1U);
  unregister_by(Transport::udp);
  world.advance(1s);
  EXPECT_EQ(world.core().counts().lines, 0U);
}

TEST_F(BothTransports, L5_after_the_first_deregistration_the_other_binding_rings) {
  register_by(Transport::udp);
  register_by(Transport::tcp);
  unregister_by(Transport::tcp);
  world.box_calls("bert");
  EXPECT_TRUE(bert.rings());
}

using Bindings = Scenario;

/// A phone in the house, registered at the Box without us.
void add_desk_phone(World& world, const std::string& user) {
  Message request = Message::request("REGISTER", "sip:172.30.10.1");
  request.add("Contact", "<sip:desk@172.30.10.77:5060>;q=0.5").add("Expires", "1800");
  world.box().registrar().apply(user, request, {}, world.now());
}

TEST_F(Bindings, H3_the_binding_of_another_phone_passes_unchanged_and_in_order) {
  Station& anna = world.add_phone(app_2018("anna"));
  add_desk_phone(world, "anna");
  anna.registers();
  const auto contacts = anna.phone().received().back().values("Contact");
  ASSERT_EQ(contacts.size(), 2U);
  EXPECT_EQ(contacts[0], "<sip:desk@172.30.10.77:5060>;q=0.5;expires=1800");
}

TEST_F(Bindings, L6_the_cap_leaves_the_binding_of_another_phone_alone) {
  Station& bert = world.add_phone(app_2025("bert"));
  add_desk_phone(world, "bert");
  bert.registers();
  const auto contacts = bert.phone().received().back().values("Contact");
  ASSERT_EQ(contacts.size(), 2U);
  EXPECT_EQ(contacts[0], "<sip:desk@172.30.10.77:5060>;q=0.5;expires=1800");
  EXPECT_EQ(bert.registration().granted, 300s);
}

TEST_F(Bindings, H3_a_second_device_behind_us_does_not_see_the_contact_of_the_first) {
  PhoneProfile tablet = at(kOtherVpnAddress, app_2018("anna"));
  tablet.accounts[0].instance = instance_of("tablet");
  tablet.contact.port = 62000;
  Station& mobile = world.add_phone(app_2018("anna"));
  Station& second = world.add_phone(tablet);
  mobile.registers();
  second.registers();
  const auto contacts = second.phone().received().back().values("Contact");
  ASSERT_EQ(contacts.size(), 2U);
  EXPECT_EQ(address_in(uri_in(contacts[0])), address_in(world.bindings("anna")[0].uri));
  EXPECT_EQ(uri_in(contacts[1]), second.phone().contact_uri(0, Transport::tcp));
}

TEST_F(Bindings, L2_an_app_that_restarts_on_another_port_keeps_its_line) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.registers();
  const auto before = box_facing("anna");
  PhoneProfile restarted = app_2018("anna");
  restarted.contact.port = restarted.via.port = 62222;
  anna.disconnects();
  anna.phone().change_addresses(restarted);
  anna.registers();
  EXPECT_EQ(box_facing("anna"), before);
  world.box_calls("anna");
  ASSERT_TRUE(anna.rings());
  EXPECT_EQ(anna.last_call().invite.request_uri(), anna.phone().contact_uri(0, Transport::tcp));
}

TEST_F(Bindings, L1_two_phones_behind_one_vpn_address_are_kept_apart) {
  PhoneProfile other = softphone("dora");
  other.local.port = 61300;
  Station& carl = world.add_phone(softphone("carl"));
  Station& dora = world.add_phone(other);
  carl.registers();
  dora.registers();
  world.box_calls("dora");
  EXPECT_TRUE(dora.rings());
  EXPECT_FALSE(carl.rings());
}

TEST_F(Bindings, H1_a_phone_whose_nat_changes_its_port_may_call) {
  Station& carl = world.add_phone(softphone("carl"));
  carl.registers();
  PhoneProfile rebound = softphone("carl");
  rebound.local.port = 50123;
  carl.phone().change_addresses(rebound);
  carl.calls();
  EXPECT_EQ(carl.last_call().state, PhoneCall::State::up);
  world.box_hangs_up(0);
  EXPECT_EQ(carl.last_call().state, PhoneCall::State::over);
}

TEST_F(Bindings, H5_source_reports_the_observed_port) {
  World other{proxy::Config{.limits = {}, .nat_report = rewrite::NatReport::source}};
  Station& anna = other.add_phone(over(Transport::udp, app_2018("anna")));
  anna.registers();
  EXPECT_EQ(parameter(anna.phone().received().back().get("Via"), "rport"), "62895");
}

TEST_F(Bindings, H5_via_reports_the_port_of_the_phones_own_sent_by) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.registers();
  EXPECT_EQ(parameter(anna.phone().received().back().get("Via"), "rport"), "61211");
}

class InCall : public Scenario, public testing::WithParamInterface<Transport> {
 protected:
  Station& anna = world.add_phone(over(GetParam(), app_2018("anna")));
};

INSTANTIATE_TEST_SUITE_P(By, InCall, testing::Values(Transport::udp, Transport::tcp), transport_name);

TEST_P(InCall, L5_a_deregistration_during_a_call_does_not_end_the_call) {
  anna.registers();
  anna.calls();
  anna.unregisters();
  world.advance(10s);
  world.box_hangs_up(0);
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::over);
}

TEST_P(InCall, L5_the_line_ends_after_the_call_that_outlived_its_registration) {
  anna.registers();
  const std::size_t call = anna.calls();
  anna.unregisters();
  world.advance(10s);
  anna.hangs_up(call);
  EXPECT_EQ(world.box_call(0).state, BoxCall::State::over);
  world.advance(70s);
  EXPECT_EQ(world.core().counts().lines, 0U);
}

TEST_P(InCall, L5_a_registration_that_ends_during_a_call_does_not_end_the_call) {
  world.box().registrar().longest_expiry = 120s;
  anna.registers();
  anna.calls();
  world.advance(200s);
  world.box_hangs_up(0);
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::over);
}

TEST_P(InCall, L5_an_unregistered_phones_call_of_ten_minutes_goes_on) {
  const std::size_t call = anna.calls();
  world.advance(610s);
  EXPECT_EQ(anna.last_call().refreshes, 2);
  anna.hangs_up(call);
  EXPECT_EQ(world.box_call(0).state, BoxCall::State::over);
}

TEST_P(InCall, a_number_that_rings_for_two_minutes_can_still_answer) {
  world.box().profile().far_end = BoxProfile::FarEnd::rings;
  anna.registers();
  anna.calls();
  world.advance(120s);
  world.far_end_picks_up(0);
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::up);
}

TEST_P(InCall, a_phone_that_rings_for_two_minutes_can_still_answer) {
  anna.registers();
  world.box_calls("anna");
  world.advance(120s);
  anna.answers();
  EXPECT_EQ(world.last_box_call().state, BoxCall::State::up);
}

TEST_P(InCall, L3_a_newcomer_without_registration_gets_its_own_answers_during_the_owners_call) {
  world.box().profile().far_end = BoxProfile::FarEnd::rings;
  anna.registers();
  anna.calls();
  Station& mallory =
      world.add_stranger(with_password("guess", over(GetParam(), at(kOtherVpnAddress, app_2018("anna")))));
  mallory.registers();
  world.far_end_picks_up(0);
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::up);
  EXPECT_EQ(mallory.registration().status, 403);
}

}  // namespace
}  // namespace fapfon::scenario
