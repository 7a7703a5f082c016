// SPDX-License-Identifier: GPL-2.0-or-later
// M2, "which words count": RFC 3264 with what UDP does to it.
#include "proxy/offer_answer.hpp"

#include <gtest/gtest.h>

namespace fapfon::proxy {
namespace {

constexpr auto kInvite = sip::Method::invite;
constexpr auto kUpdate = sip::Method::update;
constexpr auto kPrack = sip::Method::prack;

relay::Description at(std::uint16_t port) {
  relay::Description session;
  session.count = 1;
  session.list[0].state = relay::StreamDescription::State::active;
  session.list[0].rtp_port = port;
  return session;
}

class OfferAnswerTest : public testing::Test {
 protected:
  /// The phone has called; offer 4000, answer 7078.
  void agree() {
    begin();
    EXPECT_TRUE(answers({Side::phone, 1, kInvite}, 200, 7078));
  }
  void begin() {
    const auto offer = at(4000);
    dialog.begin({Side::phone, 1, kInvite}, &offer, false);
  }
  bool asks(const Exchange& exchange, std::uint16_t port) {
    const auto offer = at(port);
    return dialog.take_request(exchange, &offer);
  }
  bool answers(const Exchange& exchange, int status, std::uint16_t port, std::uint32_t reliable = 0) {
    const auto answer = at(port);
    return dialog.take_response(exchange, status, reliable, &answer);
  }
  bool answers(const Exchange& exchange, int status) {
    return dialog.take_response(exchange, status, 0, nullptr);
  }
  [[nodiscard]] int port_of(Side side) const {
    const auto* session = dialog.in_force(side);
    return session != nullptr ? session->list[0].rtp_port : -1;
  }
  void expect(int phone, int box) const {
    EXPECT_EQ(port_of(Side::phone), phone);
    EXPECT_EQ(port_of(Side::box), box);
  }

