// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/setting.hpp"

#include <gtest/gtest.h>

#include "options/options.hpp"

namespace fapfon::options {
namespace {

TEST(Setting, of_a_list_has_several_values_and_another_one_has_one) {
  EXPECT_EQ(values_of(option("vpn"), "10.8.0.0/24, 10.9.0.0/24"),
            (std::vector<std::string>{"10.8.0.0/24", "10.9.0.0/24"}));
  EXPECT_EQ(values_of(option("logfile"), "/tmp/a b"), std::vector<std::string>{"/tmp/a b"});
}

TEST(Settings, read_the_port_of_both_before_the_port_of_one) {
  Options options;
  std::vector<std::string> mistakes;
  apply_settings({{{&option("tcp-port"), "5061", "a"}, {&option("port"), "5070", "b"}}, {}}, options,
                 mistakes);
  EXPECT_EQ(options.tcp_port, 5061);
  EXPECT_EQ(options.udp_port, 5070);
  EXPECT_TRUE(mistakes.empty());
}

TEST(Settings, of_a_later_source_replace_a_list) {
  Options options;
  std::vector<std::string> mistakes;
  apply_settings({{{&option("vpn"), "10.8.0.0/24", ""}, {&option("vpn"), "10.9.0.0/24", ""}}, {}}, options,
                 mistakes);
  EXPECT_EQ(options.vpn.size(), 2U);
  apply_settings({{{&option("vpn"), "10.7.0.0/24", ""}}, {}}, options, mistakes);
  EXPECT_EQ(options.vpn.size(), 1U);
}

TEST(Settings, that_cannot_be_read_change_nothing_and_name_their_place) {
  Options options;
  std::vector<std::string> mistakes;
  apply_settings({{{&option("port"), "many", "FILE:3: OPTIONS: --port"}}, {"FILE:1: odd"}}, options,
                 mistakes);
  EXPECT_EQ(options.udp_port, 5060);
  ASSERT_EQ(mistakes.size(), 2U);
  EXPECT_EQ(mistakes[0], "FILE:1: odd");
  EXPECT_EQ(mistakes[1].rfind("FILE:3: OPTIONS: --port: 'many' ", 0), 0U) << mistakes[1];
}

}  // namespace
}  // namespace fapfon::options
