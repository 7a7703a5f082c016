// SPDX-License-Identifier: GPL-2.0-or-later
// The pages of `fapfon-proxy check` in German: labels of their own, and lines that are measured in
// characters.
#include "check/report.hpp"

#include <functional>

#include "check/judges.hpp"
#include "text/translate.hpp"
#include "unit/check/home.hpp"

namespace fapfon::check {
namespace {

/// The sentences are not from the catalogue, so that only the report is tested.
Findings some_findings() {
  return {{"program",
           Verdict::wrong,
           "Über äußerst öde Überlandstraßen fährt für gewöhnlich größtenteils Übergepäck.",
           "/proc/net",
           "Öfter.",
           {say("Für Übermütige: öfter über größere Brücken fahren, möglichst früh, dafür gründlich:"),
            run("sudo systemctl start fapfon-proxy"), say("Danach schön überprüfen.")}},
          {"vpn_mtu", Verdict::could_not_look, "Unklar.", "wg0", "", {}},
          {"vpn_ranges", Verdict::note, "Schön.", "wg0", "", {}},
          {"port", Verdict::ok, "Ordentlich.", "/proc/net", "", {}}};
}

TEST(CheckReportInGerman, has_its_labels_and_fills_its_lines) {
  const text::Speaking german{text::Language::german};
  EXPECT_EQ("\n" + to_report(some_findings(), false), R"(
FEHLER   Über äußerst öde Überlandstraßen fährt für gewöhnlich größtenteils
         Übergepäck.
         Öfter.
         gesehen in: /proc/net [program]
         Abhilfe: Für Übermütige: öfter über größere Brücken fahren, möglichst
                  früh, dafür gründlich:
                    sudo systemctl start fapfon-proxy
                  Danach schön überprüfen.

UNKLAR   Unklar.
         gesehen in: wg0 [vpn_mtu]

Hinweis  Schön.
         gesehen in: wg0 [vpn_ranges]

ok       Ordentlich.

1 Fehler gefunden, 1 Punkt ließ sich nicht prüfen.
)");
}

TEST(CheckReportInGerman, counts_in_its_summary) {
  const text::Speaking german{text::Language::german};
  Findings findings = some_findings();
  findings.push_back(findings[0]);
  findings.push_back(findings[1]);
  EXPECT_TRUE(
      to_report(findings, false)
          .ends_with("\n2 Fehler gefunden, 2 Punkte ließen sich nicht prüfen. Beheben Sie zuerst den\n"
                     "ersten Fehler und rufen Sie dann noch einmal check auf.\n"))
      << to_report(findings, false);
  EXPECT_EQ(to_report({}, false), "\nAlles in Ordnung.\n");
}

TEST(CheckReportInGerman, of_a_home_that_is_well) {
  const text::Speaking german{text::Language::german};
  EXPECT_EQ("\n" + to_report(judge(a_home()), false), R"(
ok       Die Einstellungen sind lesbar.
ok       Die FRITZ!Box hat die Adresse 172.30.10.1:5060.
ok       172.30.10.1:5060 beantwortet SIP-Anfragen.
ok       Es ist eine FRITZ!Box 7590 mit FRITZ!OS 7.57.
ok       fapfon-proxy läuft und ist auf UDP- und TCP-Port 5060 erreichbar.
ok       Was Telefone an den SIP-Port der FRITZ!Box schicken, kommt bei
         fapfon-proxy an.
ok       Keine Firewall auf diesem Rechner blockiert SIP oder Ton.
ok       Dieser Rechner leitet Pakete zwischen VPN und Heimnetz weiter.
ok       Der Kernel verwirft keine Pakete von Telefonen oder FRITZ!Box wegen der
         Schnittstelle, über die sie kommen.
ok       Der SIP-Helfer des Kernels lässt das SIP der Telefone in Ruhe.
ok       Das VPN ist aktiv: wg0 (172.20.11.1/24).
ok       Bedient werden Telefone aus 172.20.11.0/24.
ok       Der Ton geht direkt: Die FRITZ!Box sieht die VPN-Adressen und antwortet
         ihnen.
ok       Eine SIP-Nachricht passt in ein Paket des VPN (1420 Byte).

Alles in Ordnung.
)");
}

using Fault = std::function<void(Facts&)>;

constexpr const char* kOriginalRules =
    "-A PREROUTING -s 172.20.11.0/24 -d 172.30.10.1/32 -p udp -m udp --dport 5060 -j DNAT --to-destination "
    "172.30.10.2:5060\n";

/// Of the Box and the settings.
const Fault kFaultsOfTheBox[] = {
    [](Facts& facts) { facts.subject.has_configuration = false; },
    [](Facts& facts) { facts.subject.boxes = std::vector<SocketAddress>{}; },
    [](Facts& facts) {
      facts.subject.boxes = std::vector<SocketAddress>{at("172.30.10.2:5060")};
      facts.box->place = {at("172.30.10.2:5060"), ip("172.30.10.2")};
    },
    [](Facts& facts) { facts.box->reply = silence(); },
    [](Facts& facts) { facts.box->reply = silence(box::AskFailure::Reason::refused); },
    [](Facts& facts) { facts.box->reply = silence(box::AskFailure::Reason::no_sip); },
    [](Facts& facts) {
      facts.box->reply = silence();
      facts.box->neighbour = BoxFacts::Neighbour::absent;
    },
    [](Facts& facts) {
      facts.box->reply = silence();
      facts.box->neighbour = BoxFacts::Neighbour::present;
    },
    [](Facts& facts) { facts.box->reply = fritzbox(ip("10.42.42.42")); },
    [](Facts& facts) {
      facts.box->reply->product = {false, "kamailio (5.6.3)", ""};
    },
    [](Facts& facts) { facts.box->reply->product = {}; },
};

/// Of the program, its rules, and a firewall.
const Fault kFaultsOfTheRules[] = {
    [](Facts& facts) { facts.port_holders.clear(); },
    [](Facts& facts) {
      facts.port_holders = {{Transport::udp, 5060, Process{7, "asterisk"}}};
    },
    [](Facts& facts) {
      facts.port_holders = {{Transport::tcp, 5060, {}}};
    },
    [](Facts& facts) { facts.rules = PacketRules{}; },
    [](Facts& facts) {
      facts.rules = PacketRules{};
      facts.port_holders.clear();
    },
    [](Facts& facts) { facts.subject.vpn.push_back(range("10.8.0.0/24")); },
    [](Facts& facts) { facts.subject.vpn = {range("fd00::/64")}; },
    [](Facts& facts) { facts.own_rules = nat::State::different; },
    [](Facts& facts) {
      facts.rules = iptables_nat("-A PREROUTING -p udp --dport 5060 -j DNAT --to-destination 10.0.0.9\n");
    },
    [](Facts& facts) { add_rules(facts, iptables_nat(kOriginalRules)); },
    [](Facts& facts) { facts.rules = Unexpected<std::string>(text::tr("that needs root")); },
    [](Facts& facts) { add_rules(facts, firewall::iptables_filter(firewall::kUfw)); },
    [](Facts& facts) {
      add_rules(facts, firewall::iptables_filter(":INPUT ACCEPT [0:0]\n-A INPUT -i wg0 -j DROP\n"));
    },
    [](Facts& facts) {
      add_rules(facts,
                firewall::iptables_filter(":INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:DOCKER-USER - [0:0]\n"
                                          "-A FORWARD -j DOCKER-USER\n"));
    },
};

/// Of the kernel.
const Fault kFaultsOfTheKernel[] = {
    [](Facts& facts) { facts.kernel.ip4_forwarding = false; },
    [](Facts& facts) {
      facts.kernel.ip4_forwarding = false;
      facts.subject.media = box::MediaOption::relay;
    },
    [](Facts& facts) { facts.kernel.ip4_forwarding.reset(); },
    [](Facts& facts) {
      facts.kernel.ip4_interfaces = {{"wg0", false}};
    },
    [](Facts& facts) {
      facts.kernel.source_checks->push_back({"wlan0", ip("172.30.10.1"), 1, true});
    },
    [](Facts& facts) {
      facts.kernel.source_checks->push_back({"wlan0", ip("172.30.10.1"), 2, true});
    },
    [](Facts& facts) { facts.kernel.source_checks.reset(); },
    [](Facts& facts) { facts.kernel.gives_helpers_unasked = true; },
    [](Facts& facts) {
      facts.kernel.helped_connections = {"udp 17 src=172.20.11.6 dst=172.30.10.1 helper=sip"};
    },
    [](Facts& facts) {
      facts.rules = read_iptables_rules(
          "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp --dport 5060 -j CT --helper sip\n",
          "iptables");
    },
};

/// Of the VPN and the audio path.
const Fault kFaultsOfTheVpn[] = {
    [](Facts& facts) { facts.interfaces.pop_back(); },
    [](Facts& facts) {
      facts.interfaces.pop_back();
      facts.vpns_without_interface = {{"Tailscale", 77}};
    },
    [](Facts& facts) {
      facts.interfaces.pop_back();
      facts.vpns_without_interface = {{"wireproxy", 77}};
    },
    [](Facts& facts) { facts.subject.vpn.clear(); },
    [](Facts& facts) { facts.subject.vpn = {range("10.8.0.0/24")}; },
    [](Facts& facts) { facts.subject.vpn = {range("172.20.11.1/32")}; },
    [](Facts& facts) { facts.subject.vpn = {range("0.0.0.0/0")}; },
    [](Facts& facts) { facts.subject.vpn_interfaces = {"wg7"}; },
    [](Facts& facts) { facts.interfaces[1].mtu_bytes = 1280; },
    [](Facts& facts) {
      facts.interfaces[1] = {"wt0", true, true, 1280, {range("172.20.11.1/24")}};
    },
    [](Facts& facts) {
      facts.subject.audio_ports = {5000, 6000};
    },
    [](Facts& facts) { facts.media_probe->reply = silence(); },
    [](Facts& facts) { facts.media_probe->reply = fritzbox(ip("172.30.10.2")); },
    [](Facts& facts) {
      facts.subject.media = box::MediaOption::direct;
      facts.media_probe->reply = silence();
    },
    [](Facts& facts) {
      facts.subject.media = box::MediaOption::direct;
      facts.media_probe->reply = fritzbox(ip("172.30.10.2"));
    },
    [](Facts& facts) {
      facts.subject.media = box::MediaOption::direct;
      facts.media_probe->from = ip("100.101.102.1");
    },
    [](Facts& facts) { facts.media_probe.reset(); },
};

Findings findings_in(text::Language language, const Fault& fault) {
  const text::Speaking speaking{language};
  Facts facts = a_home();
  fault(facts);
  return judge(facts);
}

void expect_other_words(const std::string& english, const std::string& german) {
  EXPECT_TRUE(english.empty() || english != german) << german;
}

/// Each sentence of each finding.
void expect_german(const Fault& fault) {
  const Findings english = findings_in(text::Language::english, fault);
  const Findings german = findings_in(text::Language::german, fault);
  ASSERT_EQ(english.size(), german.size());
  for (std::size_t i = 0; i < english.size(); ++i) {
    ASSERT_EQ(english[i].id, german[i].id);
    expect_other_words(english[i].seen, german[i].seen);
    expect_other_words(english[i].why, german[i].why);
    for (std::size_t step = 0; step < english[i].remedy.size(); ++step) {
      const bool is_command = english[i].remedy[step].kind == Step::Kind::run;
      EXPECT_EQ(english[i].remedy[step] == german[i].remedy[step], is_command) << german[i].remedy[step].text;
    }
  }
}

TEST(CheckReportInGerman, says_nothing_in_english_of_the_box) {
  for (const Fault& fault : kFaultsOfTheBox) expect_german(fault);
}

TEST(CheckReportInGerman, says_nothing_in_english_of_the_rules) {
  for (const Fault& fault : kFaultsOfTheRules) expect_german(fault);
}

TEST(CheckReportInGerman, says_nothing_in_english_of_the_kernel) {
  for (const Fault& fault : kFaultsOfTheKernel) expect_german(fault);
}

TEST(CheckReportInGerman, says_nothing_in_english_of_the_vpn) {
  for (const Fault& fault : kFaultsOfTheVpn) expect_german(fault);
}

TEST(CheckReportInGerman, does_not_change_the_keys_of_json) {
  const Findings findings = some_findings();
  const std::string english = to_json(findings);
  const text::Speaking german{text::Language::german};
  EXPECT_EQ(to_json(findings), english);
}

}  // namespace
}  // namespace fapfon::check
