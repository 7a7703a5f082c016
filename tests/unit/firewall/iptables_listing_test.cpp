// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall/iptables_listing.hpp"

#include "firewall/walk.hpp"
#include "unit/firewall/samples.hpp"

namespace fapfon::firewall {
namespace {

Rule only_rule(const std::string& line) {
  return iptables_nat(line + "\n").at(0).rules.at(0);
}

TEST(IptablesRules, built_in_chains_stand_where_the_kernel_has_them) {
  const auto chains = read_iptables_rules(
      "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n*nat\n:PREROUTING ACCEPT [0:0]\n"
      ":POSTROUTING ACCEPT [0:0]\n:OWN - [0:0]\nCOMMIT\n",
      "iptables");
  ASSERT_EQ(chains.size(), 5U);
  EXPECT_EQ(chains[0].priority, -300);
  EXPECT_EQ(chains[1].hook, Hook::output);
  EXPECT_EQ(chains[2].priority, -100);
  EXPECT_EQ(chains[3].priority, 100);
  EXPECT_EQ(chains[4].hook, Hook::none);
}

TEST(IptablesRules, a_rule_says_how_it_is_deleted_by_its_own_program) {
  const std::string line =
      "-A PREROUTING -s 10.8.0.0/24 -m comment --comment \"my \\\"own\\\" rule\" -j ACCEPT";
  EXPECT_EQ(only_rule(line).text, line);
  EXPECT_EQ(only_rule(line).remove,
            "sudo iptables -t nat -D PREROUTING -s 10.8.0.0/24 -m comment --comment \"my \\\"own\\\" rule\" "
            "-j ACCEPT");
  const auto legacy =
      read_iptables_rules("*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j ACCEPT\n", "ip6tables-legacy");
  EXPECT_EQ(legacy.at(0).rules.at(0).remove, "sudo ip6tables-legacy -t nat -D PREROUTING -j ACCEPT");
  EXPECT_EQ(legacy.at(0).family, "ip6");
}

TEST(IptablesRules, a_comment_asks_for_nothing) {
  EXPECT_EQ(only_rule("-A PREROUTING -m comment --comment \"-s 1.2.3.4 ! -o eth0\" -j ACCEPT").matches.size(),
            0U);
}

TEST(IptablesRules, targets_of_translations_are_read) {
  const auto with_port = only_rule("-A PREROUTING -j DNAT --to-destination 172.30.10.2:5070").actions.at(0);
  EXPECT_EQ(with_port.address, ip("172.30.10.2"));
  EXPECT_EQ(with_port.port, 5070);
  const auto without_port = only_rule("-A PREROUTING -j DNAT --to-destination 172.30.10.2").actions.at(0);
  EXPECT_EQ(without_port.address, ip("172.30.10.2"));
  EXPECT_FALSE(without_port.port);
  const auto redirect = only_rule("-A PREROUTING -p udp -j REDIRECT --to-ports 6060").actions.at(0);
  EXPECT_EQ(redirect.kind, Action::Kind::redirect);
  EXPECT_EQ(redirect.port, 6060);
}

TEST(IptablesRules, lists_of_ports_and_interfaces_with_a_plus_are_read) {
  const Rule rule = only_rule("-A PREROUTING -i tun+ -p tcp -m multiport --dports 80,5060:5070 -j ACCEPT");
  Packet packet;
  packet.transport = Transport::tcp;
  packet.in_interface = "tun3";
  packet.destination = at("192.0.2.1:5065");
  for (const Match& match : rule.matches) EXPECT_TRUE(holds(match, packet).value_or(false));
  packet.in_interface = "eth0";
  EXPECT_FALSE(holds(rule.matches.at(0), packet).value_or(true));
}

TEST(IptablesRules, docker_catches_local_addresses_only) {
  const Rule rule = only_rule("-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER");
  Packet packet;
  EXPECT_FALSE(holds(rule.matches.at(0), packet).value_or(true));
  packet.destination_is_local = true;
  EXPECT_TRUE(holds(rule.matches.at(0), packet).value_or(false));
}

TEST(IptablesRules, an_unknown_option_with_values_is_a_maybe) {
  const Rule rule =
      only_rule("-A PREROUTING -p tcp --tcp-flags SYN,RST SYN -m limit --limit 3/min -j ACCEPT");
  EXPECT_EQ(rule.matches.size(), 3U);
  EXPECT_FALSE(holds(rule.matches[1], Packet{}).has_value());
  EXPECT_EQ(rule.actions.at(0).kind, Action::Kind::accept);
}

TEST(IptablesRules, what_is_no_ruleset_has_no_chains) {
  EXPECT_TRUE(read_iptables_rules("", "iptables").empty());
  EXPECT_TRUE(
      read_iptables_rules("# Table `nat' is incompatible, use 'nft' tool.\n-A X\n-A\n:\n*\n", "iptables")
          .size() <= 1);
}

}  // namespace
}  // namespace fapfon::firewall
