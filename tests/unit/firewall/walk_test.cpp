// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall/walk.hpp"

#include "unit/firewall/samples.hpp"

namespace fapfon::firewall {
namespace {

Packet sip(ByteView source, Transport transport = Transport::udp) {
  Packet packet;
  packet.source = {ip(source), 0};
  packet.destination = at("172.30.10.1:5060");
  packet.transport = transport;
  packet.in_interface = "wg0";
  return packet;
}

std::vector<std::string> texts(const std::vector<Hit>& hits) {
  std::vector<std::string> found;
  for (const Hit& hit : hits) found.push_back(hit.rule->text);
  return found;
}

std::vector<std::string> translations(const std::string& lines, const Packet& packet) {
  const PacketRules rules = iptables_nat(lines);
  return texts(destination_translations(rules, packet));
}

TEST(Walk, a_rule_acts_when_all_of_its_conditions_hold) {
  const std::string line =
      "-A PREROUTING -s 172.20.11.0/24 -d 172.30.10.1/32 -p udp -m udp --dport 5060 -j DNAT --to-destination "
      "172.30.10.2:5060\n";
  EXPECT_EQ(translations(line, sip("172.20.11.6")).size(), 1U);
  EXPECT_TRUE(translations(line, sip("172.20.12.6")).empty());
  EXPECT_TRUE(translations(line, sip("172.20.11.6", Transport::tcp)).empty());
}

TEST(Walk, a_negated_condition_holds_for_all_others) {
  const std::string line = "-A PREROUTING ! -i eth0 ! -s 10.0.0.0/8 -j REDIRECT --to-ports 5061\n";
  EXPECT_EQ(translations(line, sip("172.20.11.6")).size(), 1U);
  EXPECT_TRUE(translations(line, sip("10.1.1.1")).empty());
  Packet from_home = sip("172.20.11.6");
  from_home.in_interface = "eth0";
  EXPECT_TRUE(translations(line, from_home).empty());
}

TEST(Walk, a_rule_that_asks_what_is_not_known_is_not_blamed) {
  EXPECT_TRUE(
      translations("-A PREROUTING -m mark --mark 0x1 -j REDIRECT --to-ports 80\n", sip("10.1.1.1")).empty());
  Packet from_nowhere = sip("172.20.11.6");
  from_nowhere.in_interface.clear();
  EXPECT_TRUE(translations("-A PREROUTING -i wg0 -j REDIRECT --to-ports 80\n", from_nowhere).empty());
}

TEST(Walk, accept_in_front_ends_the_chain) {
  EXPECT_TRUE(
      translations("-A PREROUTING -s 172.20.11.0/24 -j ACCEPT\n-A PREROUTING -j REDIRECT --to-ports 80\n",
                   sip("172.20.11.6"))
          .empty());
}

TEST(Walk, a_jump_goes_on_behind_it_and_return_comes_back) {
  const std::string lines =
      "-A PREROUTING -j PORTS\n-A PREROUTING -j REDIRECT --to-ports 80\n"
      "-A PORTS -s 172.20.11.0/24 -j RETURN\n-A PORTS -j REDIRECT --to-ports 90\n";
  const PacketRules rules =
      read_iptables_rules("*nat\n:PREROUTING ACCEPT [0:0]\n:PORTS - [0:0]\n" + lines, "iptables");
  EXPECT_EQ(texts(destination_translations(rules, sip("172.20.11.6"))),
            std::vector<std::string>{"-A PREROUTING -j REDIRECT --to-ports 80"});
  EXPECT_EQ(destination_translations(rules, sip("10.1.1.1")).size(), 2U);
}

TEST(Walk, goto_does_not_come_back) {
  const PacketRules rules = read_iptables_rules(
      "*nat\n:PREROUTING ACCEPT [0:0]\n:NONE - [0:0]\n-A PREROUTING -g NONE\n-A PREROUTING -j REDIRECT "
      "--to-ports 80\n",
      "iptables");
  EXPECT_TRUE(destination_translations(rules, sip("10.1.1.1")).empty());
}

TEST(Walk, chains_that_jump_in_a_circle_come_to_an_end) {
  const PacketRules rules = read_iptables_rules(
      "*nat\n:PREROUTING ACCEPT [0:0]\n:A - [0:0]\n-A PREROUTING -j A\n-A A -j A\n", "iptables");
  EXPECT_TRUE(destination_translations(rules, sip("10.1.1.1")).empty());
}

TEST(Walk, the_chain_with_the_lower_priority_comes_first) {
  PacketRules rules = iptables_nat("-A PREROUTING -p udp --dport 5060 -j REDIRECT --to-ports 80\n");
  for (Chain& chain : own_rules()) rules.push_back(std::move(chain));
  const auto found = destination_translations(rules, sip("172.20.11.6"));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].chain->table, "fapfon_proxy");
  EXPECT_EQ(found[1].chain->table, "nat");
}

TEST(Walk, a_chain_of_the_other_family_sees_nothing) {
  const PacketRules rules = read_iptables_rules(
      "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j REDIRECT --to-ports 80\n", "ip6tables");
  EXPECT_TRUE(destination_translations(rules, sip("172.20.11.6")).empty());
}

PacketRules raw_helper() {
  return read_iptables_rules(
      "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp --dport 5060 -j CT --helper sip\n", "iptables");
}

TEST(Helper, of_the_first_template_is_the_one_that_counts) {
  const PacketRules alone = raw_helper();
  const auto hit = helper_assignment(alone, Hook::prerouting, sip("172.20.11.6"));
  ASSERT_TRUE(hit);
  EXPECT_EQ(hit->action->name, "sip");

  PacketRules behind_ours = own_rules();
  for (Chain& chain : raw_helper()) behind_ours.push_back(std::move(chain));
  const auto kept_away = helper_assignment(behind_ours, Hook::prerouting, sip("172.20.11.6"));
  ASSERT_TRUE(kept_away);
  EXPECT_EQ(kept_away->action->name, "tftp");
}

TEST(Helper, that_is_not_asked_for_is_none) {
  EXPECT_FALSE(helper_assignment(raw_helper(), Hook::output, sip("172.20.11.6")));
  EXPECT_FALSE(helper_assignment(raw_helper(), Hook::prerouting, sip("172.20.11.6", Transport::tcp)));
}

}  // namespace
}  // namespace fapfon::firewall
