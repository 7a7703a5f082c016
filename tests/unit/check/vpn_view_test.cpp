// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/vpn_view.hpp"

#include "unit/check/home.hpp"

namespace fapfon::check {
namespace {

class VpnView : public testing::Test {
 protected:
  Facts facts = a_home();

  void add_interface(const std::string& name, const std::string& address, bool is_vpn, bool is_up = true) {
    facts.interfaces.push_back({name, is_up, is_vpn, 1420, {range(address)}});
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const Interface* interface : vpn_interfaces(facts)) all.push_back(interface->name);
    return all;
  }
};

TEST_F(VpnView, phones_come_in_by_tunnels_that_are_up_and_by_what_the_user_has_named) {
  add_interface("wg1", "10.9.0.1/24", true, false);
  add_interface("br0", "172.20.11.2/24", false);
  add_interface("eth1", "192.0.2.1/24", false);
  EXPECT_EQ(names(), (std::vector<std::string>{"wg0", "br0"}));
}

TEST_F(VpnView, the_interface_that_leads_to_the_box_is_never_the_vpn) {
  facts.subject.vpn.push_back(range("172.30.10.0/24"));
  EXPECT_EQ(names(), std::vector<std::string>{"wg0"});
}

TEST_F(VpnView, home_is_where_the_box_is) {
  ASSERT_NE(home_interface(facts), nullptr);
  EXPECT_EQ(home_interface(facts)->name, "eth0");
  EXPECT_EQ(home_network(facts), range("172.30.10.0/24"));
}

TEST_F(VpnView, without_a_box_or_a_route_to_it_there_is_no_home) {
  facts.box->place.local = {};
  EXPECT_EQ(home_interface(facts), nullptr);
  EXPECT_FALSE(home_network(facts));
  facts.box.reset();
  EXPECT_EQ(home_interface(facts), nullptr);
}

TEST_F(VpnView, phones_are_where_the_user_says) {
  facts.subject.vpn.push_back(range("fd00::/64"));
  EXPECT_EQ(phone_networks(facts, Family::ip4), std::vector{range("172.20.11.0/24")});
  EXPECT_EQ(phone_networks(facts, Family::ip6), std::vector{range("fd00::/64")});
}

TEST_F(VpnView, phones_are_in_the_networks_of_the_vpn_when_the_user_says_nothing) {
  facts.subject.vpn.clear();
  EXPECT_EQ(phone_networks(facts, Family::ip4), std::vector{range("172.20.11.0/24")});
}

TEST_F(VpnView, around_a_single_address_is_what_such_tunnels_usually_have) {
  facts.subject.vpn.clear();
  facts.interfaces[1].addresses = {range("10.8.0.1/32"), range("100.101.102.103/32"), range("fd7a::1/128")};
  EXPECT_EQ(phone_networks(facts, Family::ip4), (std::vector{range("10.8.0.0/24"), range("100.64.0.0/10")}));
  EXPECT_EQ(phone_networks(facts, Family::ip6), std::vector{range("fd7a::/64")});
}

TEST_F(VpnView, without_any_vpn_phones_may_be_in_all_private_ranges) {
  facts.subject.vpn.clear();
  facts.interfaces.pop_back();
  EXPECT_GT(phone_networks(facts, Family::ip4).size(), 1U);
  for (const Prefix& network : phone_networks(facts, Family::ip6)) EXPECT_TRUE(network.base.is_v6());
}

TEST_F(VpnView, the_box_is_asked_from_each_address_in_the_vpn) {
  const auto sides = vpn_sides(facts, Family::ip4);
  ASSERT_EQ(sides.size(), 1U);
  EXPECT_EQ(sides[0].ip, ip("172.20.11.1"));
  EXPECT_TRUE(vpn_sides(facts, Family::ip6).empty());
}

TEST_F(VpnView, what_the_box_says_counts_unless_the_user_has_decided) {
  EXPECT_EQ(media_decision(facts).reason, box::MediaReason::box_sees_vpn);
  facts.subject.media = box::MediaOption::relay;
  EXPECT_EQ(media_decision(facts).reason, box::MediaReason::user_relay);
  EXPECT_EQ(media_by_box(facts).reason, box::MediaReason::box_sees_vpn);
}

TEST_F(VpnView, without_an_answer_it_matters_whether_the_box_answers_at_home) {
  facts.media_probe.reset();
  EXPECT_EQ(media_by_box(facts).reason, box::MediaReason::no_route);
  facts.box->reply = silence();
  EXPECT_EQ(media_by_box(facts).reason, box::MediaReason::box_silent);
}

TEST_F(VpnView, a_box_on_this_machine_needs_no_relay) {
  facts.interfaces[0].addresses.push_back(range("172.30.10.1/24"));
  EXPECT_TRUE(is_own_address(facts, ip("172.30.10.1")));
  EXPECT_TRUE(is_own_address(facts, ip("127.0.0.9")));
  EXPECT_FALSE(is_own_address(facts, ip("172.30.10.9")));
  EXPECT_EQ(media_by_box(facts).reason, box::MediaReason::box_is_here);
}

TEST_F(VpnView, a_phone_stands_for_its_network_and_is_not_this_machine) {
  const IpAddress phone = phone_in(facts, range("172.20.11.0/24"));
  EXPECT_TRUE(range("172.20.11.0/24").contains(phone));
  EXPECT_NE(phone, ip("172.20.11.1"));
  EXPECT_TRUE(range("10.0.0.0/8").contains(phone_in(facts, range("10.0.0.0/8"))));
}

TEST_F(VpnView, a_phone_comes_in_by_the_interface_of_its_network_or_by_the_only_vpn_there_is) {
  EXPECT_EQ(interface_of_phone(facts, ip("172.20.11.9")), "wg0");
  EXPECT_EQ(interface_of_phone(facts, ip("10.99.0.9")), "wg0") << "there is no other";
  facts.subject.vpn.clear();
  add_interface("wg1", "10.9.0.1/24", true);
  EXPECT_EQ(interface_of_phone(facts, ip("10.9.0.9")), "wg1");
  EXPECT_EQ(interface_of_phone(facts, ip("10.99.0.9")), "");
}

}  // namespace
}  // namespace fapfon::check
