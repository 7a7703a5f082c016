// SPDX-License-Identifier: GPL-2.0-or-later
// SPEC N6, L2, L8: which records are believed, and what a phone and the Box may then expect.
#include <gtest/gtest.h>

#include "proxy/dialogs.hpp"
#include "proxy/snapshot.hpp"
#include "proxy/timing.hpp"
#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

constexpr SocketAddress kBoxFacing{IpAddress::v4(172, 30, 10, 2), 29'000};
constexpr SocketAddress kOtherBoxFacing{IpAddress::v4(172, 30, 10, 2), 29'001};
const std::string kBoxUri = "sip:anna@172.30.10.2:29000;ob";
const std::string kPhoneUri = "sip:anna@10.81.179.54:61211;ob";

class RestorationOf : public Core {
 protected:
  [[nodiscard]] FlowKey key(Transport transport = Transport::udp) const {
    return {transport, kProxy, kPhone};
  }

  [[nodiscard]] FlowRecord phone(Transport transport = Transport::udp) const {
    FlowRecord record;
    record.key = key(transport);
    record.last_heard = now;
    record.via_port = 61211;
    record.lines = {kBoxFacing};
    return record;
  }

  [[nodiscard]] FlowRecord box_connection() const {
    FlowRecord record;
    record.role = FlowRole::box_tcp;
    record.key = {Transport::tcp, kBoxFacing, kBox};
    return record;
  }

  [[nodiscard]] LineRecord line(Transport transport = Transport::udp) const {
    LineRecord record;
    record.box_facing = kBoxFacing;
    record.aor = "anna@fritz.box";
    record.contact_user = "anna";
    record.source = kPhone.ip;
    record.state = LineState::registered;
    record.was_registered = true;
    record.serving = key(transport);
    record.last_speaker = key(transport);
    record.last_used = now;
    record.contacts = {{{kPhoneUri, kBoxUri}, {}, key(transport), true, true, now + 300s, 1}};
    return record;
  }

  [[nodiscard]] LineRecord reserved() const {
    LineRecord record = line();
    record.state = LineState::reserved;
    record.contacts.clear();
    record.serving = record.last_speaker = {};
    record.reserved_until = now + 1h;
    return record;
  }

  CallRecord call() const {
    CallRecord record;
    record.hash = 7;
    record.dialogs.resize(1);
    record.dialogs[0].is_confirmed = true;
    record.carrier = key();
    record.signalled = now;
    return record;
  }

  void restore(const std::vector<FlowRecord>& flows, const std::vector<LineRecord>& lines,
               std::uint64_t seed = 0) {
    restored = proxy.restore({seed, flows, lines}, now, actions);
    take();
  }

  [[nodiscard]] std::vector<CallRecord> calls_now() const {
    struct Calls final : Visitor {
      void flow(const FlowRecord&) override {}
      void line(const LineRecord& record) override { all = record.calls; }
      std::vector<CallRecord> all;
    } visitor;
    proxy.visit(visitor);
    return visitor.all;
  }

  void invite() { receive(restored.lines.at(0).udp, invite_from_box(kBoxUri)); }

  Restored restored;
};

TEST_F(RestorationOf, a_line_lets_an_INVITE_reach_its_phone) {
  restore({phone()}, {line()});
  invite();
  EXPECT_EQ(went_to(), restored.flows.at(0));
  EXPECT_TRUE(last().starts_with("INVITE " + kPhoneUri));
}

TEST_F(RestorationOf, a_binding_that_has_ended_lets_none_through) {
  LineRecord record = line();
  record.contacts[0].expires = now - kRegistrationGrace - 1s;
  restore({phone()}, {record});
  invite();
  EXPECT_TRUE(sent.empty());
}

TEST_F(RestorationOf, a_connection_that_is_gone_leaves_the_INVITE_waiting_for_the_phone) {
  restore({}, {line(Transport::tcp)});
  invite();
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(note_count(Note::Kind::call_waits), 1U);
}

TEST_F(RestorationOf, a_line_that_was_never_registered_believes_no_registered_contact) {
  LineRecord record = line();
  record.was_registered = false;
  record.last_speaker = {};
  restore({phone()}, {record});
  invite();
  EXPECT_TRUE(sent.empty());
}

TEST_F(RestorationOf, a_reservation_keeps_the_address_for_its_phone) {
  restore({}, {reserved()});
  receive(udp(kStranger), register_request("UDP", "berta"));
  EXPECT_NE(went_to(), restored.lines.at(0).udp);
  receive(udp(), register_request());
  EXPECT_EQ(went_to(), restored.lines.at(0).udp);
}

TEST_F(RestorationOf, a_reservation_ends_when_it_was_to_end) {
  restore({}, {reserved()});
  pass(1h - 1s);
  EXPECT_TRUE(released.empty());
  pass(1s);
  EXPECT_EQ(released, std::vector{restored.lines.at(0).udp});
}

TEST_F(RestorationOf, a_reservation_is_never_longer_than_a_new_one) {
  LineRecord record = reserved();
  record.reserved_until = TimePoint::max();
  restore({}, {record});
  pass(kReservation);
  EXPECT_EQ(released.size(), 1U);
}

TEST_F(RestorationOf, two_lines_at_one_address_leaves_the_first) {
  LineRecord other = line();
  other.aor = "berta@fritz.box";
  restore({phone()}, {line(), other});
  EXPECT_TRUE(restored.lines.at(0).udp);
  EXPECT_FALSE(restored.lines.at(1).udp);
}

TEST_F(RestorationOf, a_line_at_an_address_in_stock_is_refused) {
  LineRecord record = line();
  record.box_facing.port = 43202;
  restore({phone()}, {record});
  EXPECT_FALSE(restored.lines.at(0).udp);
}

TEST_F(RestorationOf, a_contact_that_names_another_line_is_left_out) {
  LineRecord record = line();
  record.contacts[0].uris.box_uri = "sip:anna@172.30.10.2:29001;ob";
  restore({phone()}, {record});
  EXPECT_TRUE(restored.lines.at(0).udp);
  invite();
  EXPECT_FALSE(holds(last(), kPhoneUri));
}

TEST_F(RestorationOf, a_contact_that_would_end_its_header_is_left_out) {
  LineRecord record = line();
  record.contacts[0].uris.phone_uri = "sip:anna@10.81.179.54:61211\r\nX: y";
  restore({phone()}, {record});
  invite();
  EXPECT_FALSE(holds(last(), "X: y"));
}

TEST_F(RestorationOf, a_flow_named_by_a_line_keeps_it_alive_whatever_its_own_record_says) {
  FlowRecord flow = phone();
  flow.lines.clear();
  restore({flow}, {line()});
  pass(kFlowIdle + 1s);
  EXPECT_TRUE(proxy.flow(restored.flows.at(0)));
}

TEST_F(RestorationOf, an_overdue_keep_alive_is_sent_at_once) {
  FlowRecord flow = phone();
  flow.keep_alive_at = now - 3s;
  restore({flow}, {line()});
  EXPECT_EQ(last_on(restored.flows.at(0)), "\r\n");
}

TEST_F(RestorationOf, a_connection_to_the_Box_needs_no_dial) {
  restore({phone(Transport::tcp), box_connection()}, {line(Transport::tcp)});
  EXPECT_EQ(restored.flows.at(1), restored.lines.at(0).tcp);
  EXPECT_TRUE(dials.empty());
  receive(restored.flows.at(1), with(invite_from_box(kBoxUri), "SIP/2.0/UDP", "SIP/2.0/TCP"));
  EXPECT_EQ(went_to(), restored.flows.at(0));
}

TEST_F(RestorationOf, a_phone_is_told_to_register_again_when_the_connection_to_the_Box_is_gone) {
  restore({phone(Transport::tcp)}, {line(Transport::tcp)});
  EXPECT_EQ(dials, std::vector{restored.lines.at(0).tcp});
  EXPECT_TRUE(was_closed(restored.flows.at(0)));
}

TEST_F(RestorationOf, an_unfinished_message_goes_on_where_it_was) {
  const std::string request = register_request("TCP");
  FlowRecord flow = phone(Transport::tcp);
  flow.input = request.substr(0, 100);
  flow.unfinished_since = now;
  restore({flow, box_connection()}, {line(Transport::tcp)});
  receive(restored.flows.at(0), request.substr(100));
  EXPECT_TRUE(last_on(restored.lines.at(0).tcp).starts_with("REGISTER"));
}

TEST_F(RestorationOf, an_unfinished_message_still_has_to_end_in_time) {
  FlowRecord flow = phone(Transport::tcp);
  flow.input = "REGISTER sip:";
  flow.unfinished_since = now - 20s;
  restore({flow}, {});
  pass(10s);
  EXPECT_TRUE(was_closed(restored.flows.at(0)));
}

TEST_F(RestorationOf, twin_flows_leaves_the_first) {
  restore({phone(), phone()}, {line()});
  EXPECT_TRUE(restored.flows.at(0));
  EXPECT_FALSE(restored.flows.at(1));
}

TEST_F(RestorationOf, a_call_goes_on) {
  LineRecord record = line();
  record.calls = {call()};
  restore({phone()}, {record});
  EXPECT_EQ(calls_now(), record.calls);
}

TEST_F(RestorationOf, a_call_under_another_seed_is_not_known) {
  LineRecord record = line();
  record.calls = {call()};
  restore({phone()}, {record}, 1);
  EXPECT_TRUE(restored.lines.at(0).udp);
  EXPECT_TRUE(calls_now().empty());
}

TEST_F(RestorationOf, calls_that_contradict_themselves_are_left_out) {
  CallRecord speaks_elsewhere = call();
  speaks_elsewhere.speaking = 1;
  CallRecord unconfirmed = call();
  unconfirmed.dialogs[0].is_confirmed = false;
  CallRecord twin_dialogs = call();
  twin_dialogs.dialogs.push_back(twin_dialogs.dialogs[0]);
  CallRecord too_many_streams = call();
  too_many_streams.dialogs[0].session.in_force.box.emplace().count = relay::kMaxStreams + 1;
  LineRecord record = line();
  record.calls = {speaks_elsewhere, unconfirmed, twin_dialogs, too_many_streams};
  restore({phone()}, {record});
  EXPECT_TRUE(calls_now().empty());
}

TEST_F(RestorationOf, more_calls_than_a_line_may_have_leaves_the_first) {
  LineRecord record = line();
  for (std::uint64_t hash = 0; hash < Dialogs::kMaxCallsPerLine + 2; ++hash) {
    record.calls.push_back(call());
    record.calls.back().hash = hash;
  }
  restore({phone()}, {record});
  EXPECT_EQ(calls_now().size(), Dialogs::kMaxCallsPerLine);
}

class RestorationWithFewLines : public RestorationOf {
 protected:
  RestorationWithFewLines() : small(config(), relay) { small.set_box(kBox); }
  static Config config() {
    Config config;
    config.limits.max_lines = 1;
    return config;
  }
  Proxy small;
};

TEST_F(RestorationWithFewLines, reservations_give_way_to_lines) {
  LineRecord other = reserved();
  other.box_facing = kOtherBoxFacing;
  restored = small.restore({0, {phone()}, {other, line()}}, now, actions);
  EXPECT_FALSE(restored.lines.at(0).udp);
  EXPECT_TRUE(restored.lines.at(1).udp);
}

}  // namespace
}  // namespace fapfon::proxy
