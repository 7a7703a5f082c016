// SPDX-License-Identifier: GPL-2.0-or-later
// The path to the Box (L2, L6), each event by itself; stories with a Box that restarts are in tests/scenario.
#include "proxy/box_links.hpp"

#include <array>

#include "proxy/timing.hpp"
#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

class BoxLinksTest : public testing::Test {
 protected:
  BoxLinksTest() {
    line.id = {1, 1};
    line.box_udp = table.open_box(FlowRole::box_udp, kFacing, kBox, now).id;
    line.box_tcp = table.open_box(FlowRole::box_tcp, kFacing, kBox, now).id;
  }
  FlowId phone(Transport transport, bool registered = true) {
    const SocketAddress remote{kPhone.ip, next_port++};
    const FlowId id = table.open_phone(transport, kProxy, remote, now).id;
    Contact& contact = line.contacts.emplace_back();
    contact.flow = id;
    contact.registered = registered;
    return id;
  }
  bool reach(Transport transport = Transport::tcp) { return links.reach(line, transport, now, out); }
  void open() {
    ASSERT_TRUE(reach());
    links.connected(line, now, out);
    out.clear();
  }
  void fail() { links.failed(line, "Connection refused", now, out); }
  void udp_fails() { links.udp_failed(line, "Connection refused", now, out); }
  template <typename Kind>
  std::vector<Kind> all() const {
    std::vector<Kind> found;
    for (const Action& action : out.list()) {
      if (const auto* one = std::get_if<Kind>(&action)) found.push_back(*one);
    }
    return found;
  }
  std::size_t notes(Note::Kind kind) const {
    return static_cast<std::size_t>(std::ranges::count(all<Note>(), kind, &Note::kind));
  }
  std::vector<FlowId> closed_because(CloseReason reason) const {
    std::vector<FlowId> ids;
    for (const CloseFlow& close : all<CloseFlow>()) {
      EXPECT_EQ(close.reason, reason);
      ids.push_back(close.flow);
    }
    return ids;
  }

  static constexpr SocketAddress kFacing{IpAddress::v4(172, 30, 10, 2), 43202};
  static constexpr std::array kPauses{100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5000ms, 5000ms};
  Guests guests;
  Flows table{guests};
  BoxLinks links{table};
  Line line;
  Actions out;
  TimePoint now{1000s};
  std::uint16_t next_port = 40000;
};

// --- UDP -------------------------------------------------------------------------------------------------

TEST_F(BoxLinksTest, udp_is_there_until_it_fails) {
  EXPECT_TRUE(reach(Transport::udp));
  udp_fails();
  EXPECT_FALSE(reach(Transport::udp));
  now += 99ms;
  EXPECT_FALSE(reach(Transport::udp));
  now += 1ms;
  EXPECT_TRUE(reach(Transport::udp));
  EXPECT_TRUE(all<DialBox>().empty());
}

TEST_F(BoxLinksTest, each_failure_of_udp_doubles_the_pause_up_to_5_seconds) {
  for (const Duration pause : kPauses) {
    udp_fails();
    now += pause - 1ms;
    EXPECT_FALSE(reach(Transport::udp)) << pause.count();
    now += 1ms;
    EXPECT_TRUE(reach(Transport::udp)) << pause.count();
  }
}

TEST_F(BoxLinksTest, icmp_errors_within_the_pause_count_once) {
  for (int i = 0; i < 10; ++i) udp_fails();
  EXPECT_EQ(all<ResolveBox>().size(), 1U);
  now += 100ms;
  EXPECT_TRUE(reach(Transport::udp));
}

TEST_F(BoxLinksTest, a_failure_of_udp_is_told_once_until_the_box_is_heard) {
  udp_fails();
  now += 1s;
  udp_fails();
  EXPECT_EQ(notes(Note::Kind::box_unreachable), 1U);
  EXPECT_EQ(all<Note>().front().text, "Connection refused");
  EXPECT_EQ(all<Note>().front().flow, line.box_udp);
  EXPECT_EQ(all<ResolveBox>().size(), 2U) << "the name is resolved each time";
  links.heard_by_udp();
  udp_fails();
  EXPECT_EQ(notes(Note::Kind::box_unreachable), 2U);
}

TEST_F(BoxLinksTest, a_datagram_of_the_box_ends_the_pause_and_the_next_one_is_short) {
  for (int i = 0; i < 5; ++i) {
    udp_fails();
    now += 5s;
  }
  udp_fails();
  ASSERT_FALSE(reach(Transport::udp));
  links.heard_by_udp();
  EXPECT_TRUE(reach(Transport::udp));
  udp_fails();
  now += 100ms;
  EXPECT_TRUE(reach(Transport::udp));
}

TEST_F(BoxLinksTest, at_another_address_udp_is_tried_at_once) {
  udp_fails();
  links.box_moved();
  EXPECT_TRUE(reach(Transport::udp));
}

TEST_F(BoxLinksTest, at_another_address_udp_has_not_failed_yet) {
  for (int i = 0; i < 5; ++i) {
    udp_fails();
    now += 5s;
  }
  links.box_moved();
  udp_fails();
  EXPECT_EQ(notes(Note::Kind::box_unreachable), 2U) << "it is news that the Box is not there either";
  now += 100ms;
  EXPECT_TRUE(reach(Transport::udp)) << "the first pause is a short one";
}

