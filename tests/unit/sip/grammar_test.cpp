// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/grammar.hpp"

#include <gtest/gtest.h>

namespace fapfon::sip {
namespace {

std::vector<std::string> values(ByteView text) {
  std::vector<std::string> all;
  ValueReader reader(text);
  while (const auto value = reader.next()) all.emplace_back(*value);
  return all;
}

using List = std::vector<std::string>;

TEST(Grammar, white_space_is_cut_off_at_both_ends_and_folding_is_white_space) {
  EXPECT_EQ(trim(" \t a b\r\n "), "a b");
  const ByteView blank = "  ";
  EXPECT_TRUE(trim(blank).empty());
  EXPECT_TRUE(lies_in(trim(blank), blank));
}

TEST(Grammar, a_token_has_no_separators_and_is_not_empty) {
  EXPECT_TRUE(is_token("x-!%*_+`'~.9"));
  for (const ByteView text : {"", "a b", "a:b", "a@b", "\"a\"", "a\x80", "a/b"})
    EXPECT_FALSE(is_token(text)) << text;
}

TEST(Grammar, a_quoted_string_ends_at_the_first_quote_that_is_not_escaped) {
  EXPECT_EQ(quoted_length("\"a\"b"), 3U);
  EXPECT_EQ(quoted_length("\"a\\\"b\" "), 6U);
  EXPECT_EQ(quoted_length("\"a\\\\\" "), 5U);
  EXPECT_FALSE(quoted_length("\"a"));
  EXPECT_FALSE(quoted_length("\"a\\"));
  EXPECT_FALSE(quoted_length("\"a\\\""));
}

TEST(Grammar, commas_in_quotes_and_brackets_separate_nothing) {
  EXPECT_EQ(values("\"a, b\" <sip:x>, <sip:y,z>;q=1 ,c"), (List{"\"a, b\" <sip:x>", "<sip:y,z>;q=1", "c"}));
}

TEST(Grammar, empty_values_are_passed_over) {
  EXPECT_EQ(values(", ,a,, b ,"), (List{"a", "b"}));
  EXPECT_TRUE(values("").empty());
  EXPECT_TRUE(values(" , ").empty());
}

TEST(Grammar, a_value_with_a_quote_that_is_not_closed_goes_to_the_end) {
  EXPECT_EQ(values("a, \"b, c"), (List{"a", "\"b, c"}));
  EXPECT_EQ(values("<a, b"), (List{"<a, b"}));
}

TEST(Grammar, parameters_may_have_blanks_quotes_or_no_value) {
  ParamReader reader("; a = 1 ;b;c=\"x;y\"; d=");
  const auto a = reader.next();
  ASSERT_TRUE(a);
  EXPECT_EQ(a->name, "a");
  EXPECT_EQ(a->value, "1");
  EXPECT_EQ(a->whole, "; a = 1");
  const auto b = reader.next();
  ASSERT_TRUE(b);
  EXPECT_FALSE(b->has_value);
  EXPECT_EQ(b->whole, ";b");
  EXPECT_EQ(reader.next()->value, "\"x;y\"");
  const auto d = reader.next();
  ASSERT_TRUE(d);
  EXPECT_TRUE(d->has_value);
  EXPECT_TRUE(d->value.empty());
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(trim(reader.rest()).empty());
}

TEST(Grammar, where_parameters_end_too_early_the_rest_tells) {
  for (const ByteView text : {";;a=1", ";=1", "a=1", ";a=\"1"}) {
    ParamReader reader(text);
    while (reader.next()) {
    }
    EXPECT_FALSE(trim(reader.rest()).empty()) << text;
  }
}

TEST(Grammar, a_parameter_is_found_in_any_case) {
  EXPECT_EQ(find_param(";lr;Expires=60", "expires")->value, "60");
  EXPECT_FALSE(find_param(";xexpires=60", "expires"));
  EXPECT_FALSE(find_param("", "expires"));
}

TEST(Grammar, find_outside_passes_over_brackets_and_quotes) {
  EXPECT_EQ(find_outside("<a,b>,c", ','), 5U);
  EXPECT_EQ(find_outside("\"a,b", ','), ByteView::npos);
  EXPECT_EQ(find_outside("", ','), ByteView::npos);
}

}  // namespace
}  // namespace fapfon::sip
