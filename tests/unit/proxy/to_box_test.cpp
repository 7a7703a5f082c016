// SPDX-License-Identifier: GPL-2.0-or-later
// From the phone to the Box: which hop a message leaves on, and what refuses or drops it. What it looks like
// then is in tests/unit/rewrite and tests/golden.
#include "proxy/to_box.hpp"

#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

class TowardsBox : public Core {
 protected:
  explicit TowardsBox(const Config& config = {}) : Core(config) {}
  FlowId registers(FlowId phone, const std::string& request = register_request()) {
    receive(phone, request);
    const FlowId box = went_to();
    receive(box, granted(last()));
    return box;
  }
  void unregisters(FlowId phone, const std::string& user = "anna") {
    receive(phone, with(register_request("UDP", user, "z9hG4bK-end-" + user), "Expires: 900", "Expires: 0"));
    receive(went_to(), response_to(last(), "200 OK"));
  }
  std::string text_of(Note::Kind kind) const {
    const auto found = std::ranges::find(notes, kind, &Note::kind);
    return found == notes.end() ? "none" : found->text;
  }
  static SocketAddress other_source(std::uint8_t host) { return {IpAddress::v4(172, 20, 11, host), 5060}; }
  std::string contact_of(FlowId box) const {
    return "sip:anna@" + proxy.flow(box)->local.to_string() + ";ob";
  }
};

// --- Requests --------------------------------------------------------------------------------------------

TEST_F(TowardsBox, L6_while_nobody_knows_the_box_requests_get_503_and_an_ack_gets_nothing) {
  proxy.set_box(std::nullopt);
  const FlowId phone = udp();
  receive(phone, register_request());
  EXPECT_TRUE(holds(last_on(phone), "SIP/2.0 503 "));
  receive(phone, request_from_phone("ACK"));
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(proxy.counts().lines, 0U);
}

TEST_F(TowardsBox, an_ack_to_an_answer_of_ours_ends_here) {
  const FlowId phone = udp();
  const FlowId box = registers(phone);
  unreachable(box, "");
  receive(phone, request_from_phone("INVITE"));
  const std::string to = value_of(last_on(phone), "To");
  ASSERT_TRUE(holds(to, ";tag=")) << to;
  pass(1s);  // the Box may be asked again
  receive(phone, with(request_from_phone("ACK"), "To: <sip:**610@fritz.box>", "To: " + to));
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(note_count(Note::Kind::message_dropped), 0U);
}

TEST_F(TowardsBox, L2_each_transport_has_its_own_hop_from_the_same_address) {
  const FlowId by_udp = registers(udp());
  const FlowId by_tcp = registers(tcp({kPhone.ip, 50000}), register_request("TCP"));
  EXPECT_EQ(proxy.flow(by_udp)->transport, Transport::udp);
  EXPECT_EQ(proxy.flow(by_tcp)->transport, Transport::tcp);
  EXPECT_EQ(proxy.flow(by_udp)->local, proxy.flow(by_tcp)->local);
  EXPECT_EQ(dials, std::vector{by_tcp});
}

TEST_F(TowardsBox, L6_a_request_that_cannot_leave_gets_503_and_is_not_remembered) {
  const FlowId phone = udp();
  const FlowId box = registers(phone);
  unreachable(box, "");
  receive(phone, request_from_phone("INVITE"));
  EXPECT_TRUE(holds(last_on(phone), "SIP/2.0 503 "));
  EXPECT_EQ(proxy.counts().pending, 0U);
  EXPECT_EQ(note_count(Note::Kind::call_offered), 0U);
}

TEST_F(TowardsBox, L1_a_new_line_is_told_with_what_it_is_recognised_by) {
  receive(udp(), register_request());
  EXPECT_EQ(text_of(Note::Kind::line_opened), "anna@fritz.box");
  EXPECT_EQ(text_of(Note::Kind::line_identity), "Contact user anna");
  notes.clear();
  receive(udp(kStranger), with(register_request("UDP", "bert"), ";ob>", ";ob>;+sip.instance=\"<urn:x>\""));
  EXPECT_EQ(text_of(Note::Kind::line_identity), "+sip.instance \"<urn:x>\"");
}

TEST_F(TowardsBox, L5_a_phone_that_comes_back_within_a_day_gets_the_same_address) {
  const FlowId phone = udp();
  const FlowId box = registers(phone);
  unregisters(phone);
  ASSERT_EQ(proxy.counts().lines, 0U);
  pass(23h);
  receive(udp({kPhone.ip, 50000}), request_from_phone("OPTIONS"));
  EXPECT_EQ(went_to(), box);
  EXPECT_EQ(proxy.counts().lines, 1U) << "in use again before it has registered";
}

TEST_F(TowardsBox, a_newer_contact_has_a_higher_order) {
  Situation situation{Config{}, kBox, MediaMode::direct};
  Guests guests;
  Flows flows{guests};
  Lines lines{situation.config.limits, guests};
  Transactions transactions{1, guests};
  Dialogs dialogs{situation, guests, flows, transactions, relay};
  BoxLinks links{flows};
  Media media{dialogs, relay};
  fapfon::proxy::Lifetimes lifetimes{flows, lines, transactions, dialogs, links};
  GuestGate gate{situation, guests, flows, lines, transactions, dialogs, lifetimes};
  ToBox to_box{{situation, guests, flows, lines, transactions, dialogs, media, lifetimes}, links, gate};
  const std::uint64_t first = to_box.next_contact_order();
  EXPECT_GT(to_box.next_contact_order(), first);
}

