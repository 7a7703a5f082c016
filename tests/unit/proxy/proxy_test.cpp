// SPDX-License-Identifier: GPL-2.0-or-later
// The door to the core: each function of Proxy, also with ids that name nothing. Bytes are in
// receive_test.cpp, snapshots in snapshot_test.cpp and restoration_test.cpp.
#include "proxy/proxy.hpp"

#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

constexpr FlowId kNothing{77, 7};
constexpr IpAddress kFacingIp = IpAddress::v4(172, 30, 10, 2);

class ProxyDoor : public Core {
 protected:
  explicit ProxyDoor(const Config& config = {}) : Core(config) {}
  FlowId registers(FlowId phone, const std::string& transport = "UDP") {
    receive(phone, register_request(transport));
    const FlowId box = went_to();
    receive(box, granted(last()));
    return box;
  }
};

// --- The Box ---------------------------------------------------------------------------------------------

TEST_F(ProxyDoor, four_box_facing_addresses_are_in_stock_while_the_box_is_known) {
  relay::Relay other_relay;
  Proxy other({}, other_relay);
  EXPECT_EQ(other.box_facing_wanted(), 0U);
  other.set_box(kBox);
  EXPECT_EQ(other.box_facing_wanted(), 4U);
  other.offer_box_facing({kFacingIp, 40000}, now);
  EXPECT_EQ(other.box_facing_wanted(), 3U);
  other.set_box(std::nullopt);
  EXPECT_EQ(other.box_facing_wanted(), 0U);
}

TEST_F(ProxyDoor, a_box_facing_address_has_two_flows_on_the_side_of_the_box) {
  const BoxFacingFlows flows = proxy.offer_box_facing({kFacingIp, 40000}, now);
  const auto by_udp = proxy.flow(flows.udp);
  const auto by_tcp = proxy.flow(flows.tcp);
  ASSERT_TRUE(by_udp && by_tcp);
  EXPECT_EQ(by_udp->transport, Transport::udp);
  EXPECT_EQ(by_tcp->transport, Transport::tcp);
  EXPECT_EQ(by_udp->side, Side::box);
  EXPECT_EQ(by_udp->local, (SocketAddress{kFacingIp, 40000}));
  EXPECT_FALSE(by_udp->line) << "in stock";
}

TEST_F(ProxyDoor, flows_to_the_box_follow_it_to_another_address) {
  const FlowId box = registers(udp());
  EXPECT_EQ(proxy.flow(box)->remote, kBox);
  const SocketAddress moved{IpAddress::v4(172, 30, 10, 9), 5060};
  proxy.set_box(moved);
  EXPECT_EQ(proxy.flow(box)->remote, moved);
}

TEST_F(ProxyDoor, media_ports_are_wanted_while_the_box_is_known_and_relaying_is_allowed) {
  EXPECT_GT(relay.pairs_wanted(kFacingIp), 0U) << "also in direct mode: IP versions may differ";
  proxy.set_box(std::nullopt);
  EXPECT_EQ(relay.pairs_wanted(kFacingIp), 0U);
  Config never;
  never.may_relay = false;
  relay::Relay idle;
  Proxy direct(never, idle);
  direct.set_box(kBox);
  direct.offer_box_facing({kFacingIp, 40000}, now);
  EXPECT_EQ(idle.pairs_wanted(kFacingIp), 0U);
}

// --- Flows of phones -------------------------------------------------------------------------------------

TEST_F(ProxyDoor, datagrams_between_the_same_addresses_are_one_flow_and_connections_never_are) {
  const FlowId first = udp();
  EXPECT_EQ(udp(), first);
  EXPECT_NE(udp(kStranger), first);
  EXPECT_NE(tcp(), tcp());
  EXPECT_EQ(proxy.counts().flows, 4U);
  EXPECT_EQ(note_count(Note::Kind::flow_opened), 4U);
}

class FewFlows : public ProxyDoor {
 protected:
  static Config one_flow() {
    Config config;
    config.limits.max_flows = 1;
    return config;
  }
  FewFlows() : ProxyDoor(one_flow()) {}
};

TEST_F(FewFlows, L9_beyond_the_limit_there_is_no_flow_and_a_note_says_for_whom) {
  const FlowId phone = udp();
  receive(phone, register_request());
  receive(went_to(), granted(last()));
  EXPECT_FALSE(udp(kStranger));
  EXPECT_FALSE(tcp(kStranger));
  EXPECT_EQ(note_count(Note::Kind::limit_reached), 2U);
  EXPECT_TRUE(holds(notes.back().text, kStranger.ip.to_string())) << notes.back().text;
  EXPECT_EQ(udp(), phone) << "the one that is there goes on";
}

TEST_F(ProxyDoor, a_closed_connection_of_a_phone_is_forgotten) {
  const FlowId phone = tcp();
  closed(phone);
  EXPECT_FALSE(proxy.flow(phone));
  EXPECT_EQ(note_count(Note::Kind::flow_closed), 1U);
  closed(phone);
  EXPECT_EQ(note_count(Note::Kind::flow_closed), 1U);
}

// --- Connections to the Box ------------------------------------------------------------------------------

TEST_F(ProxyDoor, the_flows_of_a_line_outlive_their_sockets) {
  const FlowId by_udp = registers(udp());
  const FlowId by_tcp = registers(tcp({kPhone.ip, 50000}), "TCP");
  closed(by_udp);
  closed(by_tcp);
  EXPECT_TRUE(proxy.flow(by_udp) && proxy.flow(by_tcp));
  EXPECT_EQ(note_count(Note::Kind::box_lost), 1U);
}

