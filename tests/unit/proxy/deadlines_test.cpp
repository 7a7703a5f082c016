// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/deadlines.hpp"

#include <gtest/gtest.h>

#include "proxy/ids.hpp"

namespace fapfon::proxy {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kStart{1000s};
constexpr FlowId kFirst{1, 1};
constexpr FlowId kSecond{2, 1};

TEST(Deadlines, nothing_is_due_when_nothing_is_armed) {
  Deadlines<FlowId> deadlines;
  EXPECT_EQ(deadlines.next(), kNever);
  EXPECT_FALSE(deadlines.take_due(kStart));
}

TEST(Deadlines, an_object_is_due_at_its_time_and_not_before) {
  Deadlines<FlowId> deadlines;
  TimePoint armed = kNever;
  deadlines.arm(kFirst, armed, kStart);
  EXPECT_EQ(deadlines.next(), kStart);
  EXPECT_FALSE(deadlines.take_due(kStart - 1ns));
  const auto due = deadlines.take_due(kStart);
  ASSERT_TRUE(due);
  EXPECT_EQ(due->id, kFirst);
}

TEST(Deadlines, the_earliest_comes_first) {
  Deadlines<FlowId> deadlines;
  TimePoint first = kNever;
  TimePoint second = kNever;
  deadlines.arm(kFirst, first, kStart + 2s);
  deadlines.arm(kSecond, second, kStart + 1s);
  EXPECT_EQ(deadlines.take_due(kStart + 5s)->id, kSecond);
  EXPECT_EQ(deadlines.take_due(kStart + 5s)->id, kFirst);
}

TEST(Deadlines, never_is_not_kept) {
  Deadlines<FlowId> deadlines;
  TimePoint armed = kNever;
  deadlines.arm(kFirst, armed, kNever);
  EXPECT_EQ(deadlines.size(), 0U);
}

TEST(Deadlines, a_later_deadline_costs_no_entry) {
  Deadlines<FlowId> deadlines;
  TimePoint armed = kNever;
  deadlines.arm(kFirst, armed, kStart);
  deadlines.arm(kFirst, armed, kStart + 1s);
  EXPECT_EQ(deadlines.size(), 1U);
  EXPECT_EQ(deadlines.next(), kStart);
}

TEST(Deadlines, an_earlier_deadline_makes_the_old_entry_stale) {
  Deadlines<FlowId> deadlines;
  TimePoint armed = kNever;
  deadlines.arm(kFirst, armed, kStart + 10s);
  deadlines.arm(kFirst, armed, kStart);
  const auto due = deadlines.take_due(kStart);
  ASSERT_TRUE(due);
  EXPECT_TRUE(due->is_for(armed));
  deadlines.arm(kFirst, armed, kStart + 20s);
  const auto stale = deadlines.take_due(kStart + 10s);
  ASSERT_TRUE(stale);
  EXPECT_FALSE(stale->is_for(armed));
  EXPECT_EQ(armed, kStart + 20s);
}

TEST(Deadlines, entries_do_not_add_up_while_an_object_is_moved_to_and_fro) {
  Deadlines<FlowId> deadlines;
  TimePoint armed = kNever;
  TimePoint now = kStart;
  for (int round = 0; round < 1'000; ++round) {
    deadlines.arm(kFirst, armed, now + 60s);
    deadlines.arm(kFirst, armed, now + 1s);  // say, a Box that has gone away for a moment
    now += 1s;
    while (const auto due = deadlines.take_due(now)) {
      if (due->is_for(armed)) deadlines.arm(kFirst, armed, now + 60s);
    }
  }
  EXPECT_LE(deadlines.size(), 61U);
}

}  // namespace
}  // namespace fapfon::proxy
