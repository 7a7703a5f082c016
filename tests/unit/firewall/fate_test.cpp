// SPDX-License-Identifier: GPL-2.0-or-later
// What becomes of a packet at the filters: dropped for certain, passed for certain, or not to be said.
#include "firewall/walk.hpp"

#include "unit/firewall/samples.hpp"

namespace fapfon::firewall {
namespace {

using Kind = Fate::Kind;

/// Audio of a phone to the relay.
Packet audio() {
  Packet packet;
  packet.source.ip = ip("172.20.11.6");
  packet.destination = at("172.30.10.2:30000");
  packet.in_interface = "wg0";
  packet.destination_is_local = true;
  return packet;
}

Kind at_input(const PacketRules& rules, const Packet& packet = audio()) {
  return fate_of(rules, Hook::input, packet).kind;
}

/// Chains "input" (policy drop, with these rules) and "other" of table inet fw.
PacketRules nft_input(const std::string& expressions) {
  return read_nft_rules(R"({"nftables": [
{"chain": {"family": "inet", "table": "fw", "name": "input", "handle": 1, "type": "filter", "hook": "input",
  "prio": 0, "policy": "drop"}},
{"chain": {"family": "inet", "table": "fw", "name": "other", "handle": 2}},
{"rule": {"family": "inet", "table": "fw", "chain": "other", "handle": 3, "expr": [{"accept": null}]}},
{"rule": {"family": "inet", "table": "fw", "chain": "input", "handle": 4, "expr": )" +
                            expressions + "}}]}",
                        "")
      .value();
}

TEST(Fate, is_to_pass_where_nobody_filters) {
  EXPECT_EQ(at_input({}), Kind::passes);
  EXPECT_EQ(at_input(own_rules()), Kind::passes);
  EXPECT_EQ(at_input(iptables_filter(":INPUT ACCEPT [0:0]\n")), Kind::passes);
}

TEST(Fate, is_that_of_the_policy_where_no_rule_decides) {
  const auto rules = iptables_filter(":INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n");
  const Fate fate = fate_of(rules, Hook::input, audio());
  EXPECT_EQ(fate.kind, Kind::dropped);
  EXPECT_EQ(fate.rule, nullptr);
  EXPECT_EQ(fate.chain->name, "INPUT");
  EXPECT_EQ(fate_of(rules, Hook::forward, audio()).kind, Kind::passes);
}

TEST(Fate, names_the_rule_that_drops) {
  const auto rules = iptables_filter(
      ":INPUT ACCEPT [0:0]\n:mine - [0:0]\n-A INPUT -j mine\n"
      "-A mine -i wg0 -p udp -m udp --dport 1024:65535 -j REJECT\n");
  const Fate fate = fate_of(rules, Hook::input, audio());
  ASSERT_EQ(fate.kind, Kind::dropped);
  EXPECT_EQ(fate.chain->name, "mine");
  EXPECT_EQ(fate.base->name, "INPUT");
  EXPECT_NE(fate.rule->text.find("REJECT"), std::string::npos);
}

TEST(Fate, depends_on_whether_the_packet_is_the_first_of_its_connection) {
  const auto rules =
      iptables_filter(":INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n");
  Packet packet = audio();
  EXPECT_EQ(at_input(rules, packet), Kind::dropped);
  packet.is_established = true;
  EXPECT_EQ(at_input(rules, packet), Kind::passes);
}

TEST(Fate, is_to_pass_for_a_translated_packet_where_the_firewall_lets_those_in) {
  Packet packet = audio();
  packet.is_translated = true;
  EXPECT_EQ(at_input(iptables_filter(":INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate DNAT -j ACCEPT\n"),
                     packet),
            Kind::passes);
  const auto nft = nft_input(
      R"([{"match": {"op": "in", "left": {"ct": {"key": "status"}}, "right": "dnat"}}, {"accept": null}])");
  EXPECT_EQ(at_input(nft, packet), Kind::passes);
  EXPECT_EQ(at_input(nft), Kind::dropped);
}

TEST(Fate, cannot_be_said_where_a_rule_that_is_not_understood_may_accept) {
  for (const char* rule : {"-A INPUT -m set --match-set friends src -j ACCEPT\n",
                           "-A INPUT -m mark --mark 0x40000/0xff0000 -j ACCEPT\n",
                           "-A INPUT -m limit --limit 3/min -j ACCEPT\n", "-A INPUT -j NFQUEUE\n"}) {
    EXPECT_EQ(at_input(iptables_filter(std::string{":INPUT DROP [0:0]\n"} + rule)), Kind::undecided) << rule;
  }
  for (const char* rule :
       {R"([{"limit": {"rate": 3, "per": "second"}}, {"accept": null}])", R"([{"queue": null}])",
        R"([{"match": {"op": "==", "left": {"meta": {"key": "mark"}}, "right": 1}},
                               {"jump": {"target": "other"}}])"}) {
    EXPECT_EQ(at_input(nft_input(rule)), Kind::undecided) << rule;
  }
}

TEST(Fate, is_certain_where_a_rule_that_is_not_understood_cannot_matter) {
  for (const char* rule : {"-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT\n",
                           "-A INPUT -p tcp -m set --match-set friends src -j ACCEPT\n",
                           "-A INPUT -m set --match-set foes src -j DROP\n",
                           "-A INPUT -m limit --limit 3/min -j LOG --log-prefix \"dropped \"\n"}) {
    EXPECT_EQ(at_input(iptables_filter(std::string{":INPUT DROP [0:0]\n"} + rule)), Kind::dropped) << rule;
  }
  EXPECT_EQ(at_input(nft_input(R"([{"match": {"op": "==", "left": {"payload": {"protocol": "icmp", "field":
      "type"}}, "right": "echo-request"}}, {"accept": null}])")),
            Kind::dropped);
}

