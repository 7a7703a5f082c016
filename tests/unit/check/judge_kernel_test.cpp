// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/judges.hpp"

#include "home.hpp"

namespace fapfon::check {
namespace {

TEST(ForwardingOn, is_well) {
  EXPECT_EQ(judge_forwarding(a_home())->verdict, Verdict::ok);
}

TEST(ForwardingOff, is_wrong_and_mended_for_now_and_for_good) {
  Facts facts = a_home();
  facts.kernel.ip4_forwarding = false;
  const auto finding = judge_forwarding(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_EQ(remedy_of(finding),
            "$ sudo sysctl -w net.ipv4.ip_forward=1\nAnd permanently:\n"
            "$ echo net.ipv4.ip_forward=1 | sudo tee -a /etc/sysctl.d/60-fapfon-proxy.conf\n");
}

TEST(ForwardingOff, on_an_interface_that_takes_part_is_wrong) {
  Facts facts = a_home();
  facts.kernel.ip4_interfaces = {{"eth0", true}, {"wg0", false}};
  EXPECT_EQ(judge_forwarding(facts)->verdict, Verdict::wrong);
  EXPECT_CONTAINS(judge_forwarding(facts)->seen, "wg0");
  facts.kernel.ip4_interfaces = {{"eth0", true}, {"wg0", true}, {"wlan9", false}};
  EXPECT_EQ(judge_forwarding(facts)->verdict, Verdict::ok);
}

TEST(ForwardingOff, of_the_other_family_does_not_matter) {
  Facts facts = a_home();
  facts.box->place.box = at("[fd00::1]:5060");
  facts.kernel.ip4_forwarding = false;
  facts.kernel.ip6_forwarding = true;
  EXPECT_EQ(judge_forwarding(facts)->verdict, Verdict::ok);
  facts.kernel.ip6_forwarding = false;
  EXPECT_CONTAINS(remedy_of(*judge_forwarding(facts)), "$ sudo sysctl -w net.ipv6.conf.all.forwarding=1\n");
}

TEST(ForwardingOff, does_not_matter_when_the_box_is_this_machine) {
  Facts facts = a_home();
  facts.box->place.box = at("172.30.10.2:5060");
  facts.kernel.ip4_forwarding = false;
  EXPECT_FALSE(judge_forwarding(facts));
}

TEST(ForwardingOff, is_a_note_where_audio_is_relayed) {
  Facts facts = a_home();
  facts.kernel.ip4_forwarding = false;
  facts.subject.media = box::MediaOption::relay;
  EXPECT_EQ(judge_forwarding(facts)->verdict, Verdict::note);
  facts.subject.media = box::MediaOption::automatic;
  EXPECT_EQ(judge_forwarding(facts)->verdict, Verdict::wrong) << "the Box answers VPN addresses: direct";
}

TEST(ForwardingUnknown, is_not_judged) {
  Facts facts = a_home();
  facts.kernel.ip4_forwarding.reset();
  EXPECT_EQ(judge_forwarding(facts)->verdict, Verdict::could_not_look);
}

TEST(RpFilter, that_is_strict_and_drops_nothing_is_well) {
  EXPECT_EQ(judge_rp_filter(a_home())->verdict, Verdict::ok);
}

TEST(RpFilter, that_drops_packets_is_made_loose) {
  Facts facts = a_home();
  facts.kernel.source_checks->push_back({"wlan0", ip("172.30.10.1"), 1, true});
  const auto finding = judge_rp_filter(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_CONTAINS(finding.seen, "172.30.10.1 that come in by wlan0");
  EXPECT_CONTAINS(remedy_of(finding), "$ sudo sysctl -w net.ipv4.conf.wlan0.rp_filter=2\n");
}

TEST(RpFilter, that_is_loose_already_lacks_a_route) {
  Facts facts = a_home();
  facts.kernel.source_checks->push_back({"wlan0", ip("172.30.10.1"), 2, true});
  EXPECT_CONTAINS(remedy_of(*judge_rp_filter(facts)), "$ ip route get 172.30.10.1\n");
}

TEST(RpFilter, that_cannot_be_asked_is_not_judged) {
  Facts facts = a_home();
  facts.kernel.source_checks.reset();
  EXPECT_EQ(judge_rp_filter(facts)->verdict, Verdict::could_not_look);
}

PacketRules raw(const std::string& rule) {
  return read_iptables_rules("*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n" + rule + '\n',
                             "iptables");
}

TEST(SipHelper, that_our_rules_keep_away_is_well) {
  Facts facts = a_home();
  add_rules(facts, raw("-A PREROUTING -p udp --dport 5060 -j CT --helper sip"));
  EXPECT_EQ(judge_sip_helper(facts)->verdict, Verdict::ok);
}

TEST(SipHelper, that_a_rule_gives_to_phones_or_to_us_is_wrong) {
  for (const char* const rule : {"-A PREROUTING -p udp --dport 5060 -j CT --helper sip",
                                 "-A OUTPUT -p tcp --dport 5060 -j CT --helper sip"}) {
    Facts facts = a_home();
    facts.rules = raw(rule);
    const auto finding = judge_sip_helper(facts).value();
    EXPECT_EQ(finding.verdict, Verdict::wrong) << rule;
    EXPECT_CONTAINS(finding.seen, rule);
    EXPECT_CONTAINS(remedy_of(finding), "$ sudo iptables -t raw -D ");
  }
}

TEST(SipHelper, of_another_port_or_kind_is_well) {
  for (const char* const rule : {"-A PREROUTING -p udp --dport 5061 -j CT --helper sip",
                                 "-A PREROUTING -p udp --dport 5060 -j CT --helper tftp"}) {
    Facts facts = a_home();
    facts.rules = raw(rule);
    EXPECT_EQ(judge_sip_helper(facts)->verdict, Verdict::ok) << rule;
  }
}

TEST(SipHelper, that_an_old_kernel_gives_unasked_is_switched_off) {
  Facts facts = a_home();
  facts.kernel.gives_helpers_unasked = true;
  EXPECT_CONTAINS(remedy_of(*judge_sip_helper(facts)),
                  "$ sudo sysctl -w net.netfilter.nf_conntrack_helper=0\n");
}

TEST(SipHelper, that_holds_connections_is_wrong) {
  Facts facts = a_home();
  facts.kernel.helped_connections = {"udp 17 src=172.20.11.6 dst=172.30.10.1 helper=sip"};
  EXPECT_EQ(judge_sip_helper(facts)->verdict, Verdict::wrong);
  EXPECT_CONTAINS(remedy_of(*judge_sip_helper(facts)), "$ sudo conntrack -D -p udp --orig-port-dst 5060\n");
}

TEST(SipHelper, without_root_is_not_judged) {
  Facts facts = a_home();
  facts.rules = Unexpected<std::string>("that needs root");
  EXPECT_EQ(judge_sip_helper(facts)->verdict, Verdict::could_not_look);
}

}  // namespace
}  // namespace fapfon::check
