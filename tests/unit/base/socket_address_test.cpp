// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/socket_address.hpp"

#include <set>

#include <gtest/gtest.h>

namespace fapfon {
namespace {

IpAddress ip(ByteView text) {
  const auto parsed = IpAddress::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(IpAddress{});
}

TEST(IpAddress, text_that_is_an_address_is_read_and_printed_again) {
  for (const ByteView text : {"192.0.2.1", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::", "::1"})
    EXPECT_EQ(ip(text).to_string(), text);
}

TEST(IpAddress, an_ipv6_reference_may_have_brackets_and_an_ipv4_address_may_not) {
  EXPECT_EQ(ip("[2001:db8::1]"), ip("2001:db8::1"));
  EXPECT_FALSE(IpAddress::parse("[192.0.2.1]"));
}

TEST(IpAddress, anything_else_is_no_address) {
  for (const ByteView text :
       {"", "[]", "[", "192.0.2", "192.0.2.256", "192.0.2.1 ", " 192.0.2.1", "192.0.2.01x", "2001:db8::1::2",
        "[2001:db8::1", "fe80::1%eth0", "fritz.box", ":", "1"})
    EXPECT_FALSE(IpAddress::parse(text)) << text;
}

TEST(IpAddress, a_very_long_text_is_no_address) {
  EXPECT_FALSE(IpAddress::parse(std::string(100'000, ':')));
  EXPECT_FALSE(IpAddress::parse("0000:0000:0000:0000:0000:0000:255.255.255.2550"));
}

TEST(IpAddress, a_text_with_a_nul_in_it_is_no_address) {
  EXPECT_FALSE(IpAddress::parse(ByteView("192.0.2.1\0x", 11)));
}

TEST(IpAddress, a_mapped_address_is_the_ipv4_address) {
  EXPECT_EQ(ip("::ffff:192.0.2.1"), ip("192.0.2.1"));
  EXPECT_TRUE(ip("::ffff:192.0.2.1").is_v4());
}

TEST(IpAddress, different_spellings_of_one_address_are_equal) {
  EXPECT_EQ(ip("2001:DB8:0:0:0:0:0:1"), ip("2001:db8::1"));
}

TEST(IpAddress, an_ipv4_address_never_equals_an_ipv6_address) {
  EXPECT_NE(ip("0.0.0.0"), ip("::"));
  EXPECT_NE(IpAddress{}, ip("0.0.0.0"));
}

TEST(IpAddress, unspecified_multicast_and_loopback_are_known) {
  EXPECT_TRUE(ip("0.0.0.0").is_unspecified());
  EXPECT_TRUE(ip("::").is_unspecified());
  EXPECT_FALSE(IpAddress{}.is_unspecified());
  EXPECT_TRUE(ip("224.0.0.0").is_multicast());
  EXPECT_TRUE(ip("239.255.255.255").is_multicast());
  EXPECT_FALSE(ip("223.255.255.255").is_multicast());
  EXPECT_FALSE(ip("240.0.0.0").is_multicast());
  EXPECT_TRUE(ip("ff02::1").is_multicast());
  EXPECT_TRUE(ip("127.255.0.1").is_loopback());
  EXPECT_FALSE(ip("128.0.0.1").is_loopback());
  EXPECT_TRUE(ip("::1").is_loopback());
  EXPECT_FALSE(ip("::2").is_loopback());
}

TEST(IpAddress, no_address_prints_as_a_dash) {
  EXPECT_EQ(IpAddress{}.to_string(), "-");
}

TEST(SocketAddress, text_with_a_port_is_read_and_printed_again) {
  for (const ByteView text : {"192.0.2.1:5060", "[2001:db8::1]:5060", "0.0.0.0:0", "[::]:65535"}) {
    const auto address = SocketAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->to_string(), text);
  }
}

TEST(SocketAddress, the_port_is_required_and_at_most_65535) {
  for (const ByteView text : {"192.0.2.1", "192.0.2.1:", "192.0.2.1:65536", "192.0.2.1:-1", "192.0.2.1: 1",
                              "2001:db8::1:5060", "[2001:db8::1]", ":5060", "", "fritz.box:5060"})
    EXPECT_FALSE(SocketAddress::parse(text)) << text;
}

TEST(SocketAddress, what_the_kernel_gets_is_what_it_gives_back) {
  for (const ByteView text : {"192.0.2.1:5060", "[2001:db8::1]:5061"}) {
    const SocketAddress address = SocketAddress::parse(text).value();
    sockaddr_storage storage{};
    address.to_sockaddr(storage);
    EXPECT_EQ(SocketAddress::from(storage), address);
  }
}

TEST(SocketAddress, an_ipv4_address_goes_through_a_dual_stack_socket) {
  const SocketAddress address{IpAddress::v4(192, 0, 2, 1), 5060};
  sockaddr_storage storage{};
  EXPECT_EQ(address.to_sockaddr(storage, AF_INET6), sizeof(sockaddr_in6));
  EXPECT_EQ(storage.ss_family, AF_INET6);
  EXPECT_EQ(SocketAddress::from(storage), address);
}

TEST(SocketAddress, the_longest_address_is_printed_in_full) {
  const auto address = SocketAddress::parse("[2001:0db8:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->to_string(), "[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
}

TEST(SocketAddress, an_ipv6_host_has_brackets_in_a_uri) {
  EXPECT_EQ(to_uri_host(ip("2001:db8::1")), "[2001:db8::1]");
  EXPECT_EQ(to_uri_host(ip("192.0.2.1")), "192.0.2.1");
}

TEST(AddressHash, neighbours_have_different_hashes) {
  const AddressHash hash;
  std::set<std::size_t> seen;
  for (std::uint16_t port = 1; port < 1'000; ++port) {
    seen.insert(hash(SocketAddress{IpAddress::v4(192, 0, 2, 1), port}));
    seen.insert(hash(SocketAddress{IpAddress::v4(192, 0, 2, 2), port}));
  }
  EXPECT_GT(seen.size(), 1'990U);
}

}  // namespace
}  // namespace fapfon
