// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/guest_gate.hpp"

#include <gtest/gtest.h>

#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

class Gate : public Core {
 protected:
  explicit Gate(const Config& config = {}) : Core(config) {}

  static std::string numbered(int number, const std::string& user = "anna") {
    return register_request("UDP", user, "z9hG4bK-n" + std::to_string(number));
  }
  static SocketAddress guest(std::uint16_t port) { return {kStranger.ip, port}; }
  FlowId registers(FlowId phone, const std::string& request = register_request()) {
    receive(phone, request);
    const FlowId box = went_to();
    receive(box, granted(last()));
    return box;
  }
  /// How many of `count` REGISTERs without a password reach the Box.
  int reach_box(int count, FlowId flow, const std::string& user = "guess") {
    int reached = 0;
    for (int i = 0; i < count; ++i) {
      receive(flow, numbered(next_number++, user));
      reached += !sent.empty() && proxy.flow(went_to())->side == Side::box ? 1 : 0;
    }
    return reached;
  }
  int next_number = 1;
};

TEST_F(Gate, L9_a_guest_becomes_none_with_the_200_to_its_register) {
  const FlowId phone = udp();
  EXPECT_TRUE(proxy.is_guest(phone));
  const FlowId box = registers(phone);
  EXPECT_FALSE(proxy.is_guest(phone));
  receive(phone, with(register_request("UDP", "anna", "z9hG4bK-end"), "Expires: 900", "Expires: 0"));
  receive(box, response_to(last(), "200 OK"));
  EXPECT_TRUE(proxy.is_guest(phone));
}

TEST_F(Gate, L9_what_a_guest_sends_reaches_the_box_at_a_rate_and_by_udp_the_rest_is_not_answered) {
  const FlowId flow = udp(kStranger);
  EXPECT_EQ(reach_box(530, flow), kGuestRequests.burst);
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(proxy.reached(Limit::requests), 30U);
  now += 2s;
  EXPECT_EQ(reach_box(90, flow), 2 * kGuestRequests.per_second);
}

TEST_F(Gate, L9_by_tcp_a_guest_over_the_rate_is_disconnected) {
  const FlowId flow = tcp(kStranger);
  for (int i = 0; i <= kGuestRequests.burst; ++i)
    receive(flow, with(numbered(i), "SIP/2.0/UDP", "SIP/2.0/TCP"));
  ASSERT_TRUE(was_closed(flow));
  EXPECT_EQ(closings.back().reason, CloseReason::refused);
}

TEST_F(Gate, L9_a_phone_that_the_box_has_accepted_has_no_rate) {
  const FlowId phone = udp();
  const FlowId box = registers(phone);
  for (int i = 0; i < 200; ++i) {
    receive(phone, numbered(i));
    ASSERT_EQ(went_to(), box) << i;
    receive(box, granted(last()));
  }
}

TEST_F(Gate, L9_behind_a_masquerade_a_banned_guest_takes_nothing_from_phones) {
  const FlowId phone = udp(guest(5060));
  const FlowId box = registers(phone);
  const FlowId greedy = udp(guest(6000));
  reach_box(700, greedy);
  ASSERT_EQ(proxy.bans(now).size(), 1U);
  receive(phone, request_from_phone("INVITE"));
  EXPECT_EQ(went_to(), box) << "it is registered";
  const FlowId newcomer = udp(guest(7000));
  EXPECT_EQ(reach_box(1, newcomer, "bert"), 1) << "the trickle is for those that have not sent yet";
  const FlowId bert = went_to();
  receive(bert, response_to(last(), "401 Unauthorized"));
  receive(newcomer, with(numbered(999, "bert"), "Expires: 900\r\n",
                         "Authorization: Digest username=\"bert\", response=\"0\"\r\nExpires: 900\r\n"));
  EXPECT_EQ(went_to(), bert) << "it answers a challenge";
  receive(bert, granted(last()));
  EXPECT_FALSE(proxy.is_guest(newcomer));
}

TEST_F(Gate, L9_the_ack_of_a_refusal_gets_through_a_ban_and_a_flood_of_them_does_not) {
  const FlowId flow = tcp(guest(6000));
  const std::string invite = request_from_phone("INVITE", "TCP");
  receive(flow, invite);
  const FlowId box = went_to();
  receive(box, response_to(last(), "401 Unauthorized"));
  const FlowId greedy = udp(guest(7000));
  reach_box(700, greedy);
  const std::string ack = request_from_phone("ACK", "TCP");
  receive(flow, ack);
  EXPECT_EQ(went_to(), box);
  int passed = 0;
  for (int i = 0; i < 50 && !was_closed(flow); ++i) {
    receive(flow, ack);
    passed += sent.empty() ? 0 : 1;
  }
  EXPECT_LT(passed, 15);
  EXPECT_TRUE(was_closed(flow));
}

