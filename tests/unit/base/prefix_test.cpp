// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/prefix.hpp"

#include <gtest/gtest.h>

namespace fapfon {
namespace {

bool contains(ByteView prefix, ByteView ip) {
  return Prefix::parse(prefix).value().contains(IpAddress::parse(ip).value());
}

TEST(Prefix, both_ends_of_a_range_are_in_it_and_their_neighbours_are_not) {
  EXPECT_TRUE(contains("172.16.0.0/12", "172.16.0.0"));
  EXPECT_TRUE(contains("172.16.0.0/12", "172.31.255.255"));
  EXPECT_FALSE(contains("172.16.0.0/12", "172.15.255.255"));
  EXPECT_FALSE(contains("172.16.0.0/12", "172.32.0.0"));
  EXPECT_TRUE(contains("fc00::/7", "fdff::1"));
  EXPECT_FALSE(contains("fc00::/7", "fe00::1"));
}

TEST(Prefix, length_zero_is_all_of_one_family) {
  EXPECT_TRUE(contains("0.0.0.0/0", "255.255.255.255"));
  EXPECT_FALSE(contains("0.0.0.0/0", "::1"));
}

TEST(Prefix, an_address_alone_is_a_range_of_one) {
  EXPECT_TRUE(contains("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(contains("192.0.2.1", "192.0.2.0"));
  EXPECT_TRUE(contains("2001:db8::1/128", "2001:db8::1"));
  EXPECT_FALSE(contains("2001:db8::1/128", "2001:db8::"));
}

TEST(Prefix, the_bits_behind_the_length_do_not_matter) {
  EXPECT_TRUE(contains("192.168.178.20/24", "192.168.178.99"));
}

TEST(Prefix, a_length_that_does_not_fit_the_family_is_no_prefix) {
  for (const ByteView text : {"192.0.2.0/33", "2001:db8::/129", "192.0.2.0/", "192.0.2.0/-1", "192.0.2.0/a",
                              "/8", "", "192.0.2.0/4294967296"})
    EXPECT_FALSE(Prefix::parse(text)) << text;
  EXPECT_TRUE(Prefix::parse("192.0.2.0/32"));
  EXPECT_TRUE(Prefix::parse("2001:db8::/128"));
}

TEST(Prefix, is_printed_as_it_is_written) {
  EXPECT_EQ(Prefix::parse("172.20.0.0/16")->to_string(), "172.20.0.0/16");
}

TEST(Prefix, ends_with_its_highest_address) {
  EXPECT_EQ(Prefix::parse("172.20.11.77/22")->last().to_string(), "172.20.11.255");
  EXPECT_EQ(Prefix::parse("fd00::1/63")->last().to_string(), "fd00::1:ffff:ffff:ffff:ffff");
  EXPECT_EQ(Prefix::parse("192.0.2.1")->last().to_string(), "192.0.2.1");
}

TEST(Prefix, overlaps_when_one_contains_the_other) {
  const auto range = [](ByteView text) { return Prefix::parse(text).value(); };
  EXPECT_TRUE(overlaps(range("10.0.0.0/8"), range("10.8.0.0/24")));
  EXPECT_TRUE(overlaps(range("10.8.0.0/24"), range("10.0.0.0/8")));
  EXPECT_FALSE(overlaps(range("10.8.0.0/24"), range("10.9.0.0/24")));
  EXPECT_FALSE(overlaps(range("0.0.0.0/0"), range("::/0")));
}

struct Masked {
  const char* range;
  const char* masked;
};

class Network : public testing::TestWithParam<Masked> {};

TEST_P(Network, has_no_bits_behind_its_length) {
  EXPECT_EQ(Prefix::parse(GetParam().range)->network().to_string(), GetParam().masked);
}

INSTANTIATE_TEST_SUITE_P(All, Network,
                         testing::Values(Masked{"172.20.11.6/24", "172.20.11.0/24"},
                                         Masked{"172.20.11.255/25", "172.20.11.128/25"},
                                         Masked{"172.20.11.6", "172.20.11.6/32"},
                                         Masked{"1.2.3.4/0", "0.0.0.0/0"},
                                         Masked{"2001:db8:ffff::1/33", "2001:db8:8000::/33"},
                                         Masked{"2001:db8::1/128", "2001:db8::1/128"}));

TEST(AllowedSources, private_and_link_local_ranges_and_no_others_are_served_by_default) {
  for (const ByteView text : {"10.0.0.1", "172.31.0.1", "192.168.178.1", "100.64.0.1", "100.127.255.255",
                              "169.254.1.1", "fd00::1", "fe80::1", "127.0.0.1", "::1"})
    EXPECT_TRUE(is_allowed(IpAddress::parse(text).value(), private_ranges())) << text;
  for (const ByteView text :
       {"192.0.2.1", "100.128.0.0", "100.63.255.255", "172.32.0.1", "2001:db8::1", "8.8.8.8"})
    EXPECT_FALSE(is_allowed(IpAddress::parse(text).value(), private_ranges())) << text;
}

TEST(AllowedSources, loopback_is_served_whatever_the_ranges_are) {
  EXPECT_TRUE(is_allowed(IpAddress::v4(127, 0, 0, 1), {}));
  EXPECT_FALSE(is_allowed(IpAddress::v4(192, 168, 178, 20), {Prefix::parse("172.20.0.0/16").value()}));
}

}  // namespace
}  // namespace fapfon
