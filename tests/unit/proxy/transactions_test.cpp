// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/transactions.hpp"

#include <gtest/gtest.h>

#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

constexpr LineId kFirst{1, 1};
constexpr LineId kSecond{2, 1};

TransactionKey key_of(const std::string& text, LineId line = kFirst) {
  sip::MessageView view;
  EXPECT_EQ(view.parse_datagram(text), sip::ParseError::none);
  Guests guests;
  return Transactions(1, guests).key_of(view, line);
}

TEST(TransactionKeys, a_response_has_the_key_of_its_request) {
  const std::string request = register_request();
  EXPECT_EQ(key_of(request), key_of(response_to(request, "200 OK")));
}

TEST(TransactionKeys, another_branch_number_method_call_or_line_is_another_transaction) {
  const std::string request = register_request();
  const TransactionKey key = key_of(request);
  EXPECT_NE(key, key_of(with(request, "branch=z9hG4bK-1", "branch=z9hG4bK-2")));
  EXPECT_NE(key, key_of(with(request, "CSeq: 1", "CSeq: 2")));
  EXPECT_NE(key, key_of(with(request, "Call-ID: register-anna", "Call-ID: register-bert")));
  EXPECT_NE(key, key_of(request, kSecond));
  const std::string invite = request_from_phone("INVITE");
  EXPECT_NE(key_of(invite), key_of(request_from_phone("CANCEL")));
}

class TransactionTable : public testing::Test {
 protected:
  const Transaction* sends(const std::string& request, LineId line = kFirst) {
    return table.remember(read(request, line), view, line, kFlow, now);
  }
  void answers(const std::string& request, const std::string& status, LineId line = kFirst) {
    table.settle(read(response_to(request, status), line), view, now);
  }
  TransactionKey read(const std::string& text, LineId line) {
    kept = text;
    EXPECT_EQ(view.parse_datagram(kept), sip::ParseError::none);
    return table.key_of(view, line);
  }

  static constexpr FlowId kFlow{3, 1};
  Guests guests;
  Transactions table{1, guests};
  sip::MessageView view;
  std::string kept;
  TimePoint now{1000s};
};

TEST_F(TransactionTable, a_retransmission_takes_the_place_of_its_original) {
  const std::uint64_t order = sends(register_request())->order;
  EXPECT_EQ(sends(register_request())->order, order);
  EXPECT_EQ(table.size(), 1U);
  EXPECT_EQ(table.count_of(kFirst), 1U);
}

TEST_F(TransactionTable, an_ack_has_no_response) {
  EXPECT_EQ(sends(request_from_phone("ACK")), nullptr);
  EXPECT_EQ(table.size(), 0U);
}

TEST_F(TransactionTable, a_newer_request_has_a_higher_order) {
  const std::uint64_t first = sends(register_request())->order;
  EXPECT_GT(sends(request_from_phone("OPTIONS"))->order, first);
}

TEST_F(TransactionTable, a_final_response_ends_it_and_that_to_an_invite_may_come_again) {
  sends(register_request());
  answers(register_request(), "100 Trying");
  EXPECT_TRUE(table.owes_answer(kFirst));
  answers(register_request(), "200 OK");
  EXPECT_EQ(table.size(), 0U);
  sends(request_from_phone("INVITE"));
  answers(request_from_phone("INVITE"), "200 OK");
  EXPECT_FALSE(table.owes_answer(kFirst));
  EXPECT_EQ(table.count_of(kFirst), 1U);
  answers(request_from_phone("INVITE"), "200 OK");
  EXPECT_EQ(table.count_of(kFirst), 1U);
}

TEST_F(TransactionTable, a_sweep_takes_all_that_ended_and_nothing_else) {
  sends(register_request());
  now += 32s;
  sends(request_from_phone("OPTIONS"));
  now += 32s;
  table.sweep(now);
  EXPECT_EQ(table.size(), 1U);
  EXPECT_EQ(table.count_of(kFirst), 1U);
  now += 64s;
  table.sweep(now);
  EXPECT_EQ(table.size(), 0U);
  EXPECT_EQ(table.next_sweep(), kNever);
}

// --- Through the core: counters that must not drift ------------------------------------------------------