TEST(Fate, follows_a_verdict_map) {
  const auto of = [](const char* established) {
    return nft_input(std::string{R"([{"vmap": {"key": {"ct": {"key": "state"}}, "data": {"set": [["invalid",
        {"drop": null}], [")"} +
                     established + R"(", {"jump": {"target": "other"}}]]}}}])");
  };
  EXPECT_EQ(at_input(of("new")), Kind::passes);
  EXPECT_EQ(at_input(of("established")), Kind::dropped);
  EXPECT_EQ(at_input(nft_input(R"([{"vmap": {"key": {"meta": {"key": "mark"}}, "data": "@verdicts"}}])")),
            Kind::undecided);
}

TEST(Fate, leaves_the_calling_chain_with_goto) {
  const auto rules = [](const char* how) {
    return iptables_filter(std::string{":INPUT DROP [0:0]\n:aside - [0:0]\n-A INPUT "} + how +
                           " aside\n-A INPUT -j ACCEPT\n-A aside -p tcp -j DROP\n");
  };
  EXPECT_EQ(at_input(rules("-j")), Kind::passes);
  EXPECT_EQ(at_input(rules("-g")), Kind::dropped);
}

TEST(Fate, is_to_be_dropped_when_one_of_two_firewalls_does) {
  auto rules = iptables_filter(":INPUT ACCEPT [0:0]\n");
  for (Chain& chain : nft_input("[]")) rules.push_back(std::move(chain));
  EXPECT_EQ(at_input(rules), Kind::dropped);
}

TEST(Fate, at_ufw_is_that_of_its_user_rules) {
  const std::string ufw = kUfw;
  EXPECT_EQ(at_input(iptables_filter(ufw)), Kind::dropped);
  EXPECT_EQ(at_input(iptables_filter(ufw + "-A ufw-user-input -s 172.20.11.0/24 -p udp -m multiport --dports "
                                           "30000:32767 -j ACCEPT\n")),
            Kind::passes);
}

}  // namespace
}  // namespace fapfon::firewall
