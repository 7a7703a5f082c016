// SPDX-License-Identifier: GPL-2.0-or-later
// M1: a call whose decision is too old waits for the next one, 0.2 s at most.
#include "proxy/held_invites.hpp"

#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

TEST(HeldInvites, are_given_back_by_call_by_age_and_all) {
  HeldInvites held;
  const TimePoint now{1000s};
  held.hold({1, 1}, 7, "seven", now);
  held.hold({1, 1}, 8, "eight", now + 50ms);
  held.hold({1, 1}, 9, "nine", now + 60ms);
  EXPECT_EQ(held.next(), now + 200ms);
  EXPECT_EQ(held.take(8)->bytes, "eight");
  EXPECT_FALSE(held.take(8));
  EXPECT_FALSE(held.take_due(now + 199ms));
  EXPECT_EQ(held.take_due(now + 200ms)->bytes, "seven");
  EXPECT_EQ(held.take_any()->bytes, "nine");
  EXPECT_EQ(held.next(), kNever);
}

TEST(HeldInvites, there_is_room_for_a_few) {
  HeldInvites held;
  for (std::size_t i = 0; i < HeldInvites::kMaxCount; ++i) EXPECT_TRUE(held.hold({}, i, "", {}));
  EXPECT_FALSE(held.hold({}, 99, "", {}));
}

class HeldInvite : public Core {
 protected:
  static Config dumping() {
    Config config;
    config.tells_passed = true;
    return config;
  }
  HeldInvite() : Core(dumping()) {
    receive(phone, register_request());
    box_flow = went_to();
    contact = value_of(last(), "Contact");
    receive(box_flow, granted(last()));
    is_known(MediaMode::direct, now);
  }
  void is_known(MediaMode mode, TimePoint until) {
    sent.clear();
    proxy.set_media(mode, until, now, actions);
    take();
  }
  std::string invite() { return with_body(request_from_phone("INVITE"), "application/sdp", session()); }
  void take_ports() {
    for (std::uint16_t port = 30'000; relay.pairs_wanted(IpAddress::v4(172, 30, 10, 2)) > 0; port += 2)
      relay.add_pair(IpAddress::v4(172, 30, 10, 2), port);
    for (std::uint16_t port = 31'000; relay.pairs_wanted(kProxy.ip) > 0; port += 2)
      relay.add_pair(kProxy.ip, port);
  }

  FlowId phone = udp();
  FlowId box_flow;
  std::string contact;
};

TEST_F(HeldInvite, goes_at_once_while_the_decision_is_sure) {
  is_known(MediaMode::direct, now + 1ms);
  receive(phone, invite());
  EXPECT_EQ(went_to(), box_flow);
}

TEST_F(HeldInvite, waits_for_the_decision_and_goes_by_it) {
  take_ports();
  receive(phone, invite());
  EXPECT_TRUE(sent.empty());
  is_known(MediaMode::relay, now + 10s);
  EXPECT_EQ(went_to(), box_flow);
  EXPECT_TRUE(holds(last(), "c=IN IP4 172.30.10.2\r\n")) << last();
}

TEST_F(HeldInvite, of_the_box_waits_as_well) {
  receive(box_flow, invite_from_box(contact.substr(1, contact.find('>') - 1)));
  EXPECT_TRUE(sent.empty());
  is_known(MediaMode::direct, now + 10s);
  EXPECT_EQ(went_to(), phone);
}

TEST_F(HeldInvite, goes_by_the_old_decision_when_nobody_says_anything_for_200_ms) {
  receive(phone, invite());
  pass(199ms);
  EXPECT_TRUE(sent.empty());
  pass(1ms);
  EXPECT_EQ(went_to(), box_flow);
  EXPECT_TRUE(holds(last(), "c=IN IP4 172.20.11.6\r\n")) << last();
}

TEST_F(HeldInvite, is_not_overtaken_by_the_cancel_of_its_call) {
  receive(phone, invite());
  receive(phone, request_from_phone("CANCEL"));
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_TRUE(holds(sent[0].bytes, "INVITE sip:"));
  EXPECT_TRUE(holds(sent[1].bytes, "CANCEL sip:"));
}

TEST_F(HeldInvite, of_a_flow_that_is_gone_goes_nowhere) {
  const FlowId connection = tcp();
  receive(connection, with(invite(), "SIP/2.0/UDP", "SIP/2.0/TCP"));
  closed(connection);
  pass(1s);
  EXPECT_TRUE(sent.empty());
}

TEST_F(HeldInvite, other_requests_and_those_inside_of_a_dialog_do_not_wait) {
  receive(phone, request_from_phone("OPTIONS"));
  EXPECT_EQ(went_to(), box_flow);
  receive(phone, with(invite(), "To: <sip:**610@fritz.box>", "To: <sip:**610@fritz.box>;tag=b"));
  EXPECT_EQ(went_to(), box_flow);
}

}  // namespace
}  // namespace fapfon::proxy