TEST_F(ProxyDoor, a_connection_of_the_box_is_a_flow_of_the_line_until_it_is_closed) {
  const FlowId box = registers(udp());
  const auto accepted = proxy.box_accepted(box, {kBox.ip, 50000}, now, actions);
  ASSERT_TRUE(accepted);
  const auto view = proxy.flow(*accepted);
  EXPECT_EQ(view->side, Side::box);
  EXPECT_EQ(view->transport, Transport::tcp);
  EXPECT_EQ(view->local, proxy.flow(box)->local);
  EXPECT_EQ(view->line, proxy.flow(box)->line);
  EXPECT_EQ(proxy.counts().flows, 1U) << "only phones count";
  closed(*accepted);
  EXPECT_FALSE(proxy.flow(*accepted));
}

TEST_F(ProxyDoor, nobody_is_accepted_at_an_address_in_stock_or_while_the_box_is_unknown) {
  const FlowId in_stock = proxy.offer_box_facing({kFacingIp, 40000}, now).udp;
  EXPECT_FALSE(proxy.box_accepted(in_stock, kBox, now, actions));
  EXPECT_FALSE(proxy.box_accepted(kNothing, kBox, now, actions));
  const FlowId box = registers(udp());
  proxy.set_box(std::nullopt);
  EXPECT_FALSE(proxy.box_accepted(box, kBox, now, actions));
}

TEST_F(ProxyDoor, events_of_what_is_not_there_change_nothing) {
  const BoxFacingFlows in_stock = proxy.offer_box_facing({kFacingIp, 40000}, now);
  for (const FlowId id : {kNothing, FlowId{}, in_stock.tcp, in_stock.udp}) {
    proxy.box_connected(id, now, actions);
    proxy.box_unreachable(id, register_request("TCP"), "Connection refused", now, actions);
  }
  proxy.flow_closed(kNothing, now, actions);
  proxy.receive(kNothing, register_request(), now, actions);
  EXPECT_TRUE(actions.list().empty());
  EXPECT_FALSE(proxy.flow(kNothing));
}

// --- What could not be delivered -------------------------------------------------------------------------

TEST_F(ProxyDoor, L6_all_requests_that_wait_for_a_connection_are_answered_503) {
  connects = false;
  const FlowId phone = tcp();
  receive(phone, register_request("TCP"));
  const FlowId box = went_to();
  std::string unsent = last();
  receive(phone, request_from_phone("OPTIONS", "TCP"));
  unsent += last();
  unreachable(box, unsent + "\r\n\r\n" + unsent.substr(0, 100));
  ASSERT_EQ(sent.size(), 2U);
  for (const Sent& answer : sent) {
    EXPECT_EQ(answer.flow, phone);
    EXPECT_TRUE(holds(answer.bytes, "SIP/2.0 503 ")) << answer.bytes;
    EXPECT_EQ(value_of(answer.bytes, "Retry-After"), "5");
    EXPECT_TRUE(holds(answer.bytes, "Via: SIP/2.0/TCP 172.20.11.6:61211;")) << answer.bytes;
  }
  EXPECT_EQ(proxy.counts().pending, 0U);
}

TEST_F(ProxyDoor, L6_responses_and_acks_that_could_not_be_delivered_get_no_answer) {
  const FlowId phone = tcp();
  const FlowId box = registers(phone, "TCP");
  receive(phone, request_from_phone("ACK", "TCP"));
  unreachable(box, last() + response_to(register_request("TCP"), "200 OK"));
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(note_count(Note::Kind::message_dropped), 0U);
}

TEST_F(ProxyDoor, L6_an_icmp_error_without_the_message_answers_nobody) {
  const FlowId phone = udp();
  receive(phone, register_request());
  const FlowId box = went_to();
  const std::string unsent = last();
  unreachable(box, "");
  EXPECT_TRUE(sent.empty());
  unreachable(box, unsent.substr(0, unsent.size() / 2));
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(proxy.counts().pending, 1U);
  unreachable(box, unsent);
  EXPECT_TRUE(holds(last_on(phone), "SIP/2.0 503 "));
  EXPECT_EQ(proxy.counts().pending, 0U);
}

// --- Time and media --------------------------------------------------------------------------------------

TEST_F(ProxyDoor, nothing_is_due_before_anything_has_come) {
  EXPECT_EQ(proxy.next_deadline(), kNever);
  proxy.expire(now + 1000h, actions);
  EXPECT_TRUE(actions.list().empty());
}

TEST_F(ProxyDoor, M1_an_invite_that_waits_is_due_after_200_ms_and_a_mode_for_good_ends_the_waiting) {
  const FlowId phone = udp();
  registers(phone);
  proxy.set_media(MediaMode::direct, now, now, actions);
  receive(phone, request_from_phone("INVITE"));
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(proxy.next_deadline(), now + 200ms);
  pass(200ms);
  EXPECT_EQ(sent.size(), 1U);
  proxy.set_media(MediaMode::direct);
  receive(phone, with(request_from_phone("INVITE", "UDP", "z9hG4bK-3"), "call-phone", "call-3"));
  EXPECT_EQ(sent.size(), 1U);
}

TEST_F(ProxyDoor, counts_are_those_of_now) {
  const FlowId phone = udp();
  receive(phone, register_request());
  EXPECT_EQ(proxy.counts().lines, 1U);
  EXPECT_EQ(proxy.counts().pending, 1U);
  receive(went_to(), granted(last()));
  EXPECT_EQ(proxy.counts().pending, 0U);
  EXPECT_EQ(proxy.counts().relayed_calls, 0U);
}

}  // namespace
}  // namespace fapfon::proxy
