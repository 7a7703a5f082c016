// SPDX-License-Identifier: GPL-2.0-or-later
// What `fapfon-proxy check` prints, as pages: on an 80-column terminal, and for scripts. The home is the
// seed's (unit/check/home.hpp) with a few faults.
#include "check/report.hpp"

#include "check/judges.hpp"
#include "unit/check/home.hpp"

namespace fapfon::check {
namespace {

/// Audio that must be direct in a VPN that masquerades, the original program's rules beside ours, and no tool
/// to look at rp_filter.
Facts a_faulty_home() {
  Facts facts = a_home();
  facts.subject.media = box::MediaOption::direct;
  facts.media_probe->reply = fritzbox(ip("172.30.10.2"));
  facts.kernel.source_checks.reset();
  facts.subject.vpn.clear();
  add_rules(facts, iptables_nat(
                       "-A PREROUTING -s 172.20.11.0/24 -d 172.30.10.1/32 -p udp -m udp --dport 5060 -j DNAT "
                       "--to-destination 172.30.10.2:5060\n"
                       "-A POSTROUTING -s 172.20.11.0/24 -o eth0 -j MASQUERADE\n"));
  return facts;
}

/// A page opens with a line break that is not part of it.
std::string page(ByteView text) {
  return std::string{text.substr(1)};
}

TEST(CheckReport, of_a_home_that_is_well) {
  EXPECT_EQ(to_report(judge(a_home()), false), page(R"(
ok       The configuration can be read.
ok       The Box is at 172.30.10.1:5060.
ok       172.30.10.1:5060 answers SIP.
ok       It is a FRITZ!Box 7590 with FRITZ!OS 7.57.
ok       fapfon-proxy is running and listens on UDP and TCP port 5060.
ok       What phones send to the Box's SIP port is handed over to fapfon-proxy.
ok       No firewall on this machine drops SIP or audio.
ok       This machine passes packets between the VPN and the home network.
ok       The kernel drops no packets of phones or Box because of where they come
         in.
ok       The kernel's SIP helper keeps away from the phones' SIP.
ok       The VPN is up: wg0 (172.20.11.1/24).
ok       Phones are served from 172.20.11.0/24.
ok       Audio goes directly: the Box sees VPN addresses and answers them.
ok       A SIP message fits into a packet of the VPN (1420 bytes).

All well.
)"));
}

TEST(CheckReport, of_a_faulty_home) {
  EXPECT_EQ(to_report(judge(a_faulty_home()), false), page(R"(
WRONG    The phones' SIP is redirected to fapfon-proxy twice. Not by
         fapfon-proxy itself: '-A PREROUTING -s 172.20.11.0/24 -d 172.30.10.1/32
         -p udp -m udp --dport 5060 -j DNAT --to-destination 172.30.10.2:5060'
         (iptables, table ip nat, chain PREROUTING).
         When fapfon-proxy is stopped its own rules go, but these stay and cut
         the phones off.
         seen in: nft list ruleset, iptables-save [nat_rules]
         fix: Delete the rules that are too many, here and where they come from
              (the original program's fapfon-proxy.nat, a firewall script):
                sudo iptables -t nat -D PREROUTING -s 172.20.11.0/24 -d 172.30.10.1/32 -p udp -m udp --dport 5060 -j DNAT --to-destination 172.30.10.2:5060

WRONG    The VPN masquerades: the FRITZ!Box sees 172.30.10.2 instead of
         172.20.11.1.
         The Box cannot send audio to phones that it sees only as this machine:
         they hear nothing.
         seen in: SIP OPTIONS to 172.30.10.1:5060 from 172.20.11.1 (wg0)
                  [media_path]
         fix: In the FRITZ!Box (http://172.30.10.1): Heimnetz > Netzwerk >
              Netzwerkeinstellungen > Statische Routingtabelle > IPv4-Routen
              (Home Network > Network > Network Settings > Static Routing
              Table), new route:
              Netzwerk (network) 172.20.11.0, Subnetzmaske (subnet mask)
              255.255.255.0, Gateway 172.30.10.2, Route aktiv (route active).
              Then exempt the home network from masquerading:
                sudo iptables -t nat -I POSTROUTING -s 172.20.11.0/24 -d 172.30.10.0/24 -j ACCEPT
              It goes in front of: -A POSTROUTING -s 172.20.11.0/24 -o eth0 -j
              MASQUERADE
              And permanently, where that rule comes from: PostUp in
              /etc/wireguard/wg0.conf, /etc/iptables/rules.v4 (PiVPN) or
              /etc/nftables.conf.
              Or leave --media=direct out: audio then goes through this machine,
              and nothing else has to be done.

UNKNOWN  Cannot tell whether the kernel drops packets because of the interface
         they come in on.
         Packets dropped this way cause calls without sound, or phones that do
         not ring.
         seen in: ip route get ... from ... iif ...,
                  /proc/sys/net/ipv4/conf/*/rp_filter [rp_filter]
         fix: The program ip is missing:
                sudo apt install iproute2

note     VPN is not set. Phones are served from all private addresses.
         Those are 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10,
         169.254.0.0/16, fc00::/7, fe80::/10. To serve the VPN only, write its
         range into VPN.
         seen in: /etc/default/fapfon-proxy [vpn_ranges]

ok       The configuration can be read.
ok       The Box is at 172.30.10.1:5060.
ok       172.30.10.1:5060 answers SIP.
ok       It is a FRITZ!Box 7590 with FRITZ!OS 7.57.
ok       fapfon-proxy is running and listens on UDP and TCP port 5060.
ok       No firewall on this machine drops SIP or audio.
ok       This machine passes packets between the VPN and the home network.
ok       The kernel's SIP helper keeps away from the phones' SIP.
ok       The VPN is up: wg0 (172.20.11.1/24).
ok       A SIP message fits into a packet of the VPN (1420 bytes).

2 things are wrong, 1 thing could not be checked. Fix the first problem, then
run check again.
)"));
}

TEST(CheckReport, in_json) {
  Findings findings = {{"program",
                        Verdict::wrong,
                        "It does not run.",
                        "/proc/net",
                        "No calls.",
                        {say("Start it:"), run("sudo systemctl start fapfon-proxy")}},
                       {"configuration", Verdict::ok, "All \"well\".", "/etc/default/fapfon-proxy", "", {}}};
  EXPECT_EQ(
      to_json(findings),
      R"({"verdict":"wrong","exit_code":1,"findings":[{"id":"program","verdict":"wrong","seen":"It does not run.","looked_at":"/proc/net","why":"No calls.","remedy":[{"say":"Start it:"},{"run":"sudo systemctl start fapfon-proxy"}]},{"id":"configuration","verdict":"ok","seen":"All \"well\".","looked_at":"/etc/default/fapfon-proxy","why":"","remedy":[]}]}
)");
}

TEST(CheckReport, has_no_line_above_80_columns_but_commands) {
  std::string report = to_report(judge(a_faulty_home()), false);
  for (std::size_t end = 0; (end = report.find('\n')) != std::string::npos; report.erase(0, end + 1)) {
    const std::string line = report.substr(0, end);
    const bool is_command =
        line.find("  sudo ") != std::string::npos || line.find("'-A ") != std::string::npos;
    EXPECT_TRUE(line.size() <= 80 || is_command) << line;
  }
}

TEST(CheckReport, in_colour_marks_the_verdict_and_nothing_else) {
  const Findings findings = {{"program", Verdict::wrong, "It does not run.", "/proc/net", "No calls.", {}}};
  const std::string plain = to_report(findings, false);
  EXPECT_EQ(to_report(findings, true), "\x1b[1;31mWRONG\x1b[0m" + plain.substr(5));
}

}  // namespace
}  // namespace fapfon::check
