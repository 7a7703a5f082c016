// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/calls.hpp"

#include <gtest/gtest.h>

namespace fapfon::proxy {
namespace {

constexpr FlowId kFlow{1, 1};

/// As the core begins a call: the surplus one goes first.
Call& begin(Calls& calls, std::uint64_t hash) {
  if (const Call* surplus = calls.surplus()) calls.remove(surplus->hash);
  return calls.begin(hash, TimePoint{});
}

TEST(Calls, an_accepted_call_is_not_pushed_out_by_offered_ones) {
  Calls calls;
  begin(calls, 1).carrier = kFlow;
  for (std::uint64_t call = 2; call < 100; ++call) begin(calls, call);
  EXPECT_EQ(calls.carrier_of(1), kFlow);
}

TEST(Calls, the_oldest_goes_when_all_are_accepted) {
  Calls calls;
  for (std::uint64_t call = 1; call <= Calls::kMaxCount + 1; ++call) begin(calls, call).carrier = kFlow;
  EXPECT_EQ(calls.find(1), nullptr);
  EXPECT_NE(calls.find(2), nullptr);
}

TEST(Calls, there_is_no_surplus_while_there_is_room) {
  Calls calls;
  for (std::uint64_t call = 1; call < Calls::kMaxCount; ++call) begin(calls, call);
  EXPECT_EQ(calls.surplus(), nullptr);
  begin(calls, Calls::kMaxCount);
  ASSERT_NE(calls.surplus(), nullptr);
  EXPECT_EQ(calls.surplus()->hash, 1U);
}

TEST(Calls, a_removed_call_is_gone_and_the_others_stay) {
  Calls calls;
  begin(calls, 1);
  begin(calls, 2).carrier = kFlow;
  calls.remove(1);
  calls.remove(1);
  EXPECT_EQ(calls.find(1), nullptr);
  EXPECT_EQ(calls.carrier_of(2), kFlow);
  calls.remove(2);
  EXPECT_TRUE(calls.empty());
}

}  // namespace
}  // namespace fapfon::proxy
