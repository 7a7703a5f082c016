// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup/vpn_ranges.hpp"

#include <gtest/gtest.h>

namespace fapfon::setup {
namespace {

using net::Interface;
using net::Interfaces;
using net::Routes;

Prefix prefix(ByteView text) {
  return Prefix::parse(text).value();
}

IpAddress ip(ByteView text) {
  return IpAddress::parse(text).value();
}

const IpAddress kHere = ip("192.168.178.2");
const Interface kHome{"eth0", true, false, 1500, {prefix("192.168.178.2/24")}};

Interface tunnel(const std::string& name, std::vector<Prefix> addresses) {
  return {name, true, true, 1420, std::move(addresses)};
}

std::vector<VpnRange> found_with(const Interface& interface, const Routes& routes = {}) {
  return find_vpn_ranges({kHome, interface}, routes, kHere);
}

struct Usual {
  const char* name;
  const char* address;
  const char* range;
  const char* kind;
};

class UsualVpn : public testing::TestWithParam<Usual> {};

TEST_P(UsualVpn, has_a_certain_range) {
  const auto found = found_with(tunnel(GetParam().name, {prefix(GetParam().address)}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].range.to_string(), GetParam().range);
  EXPECT_EQ(to_text(found[0].kind), GetParam().kind);
  EXPECT_EQ(found[0].interface, GetParam().name);
  EXPECT_EQ(found[0].doubt, Doubt::none);
}

INSTANTIATE_TEST_SUITE_P(
    All, UsualVpn,
    testing::Values(Usual{"wg0", "10.6.0.1/24", "10.6.0.0/24", "WireGuard"},
                    Usual{"wg-home", "fd42:42:42::1/64", "fd42:42:42::/64", "WireGuard"},
                    Usual{"tun0", "10.8.0.1/24", "10.8.0.0/24", "OpenVPN"},
                    Usual{"tailscale0", "100.101.102.1/32", "100.64.0.0/10", "Tailscale"},
                    Usual{"tailscale0", "fd7a:115c:a1e0::7e01:6601/128", "fd7a:115c:a1e0::/48", "Tailscale"},
                    Usual{"wt0", "100.92.11.6/16", "100.92.0.0/16", "NetBird"},
                    Usual{"zt3jnwixyz", "10.147.17.5/24", "10.147.17.0/24", "ZeroTier"},
                    Usual{"vpnserver", "172.20.11.1/24", "172.20.11.0/24", "VPN"}));

TEST(VpnRanges, of_the_container_network_of_wg_easy) {
  const Interface bridge{"br-5f0c5b1f9a6e", true, false, 1500, {prefix("10.42.42.1/24")}};
  const auto found = found_with(bridge);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].range, prefix("10.42.42.0/24"));
  EXPECT_EQ(found[0].kind, VpnKind::wg_easy);
}

TEST(VpnRanges, leave_out_other_bridges_and_the_home_network) {
  EXPECT_TRUE(found_with({"docker0", true, false, 1500, {prefix("172.17.0.1/16")}}).empty());
  EXPECT_TRUE(find_vpn_ranges({kHome}, {}, kHere).empty());
}

TEST(VpnRanges, leave_out_an_interface_that_is_down_or_has_a_public_address) {
  Interface down = tunnel("wg0", {prefix("10.6.0.1/24")});
  down.is_up = false;
  EXPECT_TRUE(found_with(down).empty());
  EXPECT_TRUE(found_with(tunnel("ppp0", {prefix("203.0.113.7/32")})).empty());
}

TEST(VpnRanges, leave_out_a_tunnel_that_leads_to_the_box) {
  EXPECT_TRUE(find_vpn_ranges({tunnel("wg0", {prefix("192.168.178.2/24")})}, {}, kHere).empty());
}

TEST(VpnRanges, a_single_address_is_a_guess) {
  const auto found = found_with(tunnel("wg0", {prefix("10.6.0.1/32")}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].range, prefix("10.6.0.0/24"));
  EXPECT_EQ(found[0].doubt, Doubt::single_address);
}

TEST(VpnRanges, a_single_address_with_a_route_is_certain) {  // OpenVPN's topology net30
  const Routes routes{{"tun0", prefix("10.8.0.2/32"), {}}, {"tun0", prefix("10.8.0.0/24"), ip("10.8.0.2")}};
  const auto found = found_with(tunnel("tun0", {prefix("10.8.0.1/32")}), routes);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].range, prefix("10.8.0.0/24"));
  EXPECT_EQ(found[0].doubt, Doubt::none);
}

TEST(VpnRanges, a_tunnel_with_the_default_route_is_in_doubt) {
  for (const char* destination : {"0.0.0.0/0", "128.0.0.0/1"}) {
    const Routes routes{{"wg0", prefix(destination), {}}};
    const auto found = found_with(tunnel("wg0", {prefix("10.6.0.5/24")}), routes);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].doubt, Doubt::to_internet);
  }
}

TEST(VpnRanges, a_range_inside_of_the_home_network_is_in_doubt) {
  const auto found = found_with(tunnel("tun0", {prefix("192.168.178.201/29")}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].doubt, Doubt::in_home);
}

TEST(VpnRanges, a_route_by_another_machine_at_home_is_in_doubt) {
  const Routes routes{{"eth0", prefix("0.0.0.0/0"), ip("192.168.178.1")},
                      {"eth0", prefix("192.168.178.0/24"), {}},
                      {"eth0", prefix("10.8.0.0/24"), ip("192.168.178.5")},
                      {"eth0", prefix("203.0.113.0/24"), ip("192.168.178.5")}};
  const auto found = find_vpn_ranges({kHome}, routes, kHere);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0], (VpnRange{prefix("10.8.0.0/24"), VpnKind::elsewhere, "", Doubt::behind_gateway,
                                ip("192.168.178.5")}));
}

TEST(VpnRanges, each_is_there_once) {
  EXPECT_EQ(found_with(tunnel("wg0", {prefix("10.6.0.1/24"), prefix("10.6.0.9/24")})).size(), 1U);
}

}  // namespace
}  // namespace fapfon::setup
