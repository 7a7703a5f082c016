// SPDX-License-Identifier: GPL-2.0-or-later
#include "nat/interception.hpp"

#include <gtest/gtest.h>

#include "unit/nat/nat_support.hpp"

namespace fapfon::nat {
namespace {

TEST(FamilyParts, leave_out_host_bits_and_ranges_inside_of_others) {
  Interception interception = seed();
  interception.vpn = ranges({"10.8.0.0/24", "10.8.1.7/24", "10.0.0.9/8", "10.9.0.0/16", "10.0.0.0/8"});
  EXPECT_EQ(texts(family_parts(interception).at(0).vpn), (std::vector<std::string>{"10.0.0.0/8"}));
}

TEST(FamilyParts, keep_the_order_of_what_they_keep) {
  Interception interception = seed();
  interception.vpn = ranges({"172.20.12.0/24", "172.20.11.0/24", "172.20.12.128/25"});
  EXPECT_EQ(texts(family_parts(interception).at(0).vpn),
            (std::vector<std::string>{"172.20.12.0/24", "172.20.11.0/24"}));
}

TEST(FamilyParts, name_a_Box_once) {
  Interception interception = seed();
  interception.boxes.push_back(interception.boxes.front());
  EXPECT_EQ(family_parts(interception).at(0).boxes.size(), 1U);
}

TEST(FamilyParts, leave_out_a_family_without_a_Box_a_range_or_a_target) {
  Interception interception = seed();
  interception.vpn = ranges({"172.20.11.0/24", "fd00::/8"});
  EXPECT_EQ(family_parts(interception).size(), 1U) << "IPv6 has no Box";
  interception.boxes.push_back(address("[fd00::1]:5060"));
  EXPECT_EQ(family_parts(interception).size(), 1U) << "IPv6 has no target";
  interception.local_ip6 = address("[fd00::2]:1").ip;
  EXPECT_EQ(family_parts(interception).size(), 2U);
  interception.vpn = ranges({"fd00::/8"});
  EXPECT_EQ(family_parts(interception).size(), 1U) << "IPv4 has no range";
}

TEST(FamilyParts, need_no_target_when_the_Box_is_here) {
  Interception interception = seed();
  interception.box_is_here = true;
  interception.local_ip4 = {};
  EXPECT_EQ(family_parts(interception).size(), 1U);
}

TEST(Seed, lacks_nothing) {
  EXPECT_EQ(what_is_missing(seed()), std::nullopt);
}

struct Lack {
  const char* what;
  void (*take_away)(Interception&);
  const char* said;
};

class WhatIsMissing : public testing::TestWithParam<Lack> {};

TEST_P(WhatIsMissing, is_said_in_one_line_with_a_remedy) {
  Interception interception = seed();
  GetParam().take_away(interception);
  const auto missing = what_is_missing(interception);
  ASSERT_TRUE(missing);
  EXPECT_NE(missing->find(GetParam().said), std::string::npos) << *missing;
  EXPECT_EQ(missing->find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(All, WhatIsMissing,
                         testing::Values(Lack{"box", [](Interception& i) { i.boxes.clear(); }, "set BOX in"},
                                         Lack{"port", [](Interception& i) { i.udp_port = 0; }, "--port"},
                                         Lack{"range", [](Interception& i) { i.vpn = ranges({"fd00::/8"}); },
                                              "no VPN range is IPv4"},
                                         Lack{"target", [](Interception& i) { i.local_ip4 = {}; },
                                              "ip route get 172.30.10.1"}),
                         [](const auto& lack) { return std::string{lack.param.what}; });

}  // namespace
}  // namespace fapfon::nat
