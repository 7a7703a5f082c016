// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/host_port.hpp"

#include <gtest/gtest.h>

namespace fapfon::sip {
namespace {

TEST(HostPort, an_address_with_a_port_is_both) {
  const auto parsed = parse_host_port("192.0.2.1:5062");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->host, "192.0.2.1");
  EXPECT_EQ(parsed->ip, IpAddress::v4(192, 0, 2, 1));
  EXPECT_EQ(parsed->port, 5062);
}

TEST(HostPort, without_a_port_the_fallback_counts) {
  const auto parsed = parse_host_port("fritz.box");
  ASSERT_TRUE(parsed);
  EXPECT_FALSE(parsed->ip);
  EXPECT_FALSE(parsed->port);
  EXPECT_EQ(parsed->port_or(5060), 5060);
}

TEST(HostPort, blanks_may_stand_around_the_colon) {
  const auto parsed = parse_host_port(" 192.0.2.1 : 5062 ");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->port, 5062);
  EXPECT_EQ(parsed->whole, "192.0.2.1 : 5062");
}

TEST(HostPort, an_ipv6_reference_keeps_its_brackets) {
  const auto parsed = parse_host_port("[2001:db8::1]:5062");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->host, "[2001:db8::1]");
  EXPECT_EQ(parsed->ip, IpAddress::parse("2001:db8::1"));
  EXPECT_EQ(parsed->port, 5062);
}

TEST(HostPort, a_bare_ipv6_address_is_a_host_without_a_port) {
  const auto parsed = parse_host_port("2001:db8::1");
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->ip);
  EXPECT_FALSE(parsed->port);
}

TEST(HostPort, the_port_is_at_most_65535) {
  EXPECT_EQ(parse_host_port("a:65535")->port, 65535);
  EXPECT_FALSE(parse_host_port("a:65536"));
  EXPECT_FALSE(parse_host_port("a:99999999999999999999"));
}

TEST(HostPort, what_has_no_host_or_a_bad_port_is_none) {
  for (const ByteView text :
       {"", " ", ":5060", "a:", "a:x", "a:-1", "[2001:db8::1", "[::1]5060", "a b", "a@b", "<a>"})
    EXPECT_FALSE(parse_host_port(text)) << text;
}

}  // namespace
}  // namespace fapfon::sip
