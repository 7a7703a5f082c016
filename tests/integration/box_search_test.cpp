// SPDX-License-Identifier: GPL-2.0-or-later
// The search for a Box, among candidates on the loopback that answer, refuse or keep silent.
#include <functional>
#include <optional>

#include <gtest/gtest.h>

#include "box/box_search.hpp"
#include "integration/peer.hpp"
#include "net/loop.hpp"

namespace fapfon::test {
namespace {

const SocketAddress kAnyPort{IpAddress::v4(127, 0, 0, 1), 0};
/// A label longer than 63 bytes: the resolver knows without asking anybody (RFC 1035 section 2.3.4).
const std::string kNoName = std::string(64, 'x') + ".box";

class Search : public testing::Test {
 protected:
  static box::BoxName named(const Peer& peer) { return {peer.local().ip, {}, peer.local().port}; }

  /// Runs until the answer is there; `meanwhile` plays the candidates.
  box::BoxSearch::Answer run(
      const std::vector<box::BoxName>& candidates, const std::function<void()>& meanwhile = [] {}) {
    std::optional<box::BoxSearch::Answer> answer;
    box::BoxSearch search{loop, [&](box::BoxSearch::Answer found) { answer = std::move(found); }};
    search.start(candidates);
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!answer && std::chrono::steady_clock::now() < deadline) {
      meanwhile();
      loop.run_one_batch(5ms);
    }
    return answer.value_or(Unexpected<std::string>("the search did not end"));
  }

  /// Answers what is there.
  static void play(Peer& box, const std::string& status, const std::string& product = "test") {
    if (!box.wait(POLLIN, 0ms)) return;
    std::string answer = answer_to(box.datagram(), status);
    answer.insert(answer.find("Content-Length"), "Server: " + product + "\r\n");
    box.send_to(box.source(), answer);
  }

  net::Loop loop;
  Peer first = Peer::udp(kAnyPort);
  Peer second = Peer::udp(kAnyPort);
};

TEST_F(Search, takes_a_box_that_answers_with_any_status) {
  const auto found = run({named(first)}, [&] { play(first, "404 Not Found"); });
  ASSERT_TRUE(found) << found.error();
  EXPECT_EQ(found->address, first.local());
}

TEST_F(Search, prefers_a_fritzbox_that_answers_last) {
  int rounds = 0;
  const auto found = run({named(first), named(second)}, [&] {
    play(first, "200 OK");
    if (++rounds > 20) play(second, "200 OK", "FRITZ!OS");
  });
  ASSERT_TRUE(found) << found.error();
  EXPECT_EQ(found->address, second.local());
  EXPECT_EQ(found->product.to_string(), "FRITZ!Box (FRITZ!OS)");
}

TEST_F(Search, refuses_to_guess_between_two_boxes) {
  const auto found = run({named(first), named(second)}, [&] {
    play(first, "200 OK", "FRITZ!OS");
    play(second, "200 OK", "FRITZ!OS");
  });
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().rfind("more than one answers: ", 0), 0U) << found.error();
}

TEST_F(Search, asks_one_address_once_however_it_is_named) {
  int queries = 0;
  const auto found = run({{{}, "localhost", first.local().port}, named(first)}, [&] {
    if (!first.wait(POLLIN, 0ms)) return;
    const std::string query = first.datagram();
    if (++queries == 1) first.send_to(first.source(), answer_to(query));
  });
  ASSERT_TRUE(found) << found.error();
  EXPECT_EQ(queries, 1);
}

TEST_F(Search, takes_the_second_when_the_first_keeps_silent) {
  const auto found = run({named(first), named(second)}, [&] { play(second, "200 OK"); });
  ASSERT_TRUE(found) << found.error();
  EXPECT_EQ(found->address.port, second.local().port);
}

TEST_F(Search, asks_again_when_a_query_is_lost) {
  int queries = 0;
  const auto found = run({named(first)}, [&] {
    if (!first.wait(POLLIN, 0ms)) return;
    const std::string query = first.datagram();
    if (++queries == 2) first.send_to(first.source(), answer_to(query));
  });
  EXPECT_TRUE(found);
}

TEST_F(Search, finds_a_box_by_name) {
  const auto found = run({{{}, "localhost", first.local().port}}, [&] { play(first, "200 OK"); });
  ASSERT_TRUE(found) << found.error();
  EXPECT_EQ(found->name.name, "localhost");
}

TEST_F(Search, tells_each_candidate_and_its_outcome_when_there_is_none) {
  const box::BoxName refusing = named(second);
  second.close();
  const auto found = run({{{}, kNoName, 5060}, named(first), refusing});
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().find(kNoName + ":5060: "), std::string::npos) << found.error();
  EXPECT_NE(found.error().find(first.local().to_string() + ": no answer"), std::string::npos)
      << found.error();
  EXPECT_NE(found.error().find(refusing.to_string() + ": Connection refused"), std::string::npos)
      << found.error();
  EXPECT_NE(found.error().find("BOX_ADDRESS"), std::string::npos);
}

TEST_F(Search, ends_at_once_when_nobody_can_answer) {
  const box::BoxName refusing = named(second);
  second.close();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(run({refusing}));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1s);
}

TEST_F(Search, ignores_what_is_no_answer_to_its_query) {
  const auto found = run({named(first)}, [&] {
    if (!first.wait(POLLIN, 0ms)) return;
    first.datagram();
    first.send_to(first.source(), "SIP/2.0 200 OK\r\nCall-ID: another\r\n\r\n");
    first.send_to(first.source(), "hello");
  });
  EXPECT_FALSE(found);
}

}  // namespace
}  // namespace fapfon::test
