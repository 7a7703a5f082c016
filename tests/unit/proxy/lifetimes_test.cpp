// SPDX-License-Identifier: GPL-2.0-or-later
// What ends when (L5, L6, L7, L9), where a story with peers (tests/scenario) would not show it.
#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

class Lifetimes : public Core {
 protected:
  /// REGISTER and 200; the Box flow that it went out on.
  FlowId registers(FlowId phone, const std::string& request) {
    receive(phone, request);
    const FlowId box_flow = went_to();
    receive(box_flow, granted(last()));
    return box_flow;
  }
  std::string contact_at_box(FlowId phone, const std::string& request) {
    receive(phone, request);
    const std::string contact = value_of(last(), "Contact");
    receive(went_to(), granted(last()));
    return contact.substr(1, contact.find('>') - 1);
  }
};

TEST_F(Lifetimes, a_line_that_was_never_registered_ends_after_64_seconds) {
  const FlowId phone = udp();
  receive(phone, register_request());
  pass(63s);
  EXPECT_EQ(proxy.counts().lines, 1U);
  pass(2s);
  EXPECT_EQ(proxy.counts().lines, 0U);
  EXPECT_EQ(released.size(), 1U);
}

TEST_F(Lifetimes, a_line_whose_first_request_was_refused_ends_too) {
  const FlowId first = udp({IpAddress::v4(172, 20, 11, 7), 5060});
  receive(first, register_request("UDP", "bert"));
  unreachable(went_to(), last());  // ICMP: the Box's port is closed
  const FlowId phone = udp();
  receive(phone, register_request());
  ASSERT_TRUE(holds(last(), " 503 "));
  pass(10min);
  EXPECT_EQ(proxy.counts().lines, 0U);
  EXPECT_EQ(proxy.counts().flows, 0U);
}

TEST_F(Lifetimes, a_registration_ends_32_seconds_after_its_expiry) {
  registers(udp(), register_request());
  pass(931s);
  EXPECT_EQ(note_count(Note::Kind::line_expired), 0U);
  pass(2s);
  EXPECT_EQ(note_count(Note::Kind::line_expired), 1U);
  EXPECT_EQ(proxy.counts().lines, 0U);
  EXPECT_TRUE(released.empty()) << "the box-facing address stays reserved for a day";
  pass(24h);
  EXPECT_EQ(released.size(), 1U);
}

TEST_F(Lifetimes, a_udp_flow_that_serves_a_registered_line_gets_a_line_end_every_25_seconds) {
  const FlowId phone = udp();
  registers(phone, register_request());
  pass(24s);
  EXPECT_EQ(last_on(phone), "");
  pass(1s);
  EXPECT_EQ(last_on(phone), "\r\n");
  pass(25s);
  EXPECT_EQ(last_on(phone), "\r\n");
}

TEST_F(Lifetimes, after_a_take_over_the_old_flow_gets_no_keep_alive_although_it_is_heard) {
  const FlowId old_flow = udp();
  registers(old_flow, register_request());
  const FlowId new_flow = udp({kPhone.ip, 40000});
  registers(new_flow, with(register_request(), "z9hG4bK-1", "z9hG4bK-new"));
  ASSERT_EQ(note_count(Note::Kind::line_taken_over), 1U);
  pass(60s);
  receive(old_flow, "\r\n");
  pass(60s);
  EXPECT_EQ(last_on(new_flow), "\r\n");
  EXPECT_EQ(last_on(old_flow), "");
}

TEST_F(Lifetimes, a_phone_that_reconnects_again_and_again_has_one_contact) {
  std::string contact;
  for (std::uint16_t port = 40000; port < 40020; ++port) {
    const FlowId phone = udp({kPhone.ip, port});
    const std::string branch = "z9hG4bK-" + std::to_string(port);
    contact = contact_at_box(phone, register_request("UDP", "anna", branch));
  }
  receive(udp({kPhone.ip, 40019}),
          with(register_request("UDP", "anna", "z9hG4bK-end"), "Expires: 900", "Expires: 0"));
  receive(went_to(), response_to(last(), "200 OK"));
  EXPECT_EQ(note_count(Note::Kind::line_unregistered), 1U);
  EXPECT_EQ(proxy.counts().lines, 0U);
}

