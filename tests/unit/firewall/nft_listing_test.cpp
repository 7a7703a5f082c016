// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall/nft_listing.hpp"

#include "firewall/walk.hpp"
#include "unit/firewall/samples.hpp"

namespace fapfon::firewall {
namespace {

std::string ruleset(const std::string& expressions) {
  return R"({"nftables": [{"chain": {"family": "ip", "table": "t", "name": "c", "handle": 1, "type": "nat",
    "hook": "prerouting", "prio": -100, "policy": "accept"}},
    {"rule": {"family": "ip", "table": "t", "chain": "c", "handle": 7, "expr": [)" +
         expressions + "]}}]}";
}

Rule only_rule(const std::string& expressions) {
  const auto chains = read_nft_rules(ruleset(expressions), "").value();
  return chains.at(0).rules.at(0);
}

TEST(NftRules, our_own_table_is_read) {
  const auto chains = own_rules();
  ASSERT_EQ(chains.size(), 3U);
  EXPECT_EQ(chains[0].hook, Hook::prerouting);
  EXPECT_EQ(chains[0].priority, -110);
  EXPECT_TRUE(chains[0].is_nat);
  ASSERT_EQ(chains[0].rules.size(), 3U);
  const Action& dnat = chains[0].rules[1].actions.at(0);
  EXPECT_EQ(dnat.kind, Action::Kind::translate_destination);
  EXPECT_EQ(dnat.address, ip("172.30.10.2"));
  EXPECT_EQ(dnat.port, 5060);
  EXPECT_EQ(chains[1].rules.at(0).actions.at(0).kind, Action::Kind::set_template);
  EXPECT_EQ(chains[2].rules.at(0).actions.at(0).name, "tftp");
}

TEST(NftRules, a_rule_keeps_its_comment) {
  EXPECT_EQ(own_rules()[0].rules[0].comment, "configuration b651107d");
}

TEST(NftRules, a_rule_says_how_it_is_deleted) {
  EXPECT_EQ(only_rule(R"({"accept": null})").remove, "sudo nft delete rule ip t c handle 7");
}

TEST(NftRules, a_rule_has_the_text_that_its_owner_knows) {
  const auto chains =
      read_nft_rules(ruleset(R"({"accept": null})"),
                     "table ip t { # handle 3\n\tset s { # handle 4\n\t}\n\tchain c { # handle 1\n"
                     "\t\ttype nat hook prerouting priority dstnat; policy accept;\n"
                     "\t\ttcp dport 80 accept # handle 7\n\t}\n}\n");
  EXPECT_EQ(chains->at(0).rules.at(0).text, "tcp dport 80 accept");
}

TEST(NftRules, ranges_and_sets_of_ports_are_read) {
  const Rule rule = only_rule(
      R"({"match": {"op": "==", "left": {"payload": {"protocol": "udp", "field": "dport"}},
          "right": {"set": [80, {"range": [5060, 5062]}]}}}, {"redirect": {"port": 9}})");
  ASSERT_EQ(rule.matches.size(), 2U);
  Packet packet;
  packet.destination = at("192.0.2.1:5061");
  EXPECT_TRUE(holds(rule.matches[0], packet).value_or(false)) << "udp dport asks for UDP";
  EXPECT_TRUE(holds(rule.matches[1], packet).value_or(false));
  packet.destination.port = 5063;
  EXPECT_FALSE(holds(rule.matches[1], packet).value_or(true));
}

TEST(NftRules, an_element_with_a_time_out_is_an_element) {
  const Rule rule = only_rule(
      R"({"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}},
          "right": {"set": [{"elem": {"val": "192.0.2.9", "timeout": 60}}]}}}, {"drop": null})");
  Packet packet;
  packet.source.ip = ip("192.0.2.9");
  EXPECT_TRUE(holds(rule.matches.at(0), packet).value_or(false));
}

TEST(NftRules, what_is_not_understood_is_a_maybe) {
  for (const char* const match :
       {R"({"match": {"op": "==", "left": {"meta": {"key": "mark"}}, "right": 1}})",
        R"({"match": {"op": "<", "left": {"payload": {"protocol": "udp", "field": "dport"}}, "right": 80}})",
        R"({"xt": {"type": "match", "name": "recent"}})"}) {
    const Rule rule = only_rule(std::string{match} + R"(, {"accept": null})");
    EXPECT_FALSE(holds(rule.matches.back(), Packet{}).has_value()) << match;
  }
}

TEST(NftRules, text_that_is_no_ruleset_is_an_error) {
  EXPECT_FALSE(read_nft_rules("", ""));
  EXPECT_FALSE(read_nft_rules("{}", ""));
  EXPECT_FALSE(read_nft_rules("Operation not permitted", ""));
}

TEST(NftRules, odd_entries_do_no_harm) {
  EXPECT_TRUE(read_nft_rules(R"({"nftables": [1, {}, {"rule": 3}, {"rule": {"family": "ip"}}, {"chain": {}},
      {"rule": {"family": "", "table": "", "chain": "", "expr": [{}, 1, {"match": {}}, {"dnat": 1}]}}]})",
                             "# handle\n # handle 5\n"));
}

}  // namespace
}  // namespace fapfon::firewall