  OfferAnswer dialog;
};

TEST_F(OfferAnswerTest, early_media_needs_the_offer_at_once) {
  begin();
  expect(4000, -1);
  EXPECT_TRUE(answers({Side::phone, 1, kInvite}, 183, 7100));
  expect(4000, 7100);
}

TEST_F(OfferAnswerTest, the_answer_of_the_2xx_counts_though_183_said_something_else) {
  begin();
  answers({Side::phone, 1, kInvite}, 183, 7100);
  EXPECT_TRUE(answers({Side::phone, 1, kInvite}, 200, 7078));
  expect(4000, 7078);
}

TEST_F(OfferAnswerTest, a_183_that_its_200_has_overtaken_changes_nothing) {
  agree();
  EXPECT_FALSE(answers({Side::phone, 1, kInvite}, 183, 7100));
  expect(4000, 7078);
}

TEST_F(OfferAnswerTest, a_200_without_session_takes_what_183_said) {
  begin();
  answers({Side::phone, 1, kInvite}, 183, 7100);
  EXPECT_FALSE(answers({Side::phone, 1, kInvite}, 200));
  expect(4000, 7100);
}

TEST_F(OfferAnswerTest, a_repeated_200_changes_nothing_after_a_newer_exchange) {
  agree();
  asks({Side::phone, 2, kInvite}, 5000);
  answers({Side::phone, 2, kInvite}, 200, 7200);
  EXPECT_FALSE(answers({Side::phone, 1, kInvite}, 200, 7078));
  expect(5000, 7200);
}

TEST_F(OfferAnswerTest, an_offer_inside_of_a_call_counts_with_its_answer) {
  agree();
  EXPECT_FALSE(asks({Side::box, 900, kInvite}, 7300));
  expect(4000, 7078);
  EXPECT_TRUE(answers({Side::box, 900, kInvite}, 200, 4500));
  expect(4500, 7300);
}

TEST_F(OfferAnswerTest, a_refused_offer_leaves_all_as_it_was) {
  agree();
  for (const auto method : {kInvite, kUpdate, kPrack}) {
    const Exchange exchange{Side::phone, 2 + static_cast<std::uint32_t>(method), method};
    asks(exchange, 5000);
    EXPECT_FALSE(answers(exchange, 488));
    EXPECT_FALSE(answers(exchange, 200, 7200)) << "its transaction is over";
    expect(4000, 7078);
  }
}

TEST_F(OfferAnswerTest, glare_leaves_all_as_it_was) {
  agree();
  asks({Side::phone, 2, kInvite}, 5000);
  asks({Side::box, 900, kInvite}, 7300);
  answers({Side::box, 900, kInvite}, 491);
  answers({Side::phone, 2, kInvite}, 491);
  expect(4000, 7078);
  asks({Side::box, 901, kInvite}, 7400);
  EXPECT_TRUE(answers({Side::box, 901, kInvite}, 200, 4600));
  expect(4600, 7400);
}

TEST_F(OfferAnswerTest, a_late_refusal_of_an_earlier_request_does_not_undo_the_newer_one) {
  agree();
  asks({Side::phone, 2, kInvite}, 5000);
  answers({Side::phone, 2, kInvite}, 401);
  asks({Side::phone, 3, kInvite}, 5000);
  EXPECT_FALSE(answers({Side::phone, 2, kInvite}, 401));
  EXPECT_TRUE(answers({Side::phone, 3, kInvite}, 200, 7200));
  expect(5000, 7200);
}

TEST_F(OfferAnswerTest, a_request_that_a_newer_one_has_overtaken_is_not_heard) {
  agree();
  asks({Side::phone, 3, kUpdate}, 5000);
  EXPECT_FALSE(asks({Side::phone, 2, kUpdate}, 6000));
  EXPECT_FALSE(answers({Side::phone, 2, kUpdate}, 200, 7300));
  EXPECT_TRUE(answers({Side::phone, 3, kUpdate}, 200, 7200));
  expect(5000, 7200);
}

TEST_F(OfferAnswerTest, each_side_counts_by_itself) {
  agree();
  asks({Side::box, 1, kInvite}, 7300);
  EXPECT_TRUE(answers({Side::box, 1, kInvite}, 200, 4500));
  expect(4500, 7300);
}

TEST_F(OfferAnswerTest, a_late_offer_is_answered_by_the_ack) {
  agree();
  dialog.take_request({Side::box, 900, kInvite}, nullptr);
  EXPECT_FALSE(answers({Side::box, 900, kInvite}, 200, 4500));
  expect(4000, 7078);
  const auto answer = at(7300);
  EXPECT_FALSE(dialog.take_ack({Side::box, 899, kInvite}, &answer));
  EXPECT_TRUE(dialog.take_ack({Side::box, 900, kInvite}, &answer));
  EXPECT_FALSE(dialog.take_ack({Side::box, 900, kInvite}, &answer)) << "repeated";
  expect(4500, 7300);
}

TEST_F(OfferAnswerTest, an_ack_says_nothing_where_the_200_has_answered) {
  agree();
  const auto said = at(5000);
  EXPECT_FALSE(dialog.take_ack({Side::phone, 1, kInvite}, &said));
  expect(4000, 7078);
}

TEST_F(OfferAnswerTest, an_invite_without_offer_opens_a_call_with_that_of_the_200) {
  dialog.begin({Side::box, 7, kInvite}, nullptr, false);
  EXPECT_TRUE(answers({Side::box, 7, kInvite}, 200, 4000));
  expect(4000, -1);
  const auto answer = at(7078);
  EXPECT_TRUE(dialog.take_ack({Side::box, 7, kInvite}, &answer));
  expect(4000, 7078);
}

TEST_F(OfferAnswerTest, RFC3262_a_prack_answers_the_offer_of_a_reliable_183) {
  dialog.begin({Side::box, 7, kInvite}, nullptr, false);
  answers({Side::box, 7, kInvite}, 183, 4000, 1);
  const auto answer = at(7078);
  EXPECT_TRUE(dialog.take_request({Side::box, 8, kPrack}, &answer));
  expect(4000, 7078);
  EXPECT_FALSE(answers({Side::box, 7, kInvite}, 200, 4000));
  expect(4000, 7078);
}

TEST_F(OfferAnswerTest, RFC3262_a_reliable_183_that_is_overtaken_is_not_heard) {
  dialog.begin({Side::box, 7, kInvite}, nullptr, false);
  answers({Side::box, 7, kInvite}, 183, 4000, 2);
  EXPECT_FALSE(answers({Side::box, 7, kInvite}, 183, 4100, 1));
  expect(4000, -1);
}

TEST_F(OfferAnswerTest, RFC3311_an_update_while_it_rings_outlives_the_200_to_the_invite) {
  begin();
  answers({Side::phone, 1, kInvite}, 183, 7100, 1);
  asks({Side::phone, 2, kUpdate}, 5000);
  EXPECT_TRUE(answers({Side::phone, 2, kUpdate}, 200, 7200));
  EXPECT_FALSE(answers({Side::phone, 1, kInvite}, 200, 7100));
  expect(5000, 7200);
}

TEST_F(OfferAnswerTest, a_183_inside_of_a_call_waits_for_the_200) {
  agree();
  asks({Side::phone, 2, kInvite}, 5000);
  EXPECT_FALSE(answers({Side::phone, 2, kInvite}, 183, 7200));
  expect(4000, 7078);
  EXPECT_TRUE(answers({Side::phone, 2, kInvite}, 200));
  expect(5000, 7200);
}

}  // namespace
}  // namespace fapfon::proxy
