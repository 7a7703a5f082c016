// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/vpn_range.hpp"

#include <gtest/gtest.h>

namespace fapfon::box {
namespace {

Prefix range(ByteView text) {
  return Prefix::parse(text).value();
}

net::Interface link(std::string name, std::vector<Prefix> addresses) {
  return {std::move(name), true, true, 1420, std::move(addresses)};
}

const net::Interfaces kHome = {link("eth0", {range("192.168.178.20/24")}),
                               link("wg0", {range("10.208.13.1/24"), range("fd00:208::1/64")}),
                               link("tun0", {range("10.8.0.1/32")}), link("wg1", {range("10.9.0.129/25")}),
                               link("tailscale0", {range("100.101.102.1/32")})};

std::string meant(ByteView text, const net::Interfaces& interfaces = kHome) {
  const auto network = probably_meant(range(text), interfaces);
  return network ? network->to_string() : "";
}

TEST(ProbablyMeant, is_the_network_of_an_address_that_ends_in_zero) {
  EXPECT_EQ(meant("10.208.13.0"), "10.208.13.0/24");
  EXPECT_EQ(meant("10.208.13.0", {}), "10.208.13.0/24");
  EXPECT_EQ(meant("10.208.0.0", {}), "10.208.0.0/16");
  EXPECT_EQ(meant("10.0.0.0", {}), "10.0.0.0/8");
  EXPECT_EQ(meant("10.208.13.0/32", {}), "10.208.13.0/24");
  EXPECT_EQ(meant("fd00:1::", {}), "fd00:1::/64");
}

TEST(ProbablyMeant, is_the_network_that_an_interface_has) {
  EXPECT_EQ(meant("10.9.0.128"), "10.9.0.128/25");
  EXPECT_EQ(meant("fd00:208::"), "fd00:208::/64");
}

TEST(ProbablyMeant, is_the_network_in_which_the_address_is_our_own) {
  EXPECT_EQ(meant("10.208.13.1"), "10.208.13.0/24");
  EXPECT_EQ(meant("10.208.13.1/32"), "10.208.13.0/24");
  EXPECT_EQ(meant("10.8.0.1"), "10.8.0.0/24");
  EXPECT_EQ(meant("100.101.102.1"), "100.64.0.0/10");
  EXPECT_EQ(meant("fd00:208::1"), "fd00:208::/64");
}

TEST(ProbablyMeant, is_nothing_else_where_a_phone_can_have_the_address_or_a_range_was_written) {
  for (const char* text : {"10.208.13.7", "10.208.13.7/32", "10.9.0.200", "fd00:208::7", "10.208.13.0/24",
                           "10.208.13.1/24", "10.0.0.0/8", "0.0.0.0/0", "fd00:208::/64"}) {
    EXPECT_EQ(meant(text), "") << text;
  }
}

TEST(InterfaceName, is_no_attempt_at_an_address) {
  for (const char* name : {"wg0", "tun0", "br-5f0c5b1f9a6e", "zt3jnwixyz", "eth0.5", "wg_home"}) {
    EXPECT_TRUE(is_interface_name(name)) << name;
  }
  for (const char* text :
       {"", "10.8.0.0", "10.8.0.0/33", "fd00::1/129", "a_name_of_16_byt", "wg0/24", "-wg0", "wg 0"}) {
    EXPECT_FALSE(is_interface_name(text)) << text;
  }
}

TEST(RangesOfInterface, are_its_networks_of_both_families) {
  EXPECT_EQ(ranges_of_interface(kHome, "wg0"),
            (std::vector<Prefix>{range("10.208.13.0/24"), range("fd00:208::/64")}));
  EXPECT_EQ(ranges_of_interface(kHome, "tailscale0"), std::vector<Prefix>{range("100.64.0.0/10")});
  EXPECT_TRUE(ranges_of_interface(kHome, "wg7").empty());
}

TEST(RangeOfEverybody, has_most_of_the_internet_in_it) {
  for (const char* text : {"0.0.0.0/0", "::/0", "128.0.0.0/1", "2000::/3"}) {
    EXPECT_TRUE(is_of_everybody(range(text))) << text;
  }
  for (const char* text : {"10.0.0.0/8", "fc00::/7", "192.168.0.0/16", "203.0.113.0/24", "2001:db8::/32"}) {
    EXPECT_FALSE(is_of_everybody(range(text))) << text;
  }
}

}  // namespace
}  // namespace fapfon::box
