// SPDX-License-Identifier: GPL-2.0-or-later
// Values at their borders. What the messages say is in setting_test.cpp and options_test.cpp.
#include "options/option_values.hpp"

#include <gtest/gtest.h>

#include "options/options.hpp"
#include "options/setting.hpp"

namespace fapfon::options {
namespace {

class OptionValue : public testing::Test {
 protected:
  /// True when the value was read; what could not be read must name the value and change nothing.
  bool reads(ReadOption reader, const std::string& value) {
    const ReadError error = reader({nullptr, value, "--here"}, options);
    EXPECT_TRUE(!error || error->rfind("--here: ", 0) == 0) << *error;
    return !error;
  }

  Options options;
};

TEST_F(OptionValue, a_port_is_a_number_from_0_to_65535) {
  EXPECT_TRUE(reads(read::udp_port, "0"));
  EXPECT_TRUE(reads(read::udp_port, "65535"));
  EXPECT_EQ(options.udp_port, 65535);
  for (const char* wrong : {"65536", "-1", "", "5060x", " 5060"})
    EXPECT_FALSE(reads(read::udp_port, wrong)) << wrong;
  EXPECT_EQ(options.udp_port, 65535);
  EXPECT_EQ(options.tcp_port, 5060);
}

TEST_F(OptionValue, one_port_for_both_transports) {
  EXPECT_TRUE(reads(read::port, "5070"));
  EXPECT_EQ(options.tcp_port, 5070);
  EXPECT_EQ(options.udp_port, 5070);
}

TEST_F(OptionValue, a_limit_is_at_least_1) {
  EXPECT_FALSE(reads(read::max_lines, "0"));
  EXPECT_TRUE(reads(read::max_lines, "1"));
  EXPECT_TRUE(reads(read::max_lines, "1000000"));
  EXPECT_FALSE(reads(read::max_lines, "1000001"));
  EXPECT_EQ(options.core.limits.max_lines, 1'000'000U);
}

TEST_F(OptionValue, each_limit_sets_its_own) {
  EXPECT_TRUE(reads(read::max_flows, "11"));
  EXPECT_TRUE(reads(read::max_flows_per_source, "12"));
  EXPECT_TRUE(reads(read::max_lines_per_source, "13"));
  EXPECT_TRUE(reads(read::max_pending_per_line, "14"));
  EXPECT_EQ(options.core.limits.max_flows, 11U);
  EXPECT_EQ(options.core.limits.max_flows_per_source, 12U);
  EXPECT_EQ(options.core.limits.max_lines_per_source, 13U);
  EXPECT_EQ(options.core.limits.max_pending_per_line, 14U);
}

TEST_F(OptionValue, an_expiry_is_a_minute_to_a_day) {
  for (const char* wrong : {"59", "86401", "5m"}) EXPECT_FALSE(reads(read::max_expires, wrong)) << wrong;
  EXPECT_TRUE(reads(read::max_expires, "60"));
  EXPECT_TRUE(reads(read::max_expires, "86400"));
  EXPECT_EQ(options.core.max_expires, std::chrono::hours(24));
}

TEST_F(OptionValue, a_level_is_0_to_3) {
  EXPECT_TRUE(reads(read::verbose, "0"));
  EXPECT_TRUE(reads(read::verbose, "3"));
  EXPECT_EQ(options.level, log::Level::verbose);
  EXPECT_FALSE(reads(read::verbose, "4"));
  EXPECT_FALSE(reads(read::verbose, "-1"));
}

TEST_F(OptionValue, words_have_one_spelling_each) {
  EXPECT_TRUE(reads(read::media, "relay"));
  EXPECT_EQ(options.media, box::MediaOption::relay);
  EXPECT_TRUE(reads(read::media, "direct"));
  EXPECT_TRUE(reads(read::media, "auto"));
  EXPECT_EQ(options.media, box::MediaOption::automatic);
  EXPECT_FALSE(reads(read::media, "Relay"));
  for (const char* report : {"via", "source", "mirror", "box"})
    EXPECT_TRUE(reads(read::nat_report, report)) << report;
  EXPECT_EQ(options.core.nat_report, rewrite::NatReport::box);
  EXPECT_FALSE(reads(read::nat_report, ""));
}

TEST_F(OptionValue, auto_has_the_box_looked_for_whatever_was_said_before) {
  EXPECT_TRUE(reads(read::box, "172.30.10.1:5061"));
  ASSERT_TRUE(options.box);
  EXPECT_EQ(options.box->port, 5061);
  EXPECT_TRUE(reads(read::box, "auto"));
  EXPECT_FALSE(options.box);
  EXPECT_TRUE(options.box_is_set);
}

TEST_F(OptionValue, a_path_is_not_empty) {
  EXPECT_FALSE(reads(read::logfile, ""));
  EXPECT_TRUE(reads(read::state, "/var/lib/x"));
  EXPECT_EQ(options.state_dir, "/var/lib/x");
}

TEST_F(OptionValue, dumps_of_both_sides_add_up_and_are_cleared_together) {
  EXPECT_TRUE(reads(read::dump, "fon"));
  EXPECT_TRUE(options.dump_phone && !options.dump_box);
  EXPECT_TRUE(reads(read::dump, "BOX"));
  EXPECT_TRUE(options.dump_phone && options.dump_box);
  EXPECT_FALSE(reads(read::dump, "all"));
  clear::dump(options);
  EXPECT_FALSE(options.dump_phone || options.dump_box);
}

TEST_F(OptionValue, ranges_add_up_until_they_are_cleared) {
  clear::allow(options);
  EXPECT_TRUE(options.allow.empty());
  EXPECT_TRUE(reads(read::allow, "10.8.0.0/24"));
  EXPECT_TRUE(reads(read::allow, "fd00::/64"));
  EXPECT_FALSE(reads(read::allow, "10.8.0.0/33"));
  EXPECT_EQ(options.allow.size(), 2U);
  EXPECT_TRUE(reads(read::vpn, "10.8.0.0/24"));
  clear::vpn(options);
  EXPECT_TRUE(options.vpn.empty());
}

}  // namespace
}  // namespace fapfon::options
