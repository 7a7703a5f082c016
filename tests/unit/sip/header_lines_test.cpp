// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/header_lines.hpp"

#include <gtest/gtest.h>

namespace fapfon::sip {
namespace {

TEST(HeaderLines, the_end_is_behind_the_first_empty_line) {
  EXPECT_EQ(find_header_end("a\r\n\r\nb"), 5U);
  EXPECT_EQ(find_header_end("a\n\nb"), 3U);
  EXPECT_EQ(find_header_end("a\r\n\nb"), 4U);
  EXPECT_FALSE(find_header_end("a\r\nb\r\n"));
  EXPECT_FALSE(find_header_end("a\r\n\r"));
}

TEST(HeaderLines, the_end_is_found_wherever_the_search_stopped_before) {
  const ByteView text = "ab: c\r\nd: e\r\n\r\n";
  for (std::size_t searched = 0; searched < text.size(); ++searched) {
    if (find_header_end(text.substr(0, searched))) continue;
    EXPECT_EQ(find_header_end(text, searched), text.size()) << searched;
  }
}

TEST(HeaderLines, a_folded_header_is_one_header) {
  HeaderReader reader("A: 1\r\n 2\r\n\t3\r\nB: 4\r\n\r\n");
  EXPECT_EQ(reader.next()->value, "1\r\n 2\r\n\t3");
  EXPECT_EQ(reader.next()->value, "4");
  EXPECT_FALSE(reader.next());
}

TEST(HeaderLines, blanks_around_the_colon_and_an_empty_value_are_fine) {
  HeaderReader reader("Via \t: x\r\nSubject:\r\nm:*\r\n");
  const auto via = reader.next();
  EXPECT_EQ(via->name, HeaderName::via);
  EXPECT_EQ(via->value, "x");
  EXPECT_TRUE(reader.next()->value.empty());
  const auto contact = reader.next();
  EXPECT_EQ(contact->name, HeaderName::contact);
  EXPECT_EQ(contact->value, "*");
}

TEST(HeaderLines, a_line_without_a_colon_has_no_name) {
  HeaderReader reader("nonsense\r\nVia: x\r\n\r\n");
  EXPECT_TRUE(reader.next()->name_text.empty());
  EXPECT_EQ(reader.next()->name, HeaderName::via);
}

TEST(HeaderLines, the_last_line_needs_no_line_end) {
  HeaderReader reader("Via: x");
  EXPECT_EQ(reader.next()->value, "x");
  EXPECT_FALSE(reader.next());
}

TEST(HeaderName, every_row_is_known_by_both_of_its_names_in_any_case) {
  for (const HeaderNameRow& row : kHeaderNames) {
    EXPECT_EQ(header_name(row.text), row.name) << row.text;
    std::string upper(row.text);
    for (char& c : upper) c = static_cast<char>(std::toupper(c));
    EXPECT_EQ(header_name(upper), row.name) << upper;
    if (row.compact == 0) continue;
    EXPECT_EQ(header_name(std::string(1, row.compact)), row.name) << row.compact;
    EXPECT_EQ(header_name(std::string(1, static_cast<char>(std::toupper(row.compact)))), row.name);
  }
  for (const ByteView other :
       {"", "z", "Vi", "Viaa", "Content", "Subject", "s", "k", "o", "u", "a", "d", "j", "y", "n"})
    EXPECT_EQ(header_name(other), HeaderName::other) << other;
}

}  // namespace
}  // namespace fapfon::sip
