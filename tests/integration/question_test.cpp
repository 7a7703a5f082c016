// SPDX-License-Identifier: GPL-2.0-or-later
// One question to a SIP server on the daemon's loop. What counts as an answer is in
// unit/box/box_query_test.cpp.
#include "box/question.hpp"

#include <functional>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "integration/peer.hpp"
#include "net/loop.hpp"

namespace fapfon::test {
namespace {

using Reason = box::AskFailure::Reason;

const SocketAddress kServerPort{IpAddress::v4(127, 0, 0, 1), 0};
const IpAddress kHere = IpAddress::v4(127, 0, 0, 1);

class QuestionTest : public testing::Test {
 protected:
  void ask(std::chrono::milliseconds patience = box::Question::kPatience) {
    question->ask(server.local(), kHere, keep(), patience);
  }
  std::function<void(box::Question::Answer)> keep() {
    return [this](box::Question::Answer answer) { answers.push_back(std::move(answer)); };
  }
  /// Runs the loop until there is an answer; `meanwhile` plays the server.
  bool run(const std::function<void()>& meanwhile = [] {}) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (answers.empty() && std::chrono::steady_clock::now() < deadline) {
      meanwhile();
      loop.run_one_batch(5ms);
    }
    return !answers.empty();
  }
  void serve(const std::string& status = "200 OK") {
    if (!server.wait(POLLIN, 0ms)) return;
    const std::string query = server.datagram();
    server.send_to(server.source(), answer_to(query, status));
  }

  net::Loop loop;
  Peer server = Peer::udp(kServerPort);
  std::unique_ptr<box::Question> question = std::make_unique<box::Question>(loop);
  std::vector<box::Question::Answer> answers;
};

TEST_F(QuestionTest, is_answered_once_and_from_the_loop) {
  ask();
  EXPECT_TRUE(answers.empty());
  ASSERT_TRUE(run([&] { serve("404 Not Found"); }));
  ASSERT_TRUE(answers[0]);
  EXPECT_EQ(answers[0]->status, 404U);
  server.send_to(server.source(), "SIP/2.0 200 OK\r\n\r\n");
  loop.run_one_batch(5ms);
  EXPECT_EQ(answers.size(), 1U);
}

TEST_F(QuestionTest, is_repeated_when_a_datagram_is_lost) {
  ask();
  int queries = 0;
  ASSERT_TRUE(run([&] {
    if (!server.wait(POLLIN, 0ms)) return;
    const std::string query = server.datagram();
    if (++queries == 2) server.send_to(server.source(), answer_to(query));
  }));
  EXPECT_TRUE(answers[0]);
}

TEST_F(QuestionTest, ends_in_silence_when_patience_is_over) {
  ask(50ms);
  ASSERT_TRUE(run());
  ASSERT_FALSE(answers[0]);
  EXPECT_EQ(answers[0].error().reason, Reason::silent);
  EXPECT_EQ(answers[0].error().text, "no answer");
}

TEST_F(QuestionTest, is_refused_at_once_where_nobody_listens) {
  const SocketAddress nobody = server.local();
  server.close();
  question->ask(nobody, kHere, keep());
  ASSERT_TRUE(run());
  ASSERT_FALSE(answers[0]);
  EXPECT_EQ(answers[0].error().reason, Reason::refused);
}

TEST_F(QuestionTest, from_an_address_that_is_not_ours_fails_from_the_loop_too) {
  question->ask(server.local(), IpAddress::v4(192, 0, 2, 77), keep());
  EXPECT_TRUE(answers.empty());
  ASSERT_TRUE(run());
  ASSERT_FALSE(answers[0]);
  EXPECT_EQ(answers[0].error().reason, Reason::cannot_send);
  EXPECT_FALSE(answers[0].error().text.empty());
}

TEST_F(QuestionTest, what_does_not_speak_sip_is_said_unless_a_sip_answer_follows) {
  ask(100ms);
  bool has_babbled = false;
  ASSERT_TRUE(run([&] {
    if (has_babbled || !server.wait(POLLIN, 0ms)) return;
    server.datagram();
    server.send_to(server.source(), "hello");
    has_babbled = true;
  }));
  ASSERT_FALSE(answers[0]);
  EXPECT_EQ(answers[0].error().reason, Reason::no_sip);
  answers.clear();
  ask();
  ASSERT_TRUE(run([&] {
    if (!server.wait(POLLIN, 0ms)) return;
    const std::string query = server.datagram();
    server.send_to(server.source(), "hello");
    server.send_to(server.source(), answer_to(query));
  }));
  EXPECT_TRUE(answers[0]);
}

TEST_F(QuestionTest, an_answer_of_somebody_else_does_not_count) {
  const Peer somebody_else = Peer::udp({IpAddress::v4(127, 0, 0, 2), 0});
  ask(100ms);
  ASSERT_TRUE(run([&] {
    if (!server.wait(POLLIN, 0ms)) return;
    const std::string query = server.datagram();
    somebody_else.send_to(server.source(), answer_to(query));
  }));
  ASSERT_FALSE(answers[0]);
  EXPECT_EQ(answers[0].error().reason, Reason::silent);
}

TEST_F(QuestionTest, another_question_takes_the_place_of_the_first_and_its_answer) {
  Peer other = Peer::udp(kServerPort);
  bool first_was_answered = false;
  question->ask(
      server.local(), kHere, [&](const box::Question::Answer&) { first_was_answered = true; }, 50ms);
  const std::string first_query = server.datagram();
  question->ask(other.local(), kHere, keep());
  ASSERT_TRUE(run([&] {
    if (!other.wait(POLLIN, 0ms)) return;
    const std::string query = other.datagram();
    other.send_to(other.source(), answer_to(first_query, "500 Late"));
    other.send_to(other.source(), answer_to(query));
  }));
  ASSERT_TRUE(answers[0]);
  EXPECT_EQ(answers[0]->status, 200U);
  EXPECT_FALSE(first_was_answered);
}

TEST_F(QuestionTest, another_one_may_be_asked_in_the_answer) {
  question->ask(server.local(), kHere, [&](const box::Question::Answer&) { ask(); });
  EXPECT_TRUE(run([&] { serve(); }));
}

TEST_F(QuestionTest, may_be_destroyed_in_the_answer_and_while_it_waits) {
  bool was_answered = false;
  question->ask(server.local(), kHere, [&](const box::Question::Answer&) {
    question.reset();
    was_answered = true;
  });
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!was_answered && std::chrono::steady_clock::now() < deadline) {
    serve();
    loop.run_one_batch(5ms);
  }
  ASSERT_TRUE(was_answered);
  question = std::make_unique<box::Question>(loop);
  ask(1ms);
  question.reset();
  loop.run_one_batch(5ms);
  EXPECT_TRUE(answers.empty());
}

}  // namespace
}  // namespace fapfon::test