// --- Dialling --------------------------------------------------------------------------------------------

TEST_F(BoxLinksTest, the_first_message_dials_and_what_follows_waits_for_the_same_connection) {
  EXPECT_TRUE(reach());
  EXPECT_EQ(line.link, BoxLink::dialling);
  EXPECT_TRUE(reach());
  ASSERT_EQ(all<DialBox>().size(), 1U);
  EXPECT_EQ(all<DialBox>().front().flow, line.box_tcp);
  links.connected(line, now, out);
  EXPECT_EQ(line.link, BoxLink::open);
  EXPECT_EQ(line.link_opened_at, now);
  EXPECT_EQ(notes(Note::Kind::flow_opened), 1U);
  EXPECT_EQ(notes(Note::Kind::box_back), 0U);
  EXPECT_TRUE(reach());
  EXPECT_EQ(all<DialBox>().size(), 1U);
}

TEST_F(BoxLinksTest, half_a_message_of_the_last_connection_is_forgotten) {
  Flow& flow = *table.find(line.box_tcp);
  flow.input = "OPTIONS sip:";
  flow.waits_for_message = true;
  links.dial(line, out);
  EXPECT_EQ(flow.input, "");
  EXPECT_FALSE(flow.waits_for_message) << "nothing has to come on a connection that we have opened";
}

TEST_F(BoxLinksTest, after_a_failure_without_a_phone_to_tell_the_next_message_dials_when_the_pause_is_over) {
  for (const Duration pause : kPauses) {
    out.clear();
    ASSERT_TRUE(reach()) << pause.count();
    ASSERT_EQ(all<DialBox>().size(), 1U);
    fail();
    EXPECT_EQ(line.link, BoxLink::idle);
    now += pause - 1ms;
    EXPECT_FALSE(reach()) << pause.count();
    now += 1ms;
  }
}

TEST_F(BoxLinksTest, while_a_dial_follows_a_failed_one_messages_get_503) {
  ASSERT_TRUE(reach());
  fail();
  now += 100ms;
  ASSERT_TRUE(reach());
  EXPECT_FALSE(reach());
  EXPECT_EQ(all<DialBox>().size(), 2U);
}

TEST_F(BoxLinksTest, a_box_that_stays_away_is_told_once_and_resolved_each_time) {
  for (int i = 0; i < 3; ++i) {
    links.dial(line, out);
    fail();
  }
  EXPECT_EQ(notes(Note::Kind::box_unreachable), 1U);
  EXPECT_EQ(all<ResolveBox>().size(), 3U);
  links.dial(line, out);
  links.connected(line, now, out);
  EXPECT_EQ(line.failed_dials, 0U);
  links.closed(line, now, out);
  links.dial(line, out);
  fail();
  EXPECT_EQ(notes(Note::Kind::box_unreachable), 2U) << "after a success it is news again";
}

TEST_F(BoxLinksTest, a_failure_of_what_is_not_dialled_says_nothing) {
  fail();
  EXPECT_TRUE(out.list().empty());
  open();
  fail();
  EXPECT_TRUE(out.list().empty());
  EXPECT_EQ(line.link, BoxLink::open);
}

// --- The Box closes --------------------------------------------------------------------------------------

TEST_F(BoxLinksTest, without_a_phone_to_tell_a_closed_connection_is_dialled_by_the_next_message) {
  phone(Transport::udp);
  phone(Transport::tcp, false);
  open();
  links.closed(line, now, out);
  EXPECT_EQ(line.link, BoxLink::idle);
  EXPECT_EQ(line.redial_at, kNever);
  EXPECT_FALSE(line.tell_phone);
  EXPECT_EQ(notes(Note::Kind::box_lost), 1U);
  EXPECT_TRUE(reach());
  EXPECT_EQ(all<DialBox>().size(), 1U);
}

TEST_F(BoxLinksTest, L6_with_a_phone_registered_by_tcp_it_is_dialled_again) {
  phone(Transport::tcp);
  open();
  now += 10s;
  links.closed(line, now, out);
  EXPECT_EQ(line.link, BoxLink::lost);
  EXPECT_TRUE(line.tell_phone);
  EXPECT_EQ(line.redial_at, now + 100ms);
}

TEST_F(BoxLinksTest, L6_a_message_may_try_a_lost_connection_until_a_dial_has_failed) {
  phone(Transport::tcp);
  open();
  links.closed(line, now, out);
  EXPECT_TRUE(reach());
  EXPECT_EQ(all<DialBox>().size(), 1U);
  fail();
  EXPECT_EQ(line.link, BoxLink::lost);
  EXPECT_FALSE(reach());
  EXPECT_EQ(all<DialBox>().size(), 1U);
}

