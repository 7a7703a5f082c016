// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup/settings_edit.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace fapfon::setup {
namespace {

const WantedSettings kWanted{"192.0.2.1", "198.51.100.0/24", false};

std::string shipped_file() {
  std::ifstream file{FAPFON_TEST_DATA "/../packaging/default/fapfon-proxy"};
  return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

std::string edited(ByteView text) {
  return edit_settings(text, kWanted).text;
}

TEST(SettingsEdit, fills_in_the_shipped_file_and_leaves_the_rest_of_it) {
  const std::string before = shipped_file();
  ASSERT_NE(before.find("\nBOX=\"\"\n"), std::string::npos);
  std::string expected = before;
  expected.replace(expected.find("\nBOX=\"\"\n"), 8, "\nBOX=\"192.0.2.1\"\n");
  expected.replace(expected.find("\nVPN=\"\"\n"), 8, "\nVPN=\"198.51.100.0/24\"\n");
  const EditedSettings result = edit_settings(before, kWanted);
  EXPECT_EQ(result.text, expected);
  const std::vector<LineChange> changes{{"BOX=\"\"", "BOX=\"192.0.2.1\""},
                                        {"VPN=\"\"", "VPN=\"198.51.100.0/24\""}};
  EXPECT_EQ(result.changes, changes);
}

TEST(SettingsEdit, changes_nothing_the_second_time) {
  for (const std::string& text : {shipped_file(), std::string{}, std::string{"BOX=x\r\nVPN=\r\n"}}) {
    const std::string once = edited(text);
    const EditedSettings twice = edit_settings(once, kWanted);
    EXPECT_EQ(twice.text, once);
    EXPECT_TRUE(twice.changes.empty());
  }
}

TEST(SettingsEdit, adds_lines_to_a_file_without_them) {
  EXPECT_EQ(edited(""), "BOX=\"192.0.2.1\"\nVPN=\"198.51.100.0/24\"\n");
  EXPECT_EQ(edited("LOGFILE=-\n"), "LOGFILE=-\nBOX=\"192.0.2.1\"\nVPN=\"198.51.100.0/24\"\n");
}

TEST(SettingsEdit, adds_behind_a_last_line_without_newline) {
  EXPECT_EQ(edited("LOGFILE=-"), "LOGFILE=-\nBOX=\"192.0.2.1\"\nVPN=\"198.51.100.0/24\"\n");
  EXPECT_EQ(edited("VPN=\nBOX="), "VPN=198.51.100.0/24\nBOX=192.0.2.1");
}

TEST(SettingsEdit, keeps_windows_line_endings) {
  EXPECT_EQ(edited("BOX=\"\"\r\nLOGFILE=-\r\n"),
            "BOX=\"192.0.2.1\"\r\nLOGFILE=-\r\nVPN=\"198.51.100.0/24\"\r\n");
}

TEST(SettingsEdit, keeps_quotes_export_indent_and_the_comment_behind_a_value) {
  EXPECT_EQ(edited("  export BOX='192.0.2.9'  # upstairs\nVPN=198.51.100.0/25\t# wg0\n"),
            "  export BOX='192.0.2.1'  # upstairs\nVPN=198.51.100.0/24\t# wg0\n");
}

TEST(SettingsEdit, puts_quotes_around_a_value_that_needs_them) {
  const EditedSettings result =
      edit_settings("BOX=192.0.2.1\nVPN=\n", {"", "10.6.0.0/24 10.8.0.0/24", false});
  EXPECT_EQ(result.text, "BOX=192.0.2.1\nVPN=\"10.6.0.0/24 10.8.0.0/24\"\n");
}

TEST(SettingsEdit, an_empty_wish_leaves_the_setting_alone) {
  EXPECT_EQ(edit_settings("BOX=a\nBOX=b\nVPN=\n", {}).text, "BOX=a\nBOX=b\nVPN=\n");
}

TEST(SettingsEdit, of_a_name_set_twice_the_last_counts_and_the_others_become_comments) {
  EXPECT_EQ(edited("BOX=192.0.2.1\n# mine\nVPN=198.51.100.0/24\nBOX=\"\"\n"),
            "#BOX=192.0.2.1\n# mine\nVPN=198.51.100.0/24\nBOX=\"192.0.2.1\"\n");
  EXPECT_EQ(edited("BOX=192.0.2.7\nFAPFON_BOX=192.0.2.8\nVPN=198.51.100.0/24\n"),
            "#BOX=192.0.2.7\nFAPFON_BOX=192.0.2.1\nVPN=198.51.100.0/24\n");
  EXPECT_EQ(edited("BOX=192.0.2.9\nBOX=192.0.2.1\nVPN=198.51.100.0/24\n"),
            "#BOX=192.0.2.9\nBOX=192.0.2.1\nVPN=198.51.100.0/24\n");
}

TEST(SettingsEdit, a_name_in_a_comment_or_in_another_name_is_not_a_setting) {
  EXPECT_EQ(edited("#BOX=a\n# VPN=b\nMYBOX=c\nBOXES=d\n"),
            "#BOX=a\n# VPN=b\nMYBOX=c\nBOXES=d\nBOX=\"192.0.2.1\"\nVPN=\"198.51.100.0/24\"\n");
}

TEST(SettingsEdit, corrects_what_no_shell_would_read) {
  EXPECT_EQ(edited("BOX = 192.0.2.1\nVPN=„198.51.100.0/24“\n"), "BOX=192.0.2.1\nVPN=198.51.100.0/24\n");
  EXPECT_EQ(edited("BOX=\"192.0.2.1\nVPN=198.51.100.0/24 192.0.2.0/24\n"),
            "BOX=\"192.0.2.1\"\nVPN=198.51.100.0/24\n");
}

TEST(SettingsEdit, a_value_that_means_the_same_is_not_touched) {
  constexpr ByteView kText = "BOX=192.0.2.1:5060 # \"home\"\nVPN='203.0.113.0/24, 198.51.100.0/24'\n";
  const EditedSettings result = edit_settings(kText, {"192.0.2.1", "198.51.100.0/24 203.0.113.0/24", false});
  EXPECT_EQ(result.text, kText);
  EXPECT_TRUE(result.changes.empty());
}

TEST(SettingsEdit, a_value_in_other_words_stays_and_is_there_once) {
  EXPECT_EQ(edit_settings("VPN=198.51.100.0/24\nVPN=wg0\n", {"", "198.51.100.0/24", true}).text,
            "#VPN=198.51.100.0/24\nVPN=wg0\n");
}

TEST(SettingsEdit, ranges_given_in_options_are_not_given_again) {
  constexpr ByteView kText = "BOX=192.0.2.1\nOPTIONS=\"--verbose=2 --vpn=198.51.100.0/24\"\n";
  EXPECT_EQ(edited(kText), kText);
}

TEST(SettingsEdit, options_logfile_and_unknown_settings_stay) {
  EXPECT_EQ(
      edited("OPTIONS=\"--verbose=2\"\nLOGFILE=/x\nBOX=\nTZ=UTC\nVPN=\nSIP_REDIRECT_PORT=\"--port=6060\"\n"),
      "OPTIONS=\"--verbose=2\"\nLOGFILE=/x\nBOX=192.0.2.1\nTZ=UTC\nVPN=198.51.100.0/24\n"
      "SIP_REDIRECT_PORT=\"--port=6060\"\n");
}

TEST(EffectiveSettings, tell_box_and_ranges_and_mistakes) {
  const EffectiveSettings read = effective_settings("BOX=fritz.box:5060\nVPN=10.6.0.0/24\nBXO=1\n", "conf");
  EXPECT_EQ(read.box, "fritz.box");
  ASSERT_EQ(read.vpn.size(), 1U);
  EXPECT_EQ(read.vpn.front().to_string(), "10.6.0.0/24");
  ASSERT_EQ(read.mistakes.size(), 1U);
  EXPECT_EQ(read.mistakes.front().rfind("conf:3: ", 0), 0U);
  EXPECT_EQ(effective_settings("BOX=auto\n", "").box, "auto");
  EXPECT_EQ(effective_settings("BOX=\n", "").box, "");
}

}  // namespace
}  // namespace fapfon::setup
