// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/routes.hpp"

#include <gtest/gtest.h>

namespace fapfon::net {
namespace {

constexpr ByteView kIp4Table =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    "wlan0\t00000000\t026433C6\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
    "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
    "tun0\t000014AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n";

TEST(Routes, finds_ip4_gateways_with_the_best_metric_first) {
  const auto gateways = default_gateways_ip4(kIp4Table);
  ASSERT_EQ(gateways.size(), 2U);
  EXPECT_EQ(gateways[0], IpAddress::v4(192, 0, 2, 1));
  EXPECT_EQ(gateways[1], IpAddress::v4(198, 51, 100, 2));
}

TEST(Routes, of_ip4_are_read_with_interface_network_and_gateway) {
  const Routes routes = routes_ip4(kIp4Table);
  ASSERT_EQ(routes.size(), 3U);
  EXPECT_EQ(routes[1], (Route{"eth0", {IpAddress::v4(0, 0, 0, 0), 0}, IpAddress::v4(192, 0, 2, 1)}));
  EXPECT_EQ(routes[2], (Route{"tun0", {IpAddress::v4(172, 20, 0, 0), 16}, {}}));
}

TEST(Routes, that_are_down_or_refuse_are_left_out) {
  EXPECT_TRUE(routes_ip4("wg0\t0000080A\t00000000\t0000\t0\t0\t0\t00FFFFFF\t0\t0\t0\n").empty());
  EXPECT_TRUE(routes_ip4("*\t0000080A\t00000000\t0201\t0\t0\t0\t00FFFFFF\t0\t0\t0\n").empty());
}

TEST(Routes, half_of_everything_is_no_default_route) {  // 0.0.0.0/1, as VPN clients set it
  EXPECT_TRUE(default_gateways_ip4("tun0\t00000000\t010200C0\t0003\t0\t0\t0\t00000080\t0\t0\t0\n").empty());
}

TEST(Routes, route_without_gateway_or_down_is_left_out) {
  EXPECT_TRUE(default_gateways_ip4("ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n").empty());
  EXPECT_TRUE(default_gateways_ip4("eth0\t00000000\t010200C0\t0002\t0\t0\t0\t00000000\t0\t0\t0\n").empty());
}

TEST(Routes, same_gateway_on_two_interfaces_is_one) {
  EXPECT_EQ(default_gateways_ip4("eth0\t00000000\t010200C0\t0003\t0\t0\t1\t00000000\t0\t0\t0\n"
                                 "wlan0\t00000000\t010200C0\t0003\t0\t0\t2\t00000000\t0\t0\t0\n")
                .size(),
            1U);
}

TEST(Routes, damaged_ip4_lines_are_skipped) {
  EXPECT_TRUE(default_gateways_ip4("").empty());
  EXPECT_TRUE(default_gateways_ip4("\n\n   \n").empty());
  EXPECT_TRUE(default_gateways_ip4("eth0 00000000 010200C0").empty());
  EXPECT_TRUE(default_gateways_ip4("eth0 00000000 xxxxxxxx 0003 0 0 0 00000000 0 0 0").empty());
}

constexpr ByteView kZeros = "00000000000000000000000000000000";

std::string ip6_line(ByteView gateway, ByteView flags, ByteView metric = "00000400") {
  std::string line;
  for (const ByteView word : {kZeros, ByteView{"00"}, kZeros, ByteView{"00"}, gateway, metric, ByteView{"1"},
                              ByteView{"0"}, flags, ByteView{"eth0"}}) {
    line.append(word).append(" ");
  }
  return line += '\n';
}

TEST(Routes, finds_ip6_gateways_with_the_best_metric_first) {
  const auto gateways =
      default_gateways_ip6(ip6_line("20010db8000000000000000000000002", "00000003", "00000401") +
                           ip6_line("20010db8000000000000000000000001", "00000003"));
  ASSERT_EQ(gateways.size(), 2U);
  EXPECT_EQ(gateways[0].to_string(), "2001:db8::1");
}

TEST(Routes, link_local_ip6_gateway_is_left_out) {
  EXPECT_TRUE(default_gateways_ip6(ip6_line("fe800000000000000000000000000001", "00000003")).empty());
}

TEST(Routes, unreachable_ip6_default_is_left_out) {
  EXPECT_TRUE(default_gateways_ip6(ip6_line(kZeros, "00200200")).empty());
}

}  // namespace
}  // namespace fapfon::net
