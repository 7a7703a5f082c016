// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/box_locator.hpp"

#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "integration/peer.hpp"
#include "net/loop.hpp"

namespace fapfon::test {
namespace {

const IpAddress kBoxAddress = IpAddress::v4(127, 0, 0, 1);
/// A label longer than 63 bytes: the resolver knows without asking anybody (RFC 1035 section 2.3.4).
const std::string kNoSuchName = std::string(64, 'x') + ".box";

class Locator : public testing::Test {
 protected:
  bool run_for(std::chrono::milliseconds longest, const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + longest;
    while (!done() && std::chrono::steady_clock::now() < deadline) loop.run_one_batch(5ms);
    return done();
  }
  bool is_answered() {
    return run_for(kPatience, [&] { return !answers.empty(); });
  }
  std::function<void(box::BoxLocator::Answer)> keep() {
    return [this](box::BoxLocator::Answer answer) { answers.push_back(std::move(answer)); };
  }

  net::Loop loop;
  std::vector<box::BoxLocator::Answer> answers;
};

TEST_F(Locator, knows_an_address_at_once_with_the_local_one_that_leads_there) {
  const box::BoxLocator locator{loop, {kBoxAddress, {}, 5061}, keep()};
  const auto place = locator.locate_now();
  ASSERT_TRUE(place && *place);
  EXPECT_EQ((*place)->box, (SocketAddress{kBoxAddress, 5061}));
  EXPECT_EQ((*place)->local, kBoxAddress);
  EXPECT_EQ(locator.name().port, 5061);
}

TEST_F(Locator, does_not_know_a_name_at_once) {
  const box::BoxLocator locator{loop, {{}, "localhost", 5060}, keep()};
  EXPECT_FALSE(locator.locate_now());
}

TEST_F(Locator, answers_from_the_loop) {
  box::BoxLocator locator{loop, {kBoxAddress, {}, 5060}, keep()};
  locator.locate();
  EXPECT_TRUE(answers.empty());
  ASSERT_TRUE(is_answered());
  EXPECT_EQ(answers[0]->box, (SocketAddress{kBoxAddress, 5060}));
}

TEST_F(Locator, resolves_a_name_and_keeps_its_port) {
  box::BoxLocator locator{loop, {{}, "localhost", 5062}, keep()};
  locator.locate();
  ASSERT_TRUE(is_answered());
  ASSERT_TRUE(answers[0]) << answers[0].error();
  EXPECT_EQ(answers[0]->box.port, 5062);
  EXPECT_TRUE(answers[0]->box.ip.is_loopback());
}

TEST_F(Locator, tells_why_a_name_has_no_address) {
  box::BoxLocator locator{loop, {{}, kNoSuchName, 5060}, keep()};
  locator.locate();
  ASSERT_TRUE(is_answered());
  ASSERT_FALSE(answers[0]);
  EXPECT_FALSE(answers[0].error().empty());
}

TEST_F(Locator, asked_several_times_gives_one_answer_and_then_rests) {
  box::BoxLocator locator{loop, {kBoxAddress, {}, 5060}, keep()};
  locator.locate();
  locator.locate();
  ASSERT_TRUE(is_answered());
  locator.locate();
  EXPECT_FALSE(run_for(100ms, [&] { return answers.size() > 1; }))
      << "never more often than every few seconds";
}

TEST_F(Locator, asked_while_a_name_is_being_resolved_gives_one_answer) {
  box::BoxLocator locator{loop, {{}, "localhost", 5060}, keep()};
  locator.locate();
  loop.run_one_batch(0ms);
  locator.locate();
  ASSERT_TRUE(is_answered());
  EXPECT_FALSE(run_for(100ms, [&] { return answers.size() > 1; }));
}

TEST_F(Locator, may_be_asked_again_in_the_answer) {
  std::unique_ptr<box::BoxLocator> locator;
  locator = std::make_unique<box::BoxLocator>(loop, box::BoxName{kBoxAddress, {}, 5060},
                                              [&](const box::BoxLocator::Answer& answer) {
                                                answers.push_back(answer);
                                                locator->locate();
                                              });
  locator->locate();
  EXPECT_TRUE(is_answered());
}

}  // namespace
}  // namespace fapfon::test
