// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "proxy/line.hpp"

namespace fapfon::proxy {
namespace {

constexpr FlowId kFlow{1, 1};
constexpr FlowId kOtherFlow{2, 1};

TEST(OpenCalls, an_accepted_call_is_not_pushed_out_by_offered_ones) {
  OpenCalls calls;
  calls.add(1);
  calls.carry(1, kFlow);
  for (std::uint64_t call = 2; call < 100; ++call) calls.add(call);
  EXPECT_EQ(calls.flow_of(1), kFlow);
}

TEST(OpenCalls, the_oldest_goes_when_all_are_accepted) {
  OpenCalls calls;
  for (std::uint64_t call = 1; call <= OpenCalls::kMaxCount + 1; ++call) {
    calls.add(call);
    calls.carry(call, kFlow);
  }
  EXPECT_FALSE(calls.contains(1));
  EXPECT_TRUE(calls.contains(2));
}

TEST(OpenCalls, a_call_of_another_flow_is_not_carried_over) {
  OpenCalls calls;
  calls.add(1);
  calls.add(2);
  calls.carry(1, kFlow);
  calls.carry(2, kOtherFlow);
  calls.carry_over(kFlow, {3, 1});
  EXPECT_EQ(calls.flow_of(1), (FlowId{3, 1}));
  EXPECT_EQ(calls.flow_of(2), kOtherFlow);
}

TEST(OpenCalls, a_removed_call_is_gone) {
  OpenCalls calls;
  calls.add(1);
  EXPECT_TRUE(calls.remove(1));
  EXPECT_FALSE(calls.remove(1));
  EXPECT_TRUE(calls.empty());
}

}  // namespace
}  // namespace fapfon::proxy