TEST_F(Gate, L9_a_phone_that_proves_who_it_is_comes_back_through_a_ban) {
  const std::string own = with(register_request(), ";ob>", ";ob>;+sip.instance=\"<urn:x>\"");
  const FlowId phone = udp(guest(5060));
  const FlowId box = registers(phone, own);
  receive(phone, with(with(own, "Expires: 900", "Expires: 0"), "branch=z9hG4bK-1", "branch=z9hG4bK-end"));
  receive(box, response_to(last(), "200 OK"));
  const FlowId greedy = udp(guest(6000));
  reach_box(700, greedy);
  receive(greedy, with(own, "branch=z9hG4bK-1", "branch=z9hG4bK-back"));
  EXPECT_EQ(proxy.flow(went_to())->side, Side::box);
}

TEST_F(Gate, L9_guessing_passwords_is_banned_and_a_stale_nonce_is_none) {
  const auto guesses = [&](int count, const std::string& challenge) {
    for (int i = 0; i < count; ++i) {
      now += 1s;
      const FlowId flow = udp(guest(static_cast<std::uint16_t>(10'000 + next_number)));
      receive(flow, with(numbered(next_number++), "Expires: 900\r\n",
                         "Authorization: Digest username=\"anna\", response=\"0\"\r\nExpires: 900\r\n"));
      if (sent.empty()) return;
      const std::string refused = response_to(last(), "401 Unauthorized");
      receive(went_to(), with(refused, "Content-Length", challenge + "Content-Length"));
    }
  };
  guesses(30, "WWW-Authenticate: Digest realm=\"fritz.box\", nonce=\"1\", Stale = TRUE\r\n");
  EXPECT_TRUE(proxy.bans(now).empty());
  guesses(30, "WWW-Authenticate: Digest realm=\"fritz.box\", nonce=\"1\"\r\n");
  ASSERT_EQ(proxy.bans(now).size(), 1U);
  EXPECT_EQ(proxy.bans(now).front().cause, "failed logins");
}

TEST_F(Gate, L9_a_guest_cannot_ring_up_more_than_a_few_calls_on_somebodys_line) {
  const FlowId phone = udp();
  const FlowId box = registers(phone);
  const std::string uri = "sip:anna@172.30.10.2:" + std::to_string(proxy.flow(box)->local.port) + ";ob";
  receive(box, invite_from_box(uri));
  const FlowId stranger = udp(kStranger);
  pass(45s);  // silent for long enough that a newcomer may be the same phone (L3)
  int refused = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string number = std::to_string(i);
    receive(stranger, with(request_from_phone("INVITE", "UDP", "z9hG4bK-s" + number), "Call-ID: call-phone",
                           "Call-ID: stranger-" + number));
    refused += holds(last_on(stranger), " 503 ") ? 1 : 0;
  }
  EXPECT_EQ(refused, 16);
  EXPECT_EQ(proxy.reached(Limit::calls), 16U);
}

Config few() {
  Config config;
  config.limits.max_flows = config.limits.max_lines = 8;
  return config;
}

class Crowded : public Gate {
 protected:
  Crowded() : Gate(few()) {}
};

TEST_F(Crowded, L9_the_guest_with_most_flows_gives_way_and_no_registered_phone) {
  const FlowId phone = udp();
  registers(phone);
  const FlowId first = tcp(kStranger);
  for (std::uint16_t port = 1; port < 20; ++port) tcp(guest(port));
  EXPECT_TRUE(was_closed(first));
  EXPECT_EQ(proxy.counts().flows, 3U);
  EXPECT_TRUE(proxy.flow(phone));
}

TEST_F(Crowded, L9_lines_of_guests_give_way_and_no_line_that_was_registered) {
  const FlowId phone = udp();
  registers(phone);
  for (int i = 0; i < 20; ++i) {
    receive(udp(guest(static_cast<std::uint16_t>(1'000 + i))), numbered(i, "user" + std::to_string(i)));
    EXPECT_EQ(proxy.flow(went_to())->side, Side::box) << i;
  }
  EXPECT_EQ(proxy.counts().lines, 3U);
  receive(phone, request_from_phone("INVITE"));
  EXPECT_EQ(proxy.flow(went_to())->side, Side::box);
}

}  // namespace
}  // namespace fapfon::proxy
