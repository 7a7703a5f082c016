// SPDX-License-Identifier: GPL-2.0-or-later
// The pages of `fapfon-proxy check` in German: labels of their own, and lines that are measured in
// characters.
#include "check/report.hpp"

#include <gtest/gtest.h>

#include "text/translate.hpp"

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
          .ends_with("\n2 Fehler gefunden, 2 Punkte ließen sich nicht prüfen. Beheben Sie zuerst den ersten\n"
                     "Fehler und rufen Sie dann noch einmal check auf.\n"))
      << to_report(findings, false);
  EXPECT_EQ(to_report({}, false), "\nAlles in Ordnung.\n");
}

TEST(CheckReportInGerman, does_not_change_the_keys_of_json) {
  const Findings findings = some_findings();
  const std::string english = to_json(findings);
  const text::Speaking german{text::Language::german};
  EXPECT_EQ(to_json(findings), english);
}

}  // namespace
}  // namespace fapfon::check
