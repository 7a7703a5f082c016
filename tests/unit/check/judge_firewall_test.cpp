// SPDX-License-Identifier: GPL-2.0-or-later
// Does a firewall drop SIP or audio, and what does its owner have to write?
#include "check/judges.hpp"
#include "unit/check/home.hpp"

namespace fapfon::check {
namespace {

using firewall::iptables_filter;
using firewall::kUfw;

/// A VPN that masquerades, so that audio is relayed.
Facts a_relaying_home(PacketRules firewall) {
  Facts facts = a_home();
  facts.media_probe->reply = fritzbox(ip("172.30.10.2"));
  add_rules(facts, std::move(firewall));
  return facts;
}

Facts a_direct_home(PacketRules firewall) {
  Facts facts = a_home();
  add_rules(facts, std::move(firewall));
  return facts;
}

Finding wrong(const Facts& facts) {
  const auto finding = judge_firewall(facts);
  EXPECT_TRUE(finding);
  if (!finding) return {};
  EXPECT_EQ(finding->verdict, Verdict::wrong) << finding->seen;
  return *finding;
}

TEST(JudgeFirewall, finds_nothing_where_there_is_none) {
  EXPECT_EQ(judge_firewall(a_home())->verdict, Verdict::ok);
  EXPECT_EQ(judge_firewall(a_relaying_home({}))->verdict, Verdict::ok);
}

TEST(JudgeFirewall, could_not_look_without_root) {
  Facts facts = a_home();
  facts.rules = Unexpected<std::string>("that needs root");
  EXPECT_EQ(judge_firewall(facts)->verdict, Verdict::could_not_look);
}

TEST(JudgeFirewall, finds_what_ufw_drops_and_gives_its_commands) {
  const Finding finding = wrong(a_relaying_home(iptables_filter(kUfw)));
  EXPECT_CONTAINS(finding.seen,
                  "The firewall (ufw) drops SIP from the VPN, audio from the VPN, audio from the "
                  "FRITZ!Box and SIP from the FRITZ!Box: the default of chain INPUT");
  EXPECT_EQ(remedy_of(finding),
            "Allow it:\n"
            "$ sudo ufw allow proto udp from 172.20.11.0/24 to any port 5060\n"
            "$ sudo ufw allow proto tcp from 172.20.11.0/24 to any port 5060\n"
            "$ sudo ufw allow proto udp from 172.20.11.0/24 to any port 30000:32767\n"
            "$ sudo ufw allow proto udp from 172.30.10.1 to any port 30000:32767\n"
            "$ sudo ufw allow proto udp from 172.30.10.1 to any port 20000:29999\n");
}

TEST(JudgeFirewall, is_content_with_what_it_has_told_ufw_to_allow) {
  const auto rules = iptables_filter(std::string{kUfw} +
                                     "-A ufw-user-input -s 172.20.11.0/24 -p udp --dport 5060 -j ACCEPT\n"
                                     "-A ufw-user-input -s 172.20.11.0/24 -p tcp --dport 5060 -j ACCEPT\n"
                                     "-A ufw-user-input -s 172.20.11.0/24 -p udp -m multiport --dports "
                                     "30000:32767 -j ACCEPT\n"
                                     "-A ufw-user-input -s 172.30.10.1/32 -p udp -m multiport --dports "
                                     "20000:32767 -j ACCEPT\n");
  EXPECT_EQ(judge_firewall(a_relaying_home(rules))->verdict, Verdict::ok);
}

TEST(JudgeFirewall, names_only_what_is_dropped) {
  const auto rules =
      iptables_filter(":INPUT ACCEPT [0:0]\n-A INPUT -i wg0 -p udp -m udp --dport 32000:40000 -j DROP\n");
  const Finding finding = wrong(a_relaying_home(rules));
  EXPECT_CONTAINS(finding.seen, "The firewall (iptables) drops audio from the VPN: '-A INPUT -i wg0");
  EXPECT_CONTAINS(remedy_of(finding),
                  "$ sudo iptables -I INPUT -s 172.20.11.0/24 -p udp --dport 30000:32767 -j ACCEPT\n");
  EXPECT_EQ(judge_firewall(a_direct_home(rules))->verdict, Verdict::ok);
}

TEST(JudgeFirewall, finds_dockers_policy_only_where_audio_goes_directly) {
  const auto docker = iptables_filter(
      ":INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:DOCKER-USER - [0:0]\n:DOCKER-FORWARD - [0:0]\n"
      "-A FORWARD -j DOCKER-USER\n-A FORWARD -j DOCKER-FORWARD\n"
      "-A DOCKER-FORWARD -m set --match-set docker-ext-bridges-v4 dst -m conntrack --ctstate "
      "RELATED,ESTABLISHED -j ACCEPT\n-A DOCKER-FORWARD -i docker0 -j ACCEPT\n");
  EXPECT_EQ(judge_firewall(a_relaying_home(docker))->verdict, Verdict::ok);
  const Finding finding = wrong(a_direct_home(docker));
  EXPECT_CONTAINS(finding.seen,
                  "(Docker's rules) drops audio between the VPN and the FRITZ!Box: the default "
                  "of chain FORWARD");
  EXPECT_CONTAINS(remedy_of(finding),
                  "$ sudo iptables -I DOCKER-USER -s 172.20.11.0/24 -d 172.30.10.1 -p udp -j ACCEPT\n"
                  "$ sudo iptables -I DOCKER-USER -s 172.30.10.1 -d 172.20.11.0/24 -p udp -j ACCEPT\n");
}

/// wg-quick's PostUp beside Docker: phones may speak first, and the Box may answer.
TEST(JudgeFirewall, lets_pass_audio_that_is_allowed_one_way_and_back) {
  const auto rules = iptables_filter(
      ":FORWARD DROP [0:0]\n-A FORWARD -i wg0 -j ACCEPT\n"
      "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n");
  EXPECT_EQ(judge_firewall(a_direct_home(rules))->verdict, Verdict::ok);
  const auto one_way_only = iptables_filter(":FORWARD DROP [0:0]\n-A FORWARD -i wg0 -j ACCEPT\n");
  EXPECT_CONTAINS(wrong(a_direct_home(one_way_only)).seen, "drops audio between the VPN and the FRITZ!Box");
}

TEST(JudgeFirewall, says_nothing_where_it_cannot_say) {
  const auto rules =
      iptables_filter(":INPUT DROP [0:0]\n-A INPUT -m set --match-set friends src -j ACCEPT\n");
  EXPECT_FALSE(judge_firewall(a_relaying_home(rules)));
}

TEST(JudgeFirewall, takes_phones_where_the_interface_has_its_network) {
  Facts facts = a_relaying_home(iptables_filter(
      ":INPUT DROP [0:0]\n-A INPUT -s 172.20.11.0/24 -j ACCEPT\n-A INPUT -i eth0 -j ACCEPT\n"));
  facts.subject.vpn = {range("172.16.0.0/12")};
  EXPECT_EQ(judge_firewall(facts)->verdict, Verdict::ok);
}

TEST(JudgeFirewall, writes_a_rule_of_nft_into_the_chain_that_drops) {
  const auto rules = read_nft_rules(
      R"({"nftables": [{"chain": {"family": "inet", "table": "filter", "name": "input", "handle": 1, "type":
          "filter", "hook": "input", "prio": 0, "policy": "drop"}}]})",
      "");
  const Finding finding = wrong(a_relaying_home(rules.value()));
  EXPECT_CONTAINS(remedy_of(finding),
                  "$ sudo nft insert rule inet filter input ip saddr 172.20.11.0/24 udp dport 5060 accept\n");
  EXPECT_CONTAINS(remedy_of(finding), "udp dport 30000-32767 accept\n");
  EXPECT_CONTAINS(remedy_of(finding), "/etc/nftables.conf");
}

