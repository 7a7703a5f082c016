// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/judges.hpp"

#include "check/vpn_view.hpp"
#include "home.hpp"

namespace fapfon::check {
namespace {

std::vector<std::string> names(const std::vector<const Interface*>& interfaces) {
  std::vector<std::string> found;
  for (const Interface* interface : interfaces) found.push_back(interface->name);
  return found;
}

using Names = std::vector<std::string>;

TEST(VpnInterfaces, are_the_tunnels_of_the_configured_range) {
  Facts facts = a_home();
  facts.interfaces.push_back({"tun9", true, true, 1500, {range("10.99.0.2/24")}});
  EXPECT_EQ(names(vpn_interfaces(facts)), Names{"wg0"});
}

TEST(VpnInterfaces, are_all_tunnels_when_no_range_is_configured) {
  Facts facts = a_home();
  facts.subject.vpn.clear();
  facts.interfaces.push_back({"tun9", true, true, 1500, {range("10.99.0.2/24")}});
  facts.interfaces.push_back({"tun10", false, true, 1500, {range("10.98.0.2/24")}});
  EXPECT_EQ(names(vpn_interfaces(facts)), (Names{"wg0", "tun9"})) << "those that are up";
}

TEST(VpnInterfaces, may_look_like_ethernet_but_are_never_the_one_to_the_box) {
  Facts facts = a_home();
  facts.subject.vpn = {range("172.16.0.0/12")};
  facts.interfaces[1].is_vpn = false;
  EXPECT_EQ(names(vpn_interfaces(facts)), Names{"wg0"});
}

TEST(PhoneNetworks, are_the_range_or_else_the_tunnels_or_else_private) {
  Facts facts = a_home();
  EXPECT_EQ(phone_networks(facts, Family::ip4).at(0).to_string(), "172.20.11.0/24");
  EXPECT_TRUE(phone_networks(facts, Family::ip6).empty());
  facts.subject.vpn.clear();
  EXPECT_EQ(phone_networks(facts, Family::ip4).at(0).to_string(), "172.20.11.0/24");
  facts.interfaces.pop_back();
  EXPECT_EQ(phone_networks(facts, Family::ip4).at(0).to_string(), "10.0.0.0/8");
}

TEST(PhoneNetworks, of_a_tunnel_with_a_single_address_are_what_such_tunnels_have) {
  Facts facts = a_home();
  facts.subject.vpn.clear();
  facts.interfaces[1].addresses = {range("100.101.102.103/32"), range("10.8.0.1/32"), range("fd00::1/128")};
  EXPECT_EQ(phone_networks(facts, Family::ip4).at(0).to_string(), "100.64.0.0/10");
  EXPECT_EQ(phone_networks(facts, Family::ip4).at(1).to_string(), "10.8.0.0/24");
  EXPECT_EQ(phone_networks(facts, Family::ip6).at(0).to_string(), "fd00::/64");
}

TEST(VpnInterface, that_is_up_is_well) {
  EXPECT_EQ(judge_vpn_interface(a_home())->seen, "The VPN is up: wg0 (172.20.11.1/24).");
}

TEST(VpnInterface, that_is_missing_is_a_note_as_the_vpn_may_end_elsewhere) {
  Facts facts = a_home();
  facts.interfaces.pop_back();
  EXPECT_EQ(judge_vpn_interface(facts)->verdict, Verdict::note);
  EXPECT_FALSE(judge_vpn_mtu(facts));
}

TEST(VpnRanges, that_are_set_are_well) {
  EXPECT_EQ(judge_vpn_ranges(a_home())->verdict, Verdict::ok);
}

TEST(VpnRanges, that_are_not_set_are_named) {
  Facts facts = a_home();
  facts.subject.vpn.clear();
  const auto finding = judge_vpn_ranges(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::note);
  EXPECT_CONTAINS(finding.why, "192.168.0.0/16");
}

TEST(VpnRanges, that_do_not_fit_the_vpn_are_a_note) {
  Facts facts = a_home();
  facts.subject.vpn = {range("10.8.0.0/24")};
  const auto finding = judge_vpn_ranges(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::note);
  EXPECT_CONTAINS(finding.seen, "wg0 (172.20.11.1/24) is outside");
}

TEST(VpnMtu, has_to_hold_1300_bytes_of_sip) {
  Facts facts = a_home();
  facts.interfaces[1].mtu_bytes = kSmallestMtuBytes;
  EXPECT_EQ(judge_vpn_mtu(facts)->verdict, Verdict::ok);
  facts.interfaces[1].mtu_bytes = kSmallestMtuBytes - 1;
  const auto finding = judge_vpn_mtu(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_CONTAINS(finding.seen, "wg0 takes 1347 bytes");
  EXPECT_CONTAINS(remedy_of(finding), "$ sudo ip link set dev wg0 mtu 1420\n");
}

TEST(VpnMtu, of_tailscale_is_a_hint_without_a_command) {
  Facts facts = a_home();
  facts.subject.vpn = {range("100.64.0.0/10")};
  facts.interfaces[1] = {"tailscale0", true, true, 1280, {range("100.101.102.1/32")}};
  const auto finding = judge_vpn_mtu(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::note);
  EXPECT_CONTAINS(finding.seen, "tailscale0 has an MTU of 1280 bytes");
  EXPECT_CONTAINS(remedy_of(finding), "choose TCP");
  EXPECT_FALSE(contains(remedy_of(finding), "$")) << "nothing that could not work there";
}

TEST(VpnMtu, of_an_overlay_is_known_by_name_where_its_addresses_are_others) {
  Facts facts = a_home();
  facts.interfaces[1] = {"wt0", true, true, 1280, {range("172.20.11.1/24")}};
  EXPECT_EQ(judge_vpn_mtu(facts)->verdict, Verdict::note);
}

TEST(VpnMtu, of_another_vpn_is_told_although_an_overlay_is_narrower) {
  Facts facts = a_home();
  facts.subject.vpn.clear();
  facts.interfaces[1].mtu_bytes = 1300;
  facts.interfaces.push_back({"tailscale0", true, true, 1280, {range("100.101.102.1/32")}});
  const auto finding = judge_vpn_mtu(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_CONTAINS(finding.seen, "wg0");
}

TEST(VpnRanges, of_one_address_are_wrong_and_the_range_is_named) {
  Facts facts = a_home();
  for (const char* written : {"172.20.11.0", "172.20.11.1", "172.20.11.1/32"}) {
    facts.subject.vpn = {range(written)};
    const auto finding = judge_vpn_ranges(facts).value();
    EXPECT_EQ(finding.verdict, Verdict::wrong);
    EXPECT_CONTAINS(finding.seen, "is one single address; did you mean 172.20.11.0/24?");
    EXPECT_CONTAINS(remedy_of(finding), "VPN=\"172.20.11.0/24\"");
  }
  facts.subject.vpn = {range("172.20.11.7")};
  EXPECT_EQ(judge_vpn_ranges(facts)->verdict, Verdict::ok) << "a phone";
}

TEST(VpnRanges, of_everybody_are_wrong) {
  Facts facts = a_home();
  for (const char* written : {"0.0.0.0/0", "::/0"}) {
    facts.subject.vpn = {range(written)};
    const auto finding = judge_vpn_ranges(facts).value();
    EXPECT_EQ(finding.verdict, Verdict::wrong);
    EXPECT_CONTAINS(finding.seen, "also serves the Internet");
    EXPECT_CONTAINS(remedy_of(finding), "172.20.11.0/24");
  }
}

TEST(VpnRanges, of_an_interface_need_the_interface) {
  Facts facts = a_home();
  facts.subject.vpn_interfaces = {"wg0"};
  EXPECT_EQ(judge_vpn_ranges(facts)->verdict, Verdict::ok);
  facts.subject.vpn_interfaces = {"wg7"};
  const auto finding = judge_vpn_ranges(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_CONTAINS(finding.seen, "VPN names the interface wg7, which does not exist");
  EXPECT_CONTAINS(finding.why, "eth0, wg0");
}

TEST(VpnInterface, that_tailscale_does_without_is_wrong) {
  Facts facts = a_home();
  facts.vpns_without_interface = {{"Tailscale", 77}};
  EXPECT_EQ(judge_vpn_interface(facts)->verdict, Verdict::ok) << "another VPN is up";
  facts.interfaces.pop_back();
  const auto finding = judge_vpn_interface(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_CONTAINS(finding.seen, "Tailscale runs without a network interface");
  EXPECT_CONTAINS(remedy_of(finding), "$ sudo systemctl restart tailscaled\n");
}

}  // namespace
}  // namespace fapfon::check
