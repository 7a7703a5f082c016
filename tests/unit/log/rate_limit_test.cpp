// SPDX-License-Identifier: GPL-2.0-or-later
#include "log/rate_limit.hpp"

#include <gtest/gtest.h>

namespace fapfon::log {
namespace {

using namespace std::chrono_literals;
constexpr TimePoint kStart{1h};

TEST(RateLimit, lets_a_burst_pass_and_counts_the_rest) {
  RateLimit limit{3, 1s};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.admit(kStart), 0U);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(limit.admit(kStart));
  EXPECT_EQ(limit.admit(kStart + 1s), 5U);
  EXPECT_FALSE(limit.admit(kStart + 1s));
}

TEST(RateLimit, regains_one_at_a_time_up_to_the_burst) {
  RateLimit limit{2, 1s};
  limit.admit(kStart);
  limit.admit(kStart);
  EXPECT_FALSE(limit.admit(kStart + 900ms));
  EXPECT_TRUE(limit.admit(kStart + 1'000ms));
  EXPECT_FALSE(limit.admit(kStart + 1'900ms));
  EXPECT_TRUE(limit.admit(kStart + 2'000ms));
  EXPECT_TRUE(limit.admit(kStart + 1h));
  EXPECT_TRUE(limit.admit(kStart + 1h));
  EXPECT_FALSE(limit.admit(kStart + 1h));
}

TEST(RateLimit, tells_what_was_left_out_once) {
  RateLimit limit{1, 1s};
  limit.admit(kStart);
  limit.admit(kStart);
  EXPECT_EQ(limit.take_suppressed(), 1U);
  EXPECT_EQ(limit.take_suppressed(), 0U);
  EXPECT_EQ(limit.admit(kStart + 1s), 0U);
}

}  // namespace
}  // namespace fapfon::log
