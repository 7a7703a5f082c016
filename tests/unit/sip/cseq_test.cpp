// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/cseq.hpp"

#include <gtest/gtest.h>

namespace fapfon::sip {
namespace {

TEST(CSeq, is_a_number_and_a_method) {
  const auto cseq = parse_cseq(" 24441  REGISTER ");
  ASSERT_TRUE(cseq);
  EXPECT_EQ(cseq->number, 24441U);
  EXPECT_EQ(cseq->method, "REGISTER");
}

TEST(CSeq, the_number_is_below_two_to_the_31) {
  EXPECT_TRUE(parse_cseq("0 ACK"));
  EXPECT_EQ(parse_cseq("2147483647 ACK")->number, 2147483647U);
  EXPECT_FALSE(parse_cseq("2147483648 ACK"));
  EXPECT_FALSE(parse_cseq("4294967296 ACK"));
  EXPECT_FALSE(parse_cseq("36893488147419103232 REGISTER"));
}

TEST(CSeq, leading_zeros_are_a_number_too) {
  EXPECT_EQ(parse_cseq("0000000000000000000009 INVITE")->number, 9U);
}

TEST(CSeq, without_one_of_its_parts_it_is_none) {
  for (const ByteView text : {"", "1", "ACK", "1ACK", "-1 ACK", "1 A CK", "1 ", "x ACK"})
    EXPECT_FALSE(parse_cseq(text)) << text;
}

}  // namespace
}  // namespace fapfon::sip
