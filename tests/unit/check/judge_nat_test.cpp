// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/judges.hpp"

#include "home.hpp"

namespace fapfon::check {
namespace {

constexpr const char* kOriginalRules =
    "-A PREROUTING -s 172.20.11.0/24 -d 172.30.10.1/32 -p tcp -m tcp --dport 5060 -j DNAT --to-destination "
    "172.30.10.2:5060\n"
    "-A PREROUTING -s 172.20.11.0/24 -d 172.30.10.1/32 -p udp -m udp --dport 5060 -j DNAT --to-destination "
    "172.30.10.2:5060\n";

TEST(NatRules, of_our_own_are_well) {
  EXPECT_EQ(judge_nat_rules(a_home())->verdict, Verdict::ok);
}

TEST(NatRules, of_somebody_else_that_do_the_same_are_well) {
  Facts facts = a_home();
  facts.rules = iptables_nat(kOriginalRules);
  EXPECT_EQ(judge_nat_rules(facts)->verdict, Verdict::ok);
}

TEST(NatRules, that_are_missing_are_wrong) {
  Facts facts = a_home();
  facts.rules = PacketRules{};
  const auto finding = judge_nat_rules(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_EQ(finding.remedy, std::vector<Step>{run("sudo fapfon-proxy nat setup")});
}

TEST(NatRules, come_with_the_program_and_are_not_missed_before_it_runs) {
  Facts facts = a_home();
  facts.rules = PacketRules{};
  facts.port_holders.clear();
  EXPECT_EQ(judge_nat_rules(facts)->verdict, Verdict::note);
}

TEST(NatRules, of_our_own_that_leave_out_a_range_are_for_another_configuration) {
  Facts facts = a_home();
  facts.subject.vpn.push_back(range("10.8.0.0/24"));
  const auto finding = judge_nat_rules(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_CONTAINS(finding.seen, "do not match the settings");
  EXPECT_CONTAINS(finding.seen, "UDP from 10.8.0.254 to 172.30.10.1:5060");
}

TEST(NatRules, of_our_own_for_another_port_are_for_another_configuration) {
  Facts facts = a_home();
  facts.subject.udp_port = 5070;
  facts.subject.tcp_port = 5070;
  EXPECT_CONTAINS(judge_nat_rules(facts)->seen, "do not match the settings");
}

TEST(NatRules, of_our_own_that_hand_over_more_than_is_served_are_for_another_configuration) {
  Facts facts = a_home();
  facts.own_rules = nat::State::different;
  EXPECT_EQ(judge_nat_rules(facts)->verdict, Verdict::wrong);
  facts.own_rules = nat::State::current;
  EXPECT_EQ(judge_nat_rules(facts)->verdict, Verdict::ok);
}

TEST(NatRules, for_udp_only_leave_out_tcp) {
  Facts facts = a_home();
  facts.rules = iptables_nat("-A PREROUTING -p udp --dport 5060 -j DNAT --to-destination 172.30.10.2:5060\n");
  EXPECT_CONTAINS(judge_nat_rules(facts)->seen, "TCP from 172.20.11.254");
}

TEST(NatRules, of_the_original_beside_ours_are_doubled_and_each_can_be_deleted) {
  Facts facts = a_home();
  add_rules(facts, iptables_nat(kOriginalRules));
  const auto finding = judge_nat_rules(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_CONTAINS(finding.seen, "twice");
  const std::string remedy = remedy_of(finding);
  EXPECT_CONTAINS(remedy,
                  "$ sudo iptables -t nat -D PREROUTING -s 172.20.11.0/24 -d 172.30.10.1/32 -p tcp -m tcp "
                  "--dport 5060 -j DNAT --to-destination 172.30.10.2:5060\n");
  EXPECT_CONTAINS(remedy, "-p udp -m udp");
}

TEST(NatRules, of_the_original_twice_are_doubled_and_one_of_each_stays) {
  Facts facts = a_home();
  facts.rules = iptables_nat(std::string{kOriginalRules} + kOriginalRules);
  const auto finding = judge_nat_rules(facts).value();
  EXPECT_CONTAINS(finding.seen, "twice");
  EXPECT_EQ(finding.remedy.size(), 3U) << remedy_of(finding);
}

TEST(NatRules, behind_those_of_somebody_else_are_shadowed) {
  Facts facts = a_home();
  PacketRules other =
      iptables_nat("-A PREROUTING -i wg0 -p udp --dport 5060 -j DNAT --to-destination 172.30.10.20\n");
  other.at(0).priority = -120;
  add_rules(facts, std::move(other));
  const auto finding = judge_nat_rules(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_CONTAINS(finding.seen, "-j DNAT --to-destination 172.30.10.20");
  EXPECT_CONTAINS(remedy_of(finding), "$ sudo iptables -t nat -D PREROUTING -i wg0 ");
}

TEST(NatRules, of_somebody_else_that_come_behind_ours_do_no_harm) {
  Facts facts = a_home();
  add_rules(facts, iptables_nat("-A PREROUTING -p udp --dport 5060 -j DNAT --to-destination 172.30.10.20\n"));
  EXPECT_EQ(judge_nat_rules(facts)->verdict, Verdict::ok);
}

TEST(NatRules, that_redirect_to_our_port_are_well_when_the_box_is_this_machine) {
  Facts facts = a_home();
  facts.subject.boxes = std::vector<SocketAddress>{at("172.30.10.2:5060")};
  facts.subject.udp_port = 6060;
  facts.subject.tcp_port = 6060;
  facts.rules = iptables_nat(
      "-A PREROUTING -s 172.20.11.0/24 -p udp --dport 5060 -j REDIRECT --to-ports 6060\n"
      "-A PREROUTING -s 172.20.11.0/24 -p tcp --dport 5060 -j REDIRECT --to-ports 6060\n");
  EXPECT_EQ(judge_nat_rules(facts)->verdict, Verdict::ok);
}

TEST(NatRules, that_cannot_be_read_are_not_judged) {
  Facts facts = a_home();
  facts.rules = Unexpected<std::string>("that needs root");
  EXPECT_EQ(judge_nat_rules(facts)->verdict, Verdict::could_not_look);
}

TEST(NatRules, for_a_box_and_a_vpn_of_different_families_cannot_be) {
  Facts facts = a_home();
  facts.subject.vpn = {range("fd00::/64")};
  EXPECT_EQ(judge_nat_rules(facts)->verdict, Verdict::wrong);
  EXPECT_CONTAINS(judge_nat_rules(facts)->seen, "IPv6");
}

TEST(NatRules, without_a_box_say_nothing) {
  Facts facts = a_home();
  facts.subject.boxes = Unexpected<std::string>("none");
  EXPECT_FALSE(judge_nat_rules(facts));
}

}  // namespace
}  // namespace fapfon::check