TEST_F(BoxLinksTest, L6_a_box_that_accepts_and_closes_at_once_is_dialled_at_longer_and_longer_pauses) {
  phone(Transport::tcp);
  for (const Duration pause : kPauses) {
    links.dial(line, out);
    links.connected(line, now, out);
    line.contacts.clear();
    phone(Transport::tcp);  // it was told, and is back
    now += 4999ms;
    links.closed(line, now, out);
    EXPECT_EQ(line.redial_at, now + pause);
  }
}

TEST_F(BoxLinksTest, L6_a_connection_that_has_lasted_5_seconds_makes_the_pause_short_again) {
  phone(Transport::tcp);
  line.short_lived_links = 4;
  open();
  now += 5s;
  links.closed(line, now, out);
  EXPECT_EQ(line.redial_at, now + 100ms);
  EXPECT_EQ(line.short_lived_links, 0U);
}

TEST_F(BoxLinksTest, what_was_never_open_cannot_be_lost) {
  ASSERT_TRUE(reach());
  links.closed(line, now, out);
  EXPECT_EQ(notes(Note::Kind::box_lost), 0U);
}

// --- The Box is back -------------------------------------------------------------------------------------

TEST_F(BoxLinksTest, L6_phones_registered_by_tcp_are_disconnected_once_and_nobody_else) {
  const FlowId registered = phone(Transport::tcp);
  const FlowId by_udp = phone(Transport::udp);
  const FlowId stranger = phone(Transport::tcp, false);
  line.contacts.emplace_back().registered = true;  // its flow is gone
  open();
  links.closed(line, now, out);
  links.dial(line, out);
  out.clear();
  links.connected(line, now, out);
  EXPECT_EQ(closed_because(CloseReason::box_restarted), std::vector{registered});
  EXPECT_EQ(notes(Note::Kind::box_back), 1U);
  EXPECT_EQ(table.find(registered), nullptr);
  EXPECT_NE(table.find(by_udp), nullptr);
  EXPECT_NE(table.find(stranger), nullptr);
  out.clear();
  links.connected(line, now, out);
  EXPECT_EQ(notes(Note::Kind::box_back), 0U);
}

TEST_F(BoxLinksTest, L6_a_loss_is_not_forgotten_when_the_phone_leaves_meanwhile) {
  const FlowId first = phone(Transport::tcp);
  open();
  links.closed(line, now, out);
  table.erase(first);
  links.dial(line, out);
  fail();
  EXPECT_EQ(line.link, BoxLink::lost) << "it is dialled again, because the phone may be back by then";
}

// --- Restart of the program ------------------------------------------------------------------------------

TEST_F(BoxLinksTest, after_a_restart_only_a_phone_registered_by_tcp_makes_us_dial) {
  phone(Transport::udp);
  links.restart(line, now);
  EXPECT_EQ(line.link, BoxLink::idle);
  EXPECT_EQ(line.redial_at, kNever);
  EXPECT_FALSE(line.tell_phone);
  phone(Transport::tcp);
  links.restart(line, now);
  EXPECT_EQ(line.link, BoxLink::lost);
  EXPECT_EQ(line.redial_at, now);
  EXPECT_TRUE(line.tell_phone);
}

TEST_F(BoxLinksTest, a_connection_that_was_handed_over_is_open_and_nobody_has_to_be_told) {
  const FlowId registered = phone(Transport::tcp);
  links.restart(line, now);
  BoxLinks::resume(line, now);
  EXPECT_EQ(line.link, BoxLink::open);
  EXPECT_EQ(line.link_opened_at, now);
  EXPECT_EQ(line.redial_at, kNever);
  links.connected(line, now, out);
  EXPECT_NE(table.find(registered), nullptr);
}

// --- End -------------------------------------------------------------------------------------------------

TEST_F(BoxLinksTest, the_end_of_a_line_closes_all_its_connections) {
  open();
  const FlowId accepted = table.open_box(FlowRole::box_accepted, kFacing, kBox, now).id;
  line.accepted = {accepted, {99, 1}};  // the second is gone already
  links.end(line, out);
  EXPECT_EQ(closed_because(CloseReason::line_ended), (std::vector{line.box_tcp, accepted}));
  EXPECT_TRUE(line.accepted.empty());
  EXPECT_EQ(table.find(accepted), nullptr);
  EXPECT_NE(table.find(line.box_tcp), nullptr) << "it may be dialled again";
  EXPECT_EQ(line.link, BoxLink::idle);
}

TEST_F(BoxLinksTest, the_end_stops_a_dial_but_closes_nothing_that_is_not_there) {
  ASSERT_TRUE(reach());
  links.end(line, out);
  EXPECT_EQ(closed_because(CloseReason::line_ended), std::vector{line.box_tcp});
  out.clear();
  links.end(line, out);
  EXPECT_TRUE(out.list().empty());
}

TEST_F(BoxLinksTest, after_the_end_nothing_of_a_loss_is_left) {
  phone(Transport::tcp);
  links.restart(line, now);
  links.dial(line, out);
  fail();
  links.end(line, out);
  EXPECT_FALSE(line.tell_phone);
  EXPECT_EQ(line.failed_dials, 0U);
  EXPECT_EQ(line.redial_at, kNever);
  EXPECT_TRUE(reach());
}

}  // namespace
}  // namespace fapfon::proxy