class PendingCounts : public Core {
 protected:
  static Config few() {
    Config config;
    config.limits.max_pending_per_line = 4;
    return config;
  }
  PendingCounts() : Core(few()) {}

  /// Registers a user on a phone flow of its own; the Request-URI that the Box has for it.
  std::string registers(const std::string& user, const SocketAddress& from, FlowId* box_flow) {
    const FlowId phone = udp(from);
    receive(phone, register_request("UDP", user));
    *box_flow = went_to();
    const std::string request = last();
    receive(*box_flow, granted(request));
    const std::string contact = value_of(request, "Contact");
    return contact.substr(1, contact.find('>') - 1);
  }
};

TEST_F(PendingCounts, a_final_response_ends_a_transaction) {
  const FlowId phone = udp();
  receive(phone, register_request());
  EXPECT_EQ(proxy.counts().pending, 1U);
  receive(went_to(), response_to(last(), "100 Trying"));
  EXPECT_EQ(proxy.counts().pending, 1U);
}

TEST_F(PendingCounts, transactions_without_an_answer_are_forgotten) {
  const FlowId phone = udp();
  receive(phone, register_request());
  receive(phone, request_from_phone("OPTIONS"));
  EXPECT_EQ(proxy.counts().pending, 2U);
  pass(80s);
  EXPECT_EQ(proxy.counts().pending, 0U);
}

TEST_F(PendingCounts, a_line_may_have_as_many_as_the_limit_says_and_no_more) {
  FlowId box_flow;
  registers("anna", kPhone, &box_flow);
  const FlowId phone = udp();
  for (int i = 0; i < 4; ++i) {
    receive(phone, request_from_phone("OPTIONS", "UDP", "z9hG4bK-" + std::to_string(i)));
    EXPECT_NE(went_to(), phone) << i;
  }
  receive(phone, request_from_phone("OPTIONS", "UDP", "z9hG4bK-4"));
  EXPECT_EQ(went_to(), phone);
  EXPECT_TRUE(holds(last(), "SIP/2.0 503 "));
  receive(phone, register_request("UDP", "anna", "z9hG4bK-again"));
  EXPECT_EQ(went_to(), box_flow) << "a REGISTER always finds room";
  pass(80s);
  receive(phone, request_from_phone("OPTIONS", "UDP", "z9hG4bK-5"));
  EXPECT_NE(went_to(), phone) << "the line does not recover";
}

// A Box of RFC 2543 forks with the same Via, Call-ID and CSeq to all bindings.
TEST_F(PendingCounts, the_same_transaction_of_the_box_to_two_lines_leaves_both_counts_right) {
  FlowId first;
  FlowId second;
  const std::string first_uri = registers("anna", kPhone, &first);
  const std::string second_uri = registers("bert", {IpAddress::v4(172, 20, 11, 7), 5060}, &second);
  for (int round = 0; round < 20; ++round) {
    receive(first, with(invite_from_box(first_uri), ";branch=z9hG4bK-box", ""));
    receive(second, with(invite_from_box(second_uri), ";branch=z9hG4bK-box", ""));
    pass(11min);
    ASSERT_EQ(proxy.counts().pending, 0U);
    registers("anna", kPhone, &first);
    registers("bert", {IpAddress::v4(172, 20, 11, 7), 5060}, &second);
    ASSERT_FALSE(holds(last(), " 503 ")) << "round " << round;
  }
}

TEST_F(PendingCounts, a_newcomer_cannot_use_up_the_transactions_of_a_line_that_is_served) {
  FlowId box_flow;
  registers("anna", kPhone, &box_flow);
  pass(45s);  // silent for long enough that a newcomer may be the same phone (L3)
  const FlowId stranger = udp(kStranger);
  for (int i = 0; i < 10; ++i)
    receive(stranger, request_from_phone("INVITE", "UDP", "z9hG4bK-s" + std::to_string(i)));
  const FlowId owner = udp();
  for (int i = 0; i < 4; ++i) {
    receive(owner, request_from_phone("OPTIONS", "UDP", "z9hG4bK-o" + std::to_string(i)));
    EXPECT_EQ(went_to(), box_flow) << i;
  }
}

}  // namespace
}  // namespace fapfon::proxy
