// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/bytes.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace fapfon {
namespace {

TEST(Bytes, only_ascii_letters_have_case) {
  EXPECT_TRUE(iequals("Content-LENGTH", "content-length"));
  EXPECT_FALSE(iequals("[", "{"));  // 0x20 apart, as letters of two cases are
  EXPECT_FALSE(iequals("\xc4", "\xe4"));
  EXPECT_FALSE(iequals("via", "vi"));
}

TEST(Bytes, a_decimal_number_is_digits_and_nothing_else) {
  EXPECT_EQ(parse_decimal<std::uint32_t>("0"), 0U);
  EXPECT_EQ(parse_decimal<std::uint32_t>("0042"), 42U);
  for (const ByteView text : {"", " 1", "1 ", "+1", "-1", "1.0", "0x1", "1e3"})
    EXPECT_FALSE(parse_decimal<int>(text)) << text;
}

TEST(Bytes, a_decimal_number_must_fit_its_type) {
  EXPECT_EQ(parse_decimal<std::uint16_t>("65535"), std::numeric_limits<std::uint16_t>::max());
  EXPECT_FALSE(parse_decimal<std::uint16_t>("65536"));
  EXPECT_EQ(parse_decimal<std::uint64_t>("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_FALSE(parse_decimal<std::uint64_t>("18446744073709551616"));
  EXPECT_FALSE(parse_decimal<std::size_t>(std::string(1'000, '9')));
}

TEST(Bytes, cover_spans_two_parts_and_what_is_between) {
  const ByteView text = "abcdef";
  EXPECT_EQ(cover(text.substr(1, 1), text.substr(3, 2)), "bcde");
}

TEST(Bytes, lies_in_asks_for_the_place_and_not_for_the_text) {
  const std::string whole = "abcabc";
  const std::string other = "abc";
  EXPECT_TRUE(lies_in(ByteView(whole).substr(3), whole));
  EXPECT_TRUE(lies_in(ByteView(whole).substr(6), whole));
  EXPECT_FALSE(lies_in(other, whole));
}

}  // namespace
}  // namespace fapfon
