// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/name_addr.hpp"

#include <gtest/gtest.h>

namespace fapfon::sip {
namespace {

TEST(NameAddr, in_brackets_the_parameters_of_the_uri_are_inside) {
  const auto parsed = parse_name_addr("\"Anna\" <sip:anna@host;ob>;tag=1");
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->in_brackets);
  EXPECT_EQ(parsed->uri.whole, "sip:anna@host;ob");
  EXPECT_EQ(parsed->params, ";tag=1");
}

TEST(NameAddr, without_brackets_a_semicolon_starts_the_header_parameters) {
  const auto parsed = parse_name_addr("sip:anna@host;tag=1");
  ASSERT_TRUE(parsed);
  EXPECT_FALSE(parsed->in_brackets);
  EXPECT_EQ(parsed->uri.whole, "sip:anna@host");
  EXPECT_EQ(parsed->params, ";tag=1");
}

TEST(NameAddr, a_display_name_may_hold_brackets_quotes_and_commas) {
  EXPECT_EQ(parse_name_addr("\"<sip:x@y>, \\\"\" <sip:a@b>")->uri.whole, "sip:a@b");
  EXPECT_EQ(parse_name_addr("Bell, Alexander <sip:a@b>")->uri.whole, "sip:a@b");
  EXPECT_EQ(parse_name_addr("<sip:a@b>")->uri.whole, "sip:a@b");
}

TEST(NameAddr, what_is_left_open_is_none) {
  for (const ByteView text : {"", "*", "<sip:a@b", "\"Anna <sip:a@b>", "<>", "Anna", "<Anna>"})
    EXPECT_FALSE(parse_name_addr(text)) << text;
}

}  // namespace
}  // namespace fapfon::sip
