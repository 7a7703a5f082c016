// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/box_name.hpp"

#include <gtest/gtest.h>

namespace fapfon::box {
namespace {

struct Good {
  const char* text;
  const char* shown;
};

class GoodBoxName : public testing::TestWithParam<Good> {};

TEST_P(GoodBoxName, is_read) {
  const auto box = parse_box_name(GetParam().text);
  ASSERT_TRUE(box) << box.error();
  EXPECT_EQ(box->to_string(), GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(
    All, GoodBoxName,
    testing::Values(Good{"192.0.2.1", "192.0.2.1:5060"}, Good{"192.0.2.1:5061", "192.0.2.1:5061"},
                    Good{"2001:db8::1", "[2001:db8::1]:5060"}, Good{"[2001:db8::1]", "[2001:db8::1]:5060"},
                    Good{"[2001:db8::1]:65535", "[2001:db8::1]:65535"}, Good{"::1", "[::1]:5060"},
                    Good{"fritz.box", "fritz.box:5060"}, Good{"fritz.box:1", "fritz.box:1"},
                    Good{"box", "box:5060"}, Good{"7590.fritz.box", "7590.fritz.box:5060"}));

class WrongBoxName : public testing::TestWithParam<const char*> {};

TEST_P(WrongBoxName, is_named_with_a_remedy) {
  const auto box = parse_box_name(GetParam());
  ASSERT_FALSE(box) << box->to_string();
  EXPECT_EQ(box.error().rfind("BOX_ADDRESS '" + std::string{GetParam()} + "' ", 0), 0U) << box.error();
  EXPECT_NE(box.error().find("; "), std::string::npos) << box.error();
  EXPECT_EQ(box.error().find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(All, WrongBoxName,
                         testing::Values("", ":5060", "192.0.2.1:0", "192.0.2.1:65536",
                                         "192.0.2.1:", "192.0.2", "192.0.2.300", "192.0.2.1:sip",
                                         "[2001:db8::1", "[2001:db8::1]x", "[192.0.2.1]",
                                         "2001:db8::1::", "fe80::1%eth0", "fritz box", "-fritz.box",
                                         "fritz..box", "0.0.0.0", "::", "224.0.0.1", "sip:fritz.box"));

}  // namespace
}  // namespace fapfon::box
