// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/judges.hpp"

#include "home.hpp"

namespace fapfon::check {
namespace {

TEST(MediaFinding, that_goes_directly_is_well) {
  EXPECT_EQ(judge_media_path(a_home())->verdict, Verdict::ok);
}

Facts wanting_direct_audio(Facts facts) {
  facts.subject.media = box::MediaOption::direct;
  return facts;
}

TEST(MediaFinding, without_a_route_is_relayed_and_noted_with_what_would_make_it_direct) {
  Facts facts = a_home();
  facts.media_probe->reply = silence();
  const auto finding = judge_media_path(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::note);
  EXPECT_CONTAINS(finding.seen, "Audio goes through this machine: the FRITZ!Box knows no route to the VPN");
  EXPECT_CONTAINS(finding.why, "nothing has to be done");
  EXPECT_CONTAINS(remedy_of(finding), "(network) 172.20.11.0");
}

TEST(MediaFinding, that_must_be_direct_needs_a_route_in_the_box_with_the_real_addresses) {
  Facts facts = wanting_direct_audio(a_home());
  facts.media_probe->reply = silence();
  const auto finding = judge_media_path(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_CONTAINS(remedy_of(finding), "leave --media=direct out");
  const std::string remedy = remedy_of(finding);
  EXPECT_CONTAINS(remedy, "http://172.30.10.1");
  EXPECT_CONTAINS(remedy,
                  "Heimnetz > Netzwerk > Netzwerkeinstellungen > Statische Routingtabelle > IPv4-Routen");
  EXPECT_CONTAINS(remedy,
                  "(network) 172.20.11.0, Subnetzmaske (subnet mask) 255.255.255.0, Gateway 172.30.10.2");
}

TEST(MediaFinding, of_ip6_needs_a_route_with_a_prefix_length) {
  Facts facts = a_home();
  facts.subject.vpn = {range("fd00:20::/64")};
  facts.interfaces = {{"eth0", true, false, 1500, {range("fd00:30::2/64")}},
                      {"wg0", true, true, 1420, {range("fd00:20::1/64")}}};
  facts.box = BoxFacts{{at("[fd00:30::1]:5060"), ip("fd00:30::2")}, fritzbox(), {}};
  facts.media_probe = MediaProbe{ip("fd00:20::1"), "wg0", silence()};
  const std::string remedy = remedy_of(*judge_media_path(facts));
  EXPECT_CONTAINS(remedy, "IPv6-Routen");
  EXPECT_CONTAINS(remedy, "fd00:20::, Präfixlänge (prefix length) 64, Gateway fd00:30::2.");
}

Facts masquerading(PacketRules rules) {
  Facts facts = a_home();
  facts.media_probe->reply = fritzbox(ip("172.30.10.2"));
  add_rules(facts, std::move(rules));
  return facts;
}

TEST(MediaFinding, of_a_vpn_that_masquerades_is_relayed_and_well) {
  const auto finding = judge_media_path(masquerading({})).value();
  EXPECT_EQ(finding.verdict, Verdict::ok);
  EXPECT_EQ(finding.seen,
            "Audio goes through this machine: the VPN masquerades, the FRITZ!Box sees 172.30.10.2 instead of "
            "172.20.11.1.");
}

TEST(MediaFinding, that_must_be_direct_in_a_vpn_that_masquerades_is_exempted_in_front_of_the_rule) {
  const Facts facts = wanting_direct_audio(masquerading(
      iptables_nat("-A POSTROUTING -s 172.20.11.0/24 -o eth0 -m comment --comment wg -j MASQUERADE\n")));
  const auto finding = judge_media_path(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_EQ(finding.seen, "The VPN masquerades: the FRITZ!Box sees 172.30.10.2 instead of 172.20.11.1.");
  EXPECT_CONTAINS(remedy_of(finding),
                  "$ sudo iptables -t nat -I POSTROUTING -s 172.20.11.0/24 -d 172.30.10.0/24 -j ACCEPT\n");
  EXPECT_CONTAINS(remedy_of(finding), "/etc/wireguard/wg0.conf");
  EXPECT_LT(remedy_of(finding).find("Statische Routingtabelle"), remedy_of(finding).find("$ sudo iptables"))
      << "the route first: without it nothing works any more";
}

TEST(MediaFinding, masqueraded_by_nft_is_exempted_with_nft) {
  const Facts facts = wanting_direct_audio(masquerading(read_nft_rules(R"({"nftables": [
      {"chain": {"family": "ip", "table": "vpn", "name": "out", "handle": 1, "type": "nat", "hook": "postrouting",
        "prio": 100, "policy": "accept"}},
      {"rule": {"family": "ip", "table": "vpn", "chain": "out", "handle": 4, "expr": [
        {"match": {"op": "==", "left": {"meta": {"key": "oifname"}}, "right": "eth0"}}, {"masquerade": null}]}}]})",
                                                                       "")
                                                            .value()));
  EXPECT_CONTAINS(
      remedy_of(*judge_media_path(facts)),
      "$ sudo nft insert rule ip vpn out ip saddr 172.20.11.0/24 ip daddr 172.30.10.0/24 accept\n");
}

TEST(MediaFinding, masqueraded_by_nobody_here_says_so) {
  const auto finding = judge_media_path(wanting_direct_audio(masquerading({}))).value();
  EXPECT_CONTAINS(remedy_of(finding), "not found on this machine");
  EXPECT_EQ(remedy_of(finding).find("$ "), std::string::npos);
}

TEST(MediaFinding, of_a_user_who_wants_the_relay_says_so) {
  Facts facts = a_home();
  facts.subject.media = box::MediaOption::relay;
  facts.media_probe.reset();
  EXPECT_EQ(judge_media_path(facts)->verdict, Verdict::ok);
  EXPECT_CONTAINS(judge_media_path(facts)->seen, "--media=relay");
}

TEST(MediaFinding, without_a_vpn_on_this_machine_is_relayed_and_well) {
  Facts facts = a_home();
  facts.interfaces.pop_back();
  facts.media_probe.reset();
  const auto finding = judge_media_path(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::ok);
  EXPECT_CONTAINS(finding.seen, "this machine has no address in the VPN");
}

TEST(MediaFinding, of_a_vpn_without_the_ip_version_of_the_box_is_relayed_and_well) {
  Facts facts = a_home();
  facts.interfaces[1].addresses = {range("fd00:20::1/64")};
  facts.media_probe.reset();
  EXPECT_CONTAINS(judge_media_path(facts)->seen, "no VPN address of the Box's IP version");
}

TEST(MediaFinding, is_not_judged_while_the_box_does_not_answer) {
  Facts facts = a_home();
  facts.box->reply = silence();
  facts.media_probe.reset();
  EXPECT_EQ(judge_media_path(facts)->verdict, Verdict::could_not_look);
}

TEST(MediaFinding, has_no_way_to_go_when_the_box_is_this_machine) {
  Facts facts = a_home();
  facts.box->place.box = at("172.30.10.2:5060");
  EXPECT_FALSE(judge_media_path(facts));
}

Facts with_tailscale(BoxReply reply) {
  Facts facts = a_home();
  facts.subject.vpn = {range("100.64.0.0/10")};
  facts.interfaces[1] = {"tailscale0", true, true, 1280, {range("100.101.102.1/32")}};
  facts.media_probe = MediaProbe{ip("100.101.102.1"), "tailscale0", std::move(reply)};
  return facts;
}

TEST(MediaFinding, of_tailscale_is_relayed_and_well_whether_the_box_has_a_route_or_not) {
  for (const BoxReply& reply : {fritzbox(), silence()}) {
    const auto finding = judge_media_path(with_tailscale(reply)).value();
    EXPECT_EQ(finding.verdict, Verdict::ok);
    EXPECT_CONTAINS(finding.seen,
                    "Audio goes through this machine: the VPN (Tailscale, NetBird) may masquerade");
    EXPECT_TRUE(finding.remedy.empty()) << "a route in the Box would not make it direct";
  }
}

TEST(MediaFinding, of_tailscale_that_must_be_direct_needs_a_route_and_no_masquerading) {
  const auto routed = judge_media_path(wanting_direct_audio(with_tailscale(fritzbox()))).value();
  EXPECT_EQ(routed.verdict, Verdict::note);
  EXPECT_CONTAINS(remedy_of(routed), "--snat-subnet-routes=false");
  const auto without_route = judge_media_path(wanting_direct_audio(with_tailscale(silence()))).value();
  EXPECT_EQ(without_route.verdict, Verdict::wrong);
  EXPECT_CONTAINS(remedy_of(without_route), "(network) 100.64.0.0");
}

TEST(AudioPorts, that_include_the_sip_port_are_a_note) {
  Facts facts = a_home();
  EXPECT_FALSE(judge_audio_ports(facts));
  facts.subject.audio_ports = {5'000, 6'000};
  EXPECT_CONTAINS(judge_audio_ports(facts)->seen, "--rtp-ports=5000-6000 includes the SIP port 5060.");
  facts.subject.audio_ports = {6'000, 7'000};
  facts.subject.udp_port = 6'060;
  EXPECT_CONTAINS(judge_audio_ports(facts)->seen, "the SIP port 6060");
}

/// What one finding says about the path of audio, the other must not doubt.
TEST(MediaFinding, is_not_contradicted_while_the_box_is_silent) {
  Facts facts = a_home();
  facts.box->reply = silence();
  facts.media_probe.reset();
  facts.kernel.ip4_forwarding = false;
  EXPECT_EQ(judge_media_path(facts)->verdict, Verdict::could_not_look);
  EXPECT_FALSE(contains(judge_forwarding(facts)->why, "Audio goes directly")) << judge_forwarding(facts)->why;
}

}  // namespace
}  // namespace fapfon::check
