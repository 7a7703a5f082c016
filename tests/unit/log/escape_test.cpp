// SPDX-License-Identifier: GPL-2.0-or-later
#include "log/escape.hpp"

#include <gtest/gtest.h>

namespace fapfon::log {
namespace {

std::string all(ByteView text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

TEST(Escape, keeps_printable_text_and_utf8) {
  EXPECT_EQ(all("\"M\xc3\xbcller\" <sip:a@b>"), "\"M\xc3\xbcller\" <sip:a@b>");
  EXPECT_EQ(all("\xe2\x82\xac \xf0\x9f\x93\x9e"), "\xe2\x82\xac \xf0\x9f\x93\x9e");
}

TEST(Escape, spells_out_control_characters) {
  EXPECT_EQ(all(ByteView{"a\r\n\t\\\0\x1b\x7f", 8}), "a\\r\\n\\t\\\\\\x00\\x1b\\x7f");
}

TEST(Escape, spells_out_malformed_utf8_and_c1_controls) {
  EXPECT_EQ(all("\x9b"), "\\x9b");                    // CSI in one byte
  EXPECT_EQ(all("\xc2\x9b"), "\\xc2\\x9b");           // and in two
  EXPECT_EQ(all("\xc0\xaf"), "\\xc0\\xaf");           // overlong
  EXPECT_EQ(all("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // surrogate
  EXPECT_EQ(all("\xe2\x82"), "\\xe2\\x82");           // cut off
  EXPECT_EQ(all("\xff"), "\\xff");
}

TEST(Escape, cuts_off_what_is_too_long) {
  EXPECT_EQ(escaped("abcdef", 6), "abcdef");
  EXPECT_EQ(escaped("abcdefg", 6), "abcdef...");
}

}  // namespace
}  // namespace fapfon::log
