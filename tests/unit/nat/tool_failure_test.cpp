// SPDX-License-Identifier: GPL-2.0-or-later
#include "nat/tool_failure.hpp"

#include <gtest/gtest.h>

namespace fapfon::nat {
namespace {

class Refused : public testing::TestWithParam<const char*> {};

TEST_P(Refused, names_the_missing_right) {
  const ToolFailure failure = failure_of("nft", {1, "", GetParam()});
  EXPECT_TRUE(failure.needs_root);
  EXPECT_TRUE(failure.line.starts_with("nft: Operation not permitted; ")) << failure.line;
}

INSTANTIATE_TEST_SUITE_P(
    All, Refused,
    testing::Values(
        "Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed\n",
        "iptables-save v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied\n",
        "conntrack v1.4.7 (conntrack-tools): Operation failed: sorry, you must be root or get "
        "CAP_NET_ADMIN capability to do this\n"));

TEST(ToolFailure, repeats_the_first_line_that_says_something) {
  const ToolFailure failure =
      failure_of("iptables", {2, "", "# Warning: legacy tables\nno such chain\nmore\n"});
  EXPECT_FALSE(failure.needs_root);
  EXPECT_EQ(failure.line, "iptables: no such chain (exit code 2)");
}

TEST(ToolFailure, says_so_when_the_tool_says_nothing) {
  EXPECT_EQ(failure_of("nft", {1, "", ""}).line, "nft: no reason given (exit code 1)");
}

}  // namespace
}  // namespace fapfon::nat