class FewLines : public TowardsBox {
 protected:
  static Config two_lines() {
    Config config;
    config.limits.max_lines = 2;
    config.limits.max_lines_per_source = 2;
    return config;
  }
  FewLines() : TowardsBox(two_lines()) {}
};

TEST_F(FewLines, L9_over_the_limit_a_new_phone_gets_503_and_the_others_go_on) {
  const FlowId phone = udp();
  registers(phone);
  registers(udp(other_source(7)), register_request("UDP", "bert"));
  const FlowId third = udp(other_source(8));
  receive(third, register_request("UDP", "carl"));
  EXPECT_TRUE(holds(last_on(third), "SIP/2.0 503 "));
  EXPECT_EQ(text_of(Note::Kind::limit_reached), "lines, source 172.20.11.8");
  receive(phone, request_from_phone("OPTIONS"));
  EXPECT_EQ(proxy.flow(went_to())->side, Side::box);
}

TEST_F(FewLines, L9_a_reservation_gives_way_when_it_takes_the_room_of_guests) {
  const FlowId phone = udp();
  const FlowId box = registers(phone);
  registers(udp(other_source(7)), register_request("UDP", "bert"));
  EXPECT_TRUE(released.empty());
  unregisters(phone);
  EXPECT_EQ(released, std::vector{box});
  receive(udp(other_source(8)), register_request("UDP", "carl"));
  EXPECT_EQ(proxy.flow(went_to())->side, Side::box) << last();
}

TEST_F(TowardsBox, L9_without_a_box_facing_address_in_stock_a_new_phone_gets_503) {
  relay::Relay other_relay;
  Proxy bare({}, other_relay);
  bare.set_box(kBox);
  const FlowId phone = *bare.phone_datagram(kProxy, kPhone, kAnyMessage, now, actions);
  bare.receive(phone, register_request(), now, actions);
  EXPECT_EQ(bare.counts().lines, 0U);
  bool said = false;
  for (const Action& action : actions.list()) {
    const auto* note = std::get_if<Note>(&action);
    said = said || (note != nullptr && note->text.starts_with("box-facing addresses"));
  }
  EXPECT_TRUE(said);
}

// --- Responses -------------------------------------------------------------------------------------------

TEST_F(TowardsBox, F8_a_response_that_nobody_waits_for_is_dropped_with_a_note) {
  const FlowId phone = udp();
  const FlowId box = registers(phone);
  receive(phone, response_to(invite_from_box(contact_of(box)), "180 Ringing"));
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(text_of(Note::Kind::message_dropped), "no request for this response");
}

TEST_F(TowardsBox, a_response_goes_back_on_the_flow_of_its_request) {
  const FlowId phone = udp();
  const FlowId box = registers(phone);
  receive(box, invite_from_box(contact_of(box)));
  ASSERT_EQ(went_to(), phone);
  receive(phone, response_to(last(), "180 Ringing"));
  EXPECT_EQ(went_to(), box);

  const FlowId accepted = *proxy.box_accepted(box, {kBox.ip, 50000}, now, actions);
  take();
  receive(accepted, invite_from_box(contact_of(box), "z9hG4bK-tcp", "call-tcp"));
  ASSERT_EQ(went_to(), phone);
  receive(phone, response_to(last(), "180 Ringing"));
  EXPECT_EQ(went_to(), accepted);
}

TEST_F(TowardsBox, L2_when_the_boxs_connection_is_gone_the_line_dials_for_the_response) {
  const FlowId phone = udp();
  const FlowId box = registers(phone);
  const FlowId accepted = *proxy.box_accepted(box, {kBox.ip, 50000}, now, actions);
  take();
  receive(accepted, invite_from_box(contact_of(box)));
  const std::string invite = last();
  closed(accepted);
  receive(phone, response_to(invite, "180 Ringing"));
  ASSERT_EQ(dials.size(), 1U);
  EXPECT_EQ(went_to(), dials.front());
  EXPECT_TRUE(holds(last(), "SIP/2.0 180 "));
}

TEST_F(TowardsBox, L6_a_response_is_dropped_while_the_box_cannot_be_reached) {
  const FlowId phone = tcp();
  const FlowId box = registers(phone, register_request("TCP"));
  receive(box, invite_from_box(contact_of(box)));
  const std::string invite = last();
  connects = false;
  closed(box);
  pass(100ms);
  unreachable(box, "");
  receive(phone, response_to(invite, "180 Ringing"));
  EXPECT_TRUE(sent.empty());
}

TEST_F(TowardsBox, L8_a_call_that_the_phone_has_answered_does_not_follow_it_to_another_flow) {
  const FlowId phone = udp();
  const FlowId box = registers(phone);
  receive(box, invite_from_box(contact_of(box)));
  receive(phone, response_to(last(), "180 Ringing"));
  const FlowId elsewhere = udp({kPhone.ip, 50000});
  receive(elsewhere, register_request("UDP", "anna", "z9hG4bK-moved"));
  receive(box, granted(last()));
  EXPECT_EQ(sent.size(), 1U) << "only the 200";
}

}  // namespace
}  // namespace fapfon::proxy
