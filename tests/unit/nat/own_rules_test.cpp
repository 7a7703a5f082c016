// SPDX-License-Identifier: GPL-2.0-or-later
// Our rules as nft 1.0.6 and iptables-save list them. Read back from the real nft: tests/golden.
#include "nat/own_rules.hpp"

#include <gtest/gtest.h>

#include "nat/nft_ruleset.hpp"
#include "unit/firewall/samples.hpp"
#include "unit/nat/nat_support.hpp"

namespace fapfon::nat {
namespace {

using firewall::Chain;
using firewall::PacketRules;

/// The sample table as nft lists it for `interception`.
PacketRules table_of(const Interception& interception) {
  PacketRules rules = firewall::own_rules();
  rules[0].rules[0].comment = "configuration " + nft_fingerprint(interception);
  return rules;
}

TEST(OwnRules, are_current_by_their_fingerprint) {
  EXPECT_TRUE(nft_table_is_for(table_of(seed()), seed()));
}

TEST(OwnRules, of_another_configuration_are_not_current) {
  Interception other = seed();
  other.vpn.pop_back();
  EXPECT_FALSE(nft_table_is_for(table_of(other), seed()));
}

TEST(OwnRules, that_have_lost_one_are_not_current) {
  PacketRules one_less = table_of(seed());
  one_less[0].rules.pop_back();
  EXPECT_FALSE(nft_table_is_for(one_less, seed()));
  PacketRules without_comment = table_of(seed());
  without_comment[0].rules[0].comment.clear();
  EXPECT_FALSE(nft_table_is_for(without_comment, seed()));
  EXPECT_FALSE(nft_table_is_for({}, seed()));
}

TEST(OwnRules, of_nothing_to_intercept_are_never_current) {
  EXPECT_FALSE(nft_table_is_for(table_of({}), {}));
}

TEST(OwnRules, of_nft_tell_what_they_intercept) {
  const auto parts = intercepted_by(firewall::own_rules());
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(texts(parts[0].vpn), std::vector<std::string>{"172.20.11.0/24"});
  EXPECT_EQ(texts(parts[0].boxes), std::vector<std::string>{"172.30.10.1:5060"});
}

TEST(OwnRules, of_iptables_tell_what_they_intercept) {
  const auto rules = firewall::read_iptables_rules(
      "*nat\n:PREROUTING ACCEPT [0:0]\n:FAPFON-PROXY - [0:0]\n-A PREROUTING -j FAPFON-PROXY\n"
      "-A FAPFON-PROXY -s 172.30.10.1/32 -j RETURN\n"
      "-A FAPFON-PROXY -s 172.20.11.0/24 -d 172.30.10.1/32 -p udp -m udp --dport 5060 -j DNAT "
      "--to-destination 172.30.10.2:5060\n"
      "-A FAPFON-PROXY -d 172.30.10.9/32 -p udp -m udp --dport 5070 -j REDIRECT --to-ports 5061\nCOMMIT\n",
      "iptables");
  const auto parts = intercepted_by(rules);
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(texts(parts[0].vpn), std::vector<std::string>{"0.0.0.0/0"}) << "a rule without -s is for all";
  EXPECT_EQ(texts(parts[0].boxes), (std::vector<std::string>{"172.30.10.1:5060", "172.30.10.9:5070"}));
}

TEST(OwnRules, are_not_those_of_others) {
  PacketRules rules = firewall::own_rules();
  for (Chain& chain : rules) chain.table = "somebody";
  EXPECT_TRUE(intercepted_by(rules).empty());
  EXPECT_TRUE(intercepted_by({}).empty());
}

TEST(OwnRules, that_cannot_be_read_intercept_nothing) {
  PacketRules rules = firewall::own_rules();
  for (Chain& chain : rules) {
    for (firewall::Rule& rule : chain.rules) rule.matches.clear();
  }
  EXPECT_TRUE(intercepted_by(rules).empty());
}

}  // namespace
}  // namespace fapfon::nat