/// The shape of what firewalld 1.3 makes: translated packets pass, all others go by zones.
PacketRules firewalld() {
  const auto chain = [](const std::string& name, const std::string& hook) {
    return R"({"chain": {"family": "inet", "table": "firewalld", "name": ")" + name + R"(", "handle": 1)" +
           (hook.empty()
                ? ""
                : R"(, "type": "filter", "hook": ")" + hook + R"(", "prio": 10, "policy": "accept")") +
           "}},";
  };
  const auto rule = [](const std::string& in, const std::string& expressions) {
    return R"({"rule": {"family": "inet", "table": "firewalld", "chain": ")" + in +
           R"(", "handle": 2, "expr": [)" + expressions + "]}},";
  };
  return read_nft_rules(
             R"({"nftables": [)" + chain("filter_INPUT", "input") + chain("filter_INPUT_ZONES", "") +
                 chain("filter_IN_public", "") + chain("filter_IN_internal", "") +
                 rule("filter_INPUT", R"({"match": {"op": "in", "left": {"ct": {"key": "status"}}, "right":
                     "dnat"}}, {"accept": null})") +
                 rule("filter_INPUT", R"({"jump": {"target": "filter_INPUT_ZONES"}})") +
                 rule("filter_INPUT_ZONES", R"({"match": {"op": "==", "left": {"meta": {"key": "iifname"}},
                     "right": "wg0"}}, {"goto": {"target": "filter_IN_internal"}})") +
                 rule("filter_INPUT_ZONES", R"({"goto": {"target": "filter_IN_public"}})") +
                 rule("filter_IN_public", R"({"reject": {"type": "icmpx", "expr": "admin-prohibited"}})") +
                 rule("filter_IN_internal", R"({"reject": {"type": "icmpx", "expr": "admin-prohibited"}})") +
                 R"({"metainfo": {}}]})",
             "")
      .value();
}

TEST(JudgeFirewall, gives_firewalld_its_commands_with_the_zone_of_the_interface) {
  const Finding finding = wrong(a_relaying_home(firewalld()));
  EXPECT_CONTAINS(finding.seen,
                  "(firewalld) drops audio from the VPN, audio from the FRITZ!Box and SIP from the "
                  "FRITZ!Box:");
  EXPECT_CONTAINS(remedy_of(finding),
                  "$ sudo firewall-cmd --permanent --zone=internal --add-rich-rule='rule family=ipv4 source "
                  "address=172.20.11.0/24 port port=30000-32767 protocol=udp accept'\n"
                  "$ sudo firewall-cmd --permanent --zone=public --add-rich-rule='rule family=ipv4 source "
                  "address=172.30.10.1 port port=30000-32767 protocol=udp accept'\n");
  EXPECT_CONTAINS(remedy_of(finding), "$ sudo firewall-cmd --reload\n");
}

}  // namespace
}  // namespace fapfon::check
