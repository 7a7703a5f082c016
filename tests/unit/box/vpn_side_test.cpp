// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/vpn_side.hpp"

#include <gtest/gtest.h>

namespace fapfon::box {
namespace {

Prefix prefix_of(ByteView text) {
  return Prefix::parse(text).value();
}

const IpAddress kHomeAddress = IpAddress::v4(172, 30, 10, 2);

net::Interface link(std::string name, bool is_vpn, std::vector<Prefix> addresses) {
  net::Interface interface;
  interface.name = std::move(name);
  interface.is_up = true;
  interface.is_vpn = is_vpn;
  interface.addresses = std::move(addresses);
  return interface;
}

/// From which addresses the Box would be asked.
std::vector<IpAddress> asked_from(const net::Interfaces& interfaces, const std::vector<Prefix>& vpn,
                                  Family family = Family::ip4) {
  std::vector<IpAddress> addresses;
  for (const VpnSide& side : vpn_sides(vpn_interfaces(interfaces, kHomeAddress, vpn), vpn, family)) {
    addresses.push_back(side.ip);
  }
  return addresses;
}

const net::Interface kEth = link("eth0", false, {prefix_of("172.30.10.2/24")});
const net::Interface kWireGuard =
    link("wg0", true, {prefix_of("172.20.11.1/24"), prefix_of("fd00:20::1/64")});
const net::Interface kOpenVpn = link("tun0", true, {prefix_of("10.8.0.1/24")});

TEST(VpnSides, are_one_for_each_tunnel) {
  EXPECT_EQ(asked_from({kEth, kWireGuard, kOpenVpn}, {}),
            (std::vector<IpAddress>{IpAddress::v4(172, 20, 11, 1), IpAddress::v4(10, 8, 0, 1)}));
}

TEST(VpnSides, are_those_of_the_configured_ranges) {
  EXPECT_EQ(asked_from({kEth, kWireGuard, kOpenVpn}, {prefix_of("10.8.0.0/24")}),
            (std::vector<IpAddress>{IpAddress::v4(10, 8, 0, 1)}));
}

TEST(VpnSides, are_of_the_family_that_is_asked_for) {
  EXPECT_EQ(asked_from({kEth, kWireGuard, kOpenVpn}, {}, Family::ip6),
            (std::vector<IpAddress>{IpAddress::parse("fd00:20::1").value()}));
  EXPECT_TRUE(asked_from({kEth, kOpenVpn}, {}, Family::ip6).empty());
}

TEST(VpnSides, prefer_the_address_in_a_configured_range) {
  const auto both = link("wg0", true, {prefix_of("10.9.0.1/24"), prefix_of("172.20.11.1/24")});
  EXPECT_EQ(asked_from({kEth, both}, {prefix_of("172.20.11.0/24")}),
            (std::vector<IpAddress>{IpAddress::v4(172, 20, 11, 1)}));
}

TEST(VpnSides, are_none_where_no_tunnel_is_up_or_it_is_the_way_to_the_box) {
  auto down = kWireGuard;
  down.is_up = false;
  EXPECT_TRUE(asked_from({kEth, down}, {}).empty());
  EXPECT_TRUE(asked_from({link("tun1", true, {prefix_of("172.30.10.2/24")})}, {}).empty());
}

}  // namespace
}  // namespace fapfon::box