// --- TCP --------------------------------------------------------------------------------------------------

TEST_F(Lifetimes, a_connection_without_a_first_message_is_closed_after_30_seconds) {
  const FlowId phone = tcp();
  receive(phone, "\r\n\r\n");
  pass(29s);
  EXPECT_FALSE(was_closed(phone));
  pass(1s);
  EXPECT_TRUE(was_closed(phone));
  EXPECT_EQ(proxy.counts().flows, 0U);
}

TEST_F(Lifetimes, a_connection_with_an_unfinished_message_is_closed_after_30_seconds) {
  const FlowId phone = tcp();
  receive(phone, register_request("TCP"));
  receive(went_to(), granted(last()));
  pass(100s);
  ASSERT_FALSE(was_closed(phone));
  receive(phone, register_request("TCP").substr(0, 50));
  pass(29s);
  receive(phone, "x");
  EXPECT_FALSE(was_closed(phone));
  pass(1s);
  EXPECT_TRUE(was_closed(phone));
}

TEST_F(Lifetimes, half_a_message_of_a_box_that_reset_does_not_stop_the_next_dialling) {
  const FlowId phone = tcp();
  const FlowId box_flow = registers(phone, register_request("TCP"));
  receive(box_flow, "OPTIONS sip:");
  pass(10s);
  connects = false;  // it hangs
  closed(box_flow);
  pass(1s);
  ASSERT_EQ(dials.size(), 2U);
  pass(60s);
  EXPECT_FALSE(was_closed(box_flow)) << "the dialling was cut off";
}

TEST_F(Lifetimes, a_newcomers_register_does_not_keep_the_owner_from_being_told_of_a_restarted_box) {
  const FlowId phone = tcp();
  const FlowId box_flow = registers(phone, register_request("TCP"));
  pass(60s);
  closed(box_flow);
  const FlowId stranger = tcp(kStranger);
  receive(stranger, register_request("TCP", "anna", "z9hG4bK-stranger"));
  receive(box_flow, response_to(last(), "401 Unauthorized"));
  pass(10s);
  EXPECT_TRUE(was_closed(phone));
}

TEST_F(Lifetimes, a_register_of_the_phone_itself_is_not_cut_off_by_the_box_coming_back) {
  const FlowId phone = tcp();
  const FlowId box_flow = registers(phone, register_request("TCP"));
  pass(60s);
  closed(box_flow);
  receive(phone, register_request("TCP", "anna", "z9hG4bK-again"));
  pass(10s);
  EXPECT_FALSE(was_closed(phone));
}

TEST_F(Lifetimes, a_reserved_address_takes_no_connection_of_the_box) {
  const FlowId phone = udp();
  const FlowId box_flow = registers(phone, register_request());
  EXPECT_TRUE(proxy.box_accepted(box_flow, {kBox.ip, 50000}, now, actions));
  receive(phone, with(register_request("UDP", "anna", "z9hG4bK-bye"), "Expires: 900", "Expires: 0"));
  receive(box_flow, response_to(last(), "200 OK"));
  ASSERT_EQ(proxy.counts().lines, 0U);
  EXPECT_FALSE(proxy.box_accepted(box_flow, {kBox.ip, 50001}, now, actions));
}

TEST_F(Lifetimes, only_the_box_may_connect_to_a_box_facing_address) {
  const FlowId box_flow = registers(udp(), register_request());
  EXPECT_FALSE(proxy.box_accepted(box_flow, {kPhone.ip, 50000}, now, actions));
}

}  // namespace
}  // namespace fapfon::proxy
