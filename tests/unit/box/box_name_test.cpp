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

TEST(BoxName, is_told_from_a_link_that_was_copied) {
  const auto remedy = [](ByteView text) { return parse_box_name(text).error(); };
  EXPECT_EQ(remedy("http://fritz.box"),
            "BOX_ADDRESS 'http://fritz.box' is a link; write only the name or the address: fritz.box");
  for (const char* link : {"https://192.168.178.1/", "192.168.178.1/24", "192.168.178.1/",
                           "http://192.168.178.1/#homenet", "sip:620@192.168.178.1;transport=tcp"}) {
    EXPECT_NE(remedy(link).find(": 192.168.178.1"), std::string::npos) << remedy(link);
  }
  EXPECT_NE(remedy("http://").find("like fritz.box"), std::string::npos) << remedy("http://");
}

std::vector<IpAddress> ips(std::initializer_list<const char*> texts) {
  std::vector<IpAddress> all;
  for (const char* text : texts) all.push_back(IpAddress::parse(text).value());
  return all;
}

TEST(Mistrust, is_for_a_fritz_box_on_the_internet) {
  EXPECT_EQ(
      mistrust("fritz.box", ips({"203.0.113.7"})),
      "the name leads to 203.0.113.7, which is not in a home network: some other name server has answered, "
      "not the FRITZ!Box; use the FRITZ!Box's address instead, like 192.168.178.1");
  EXPECT_TRUE(mistrust("FRITZ.box", ips({"2001:db8::7"})));
  EXPECT_TRUE(mistrust("cellar.fritz.box", ips({"203.0.113.7"})));
}

TEST(Mistrust, is_not_for_a_box_at_home) {
  EXPECT_FALSE(mistrust("fritz.box", ips({"192.168.178.1"})));
  EXPECT_FALSE(mistrust("fritz.box", ips({"fd00::1", "2001:db8::1"})));
  EXPECT_FALSE(mistrust("fritz.box", {}));
}

TEST(Mistrust, is_not_for_other_names) {
  EXPECT_FALSE(mistrust("box.example.org", ips({"203.0.113.7"})));
  EXPECT_FALSE(mistrust("box", ips({"203.0.113.7"})));
}

}  // namespace
}  // namespace fapfon::box
