// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/finding.hpp"

#include <algorithm>

#include "check/judges.hpp"
#include "home.hpp"

namespace fapfon::check {
namespace {

Finding finding(const char* id, Verdict verdict) {
  return {id, verdict, "", "", "", {}};
}

TEST(Findings, have_the_exit_code_of_the_worst) {
  EXPECT_EQ(exit_code({}), 0);
  EXPECT_EQ(exit_code({finding("port", Verdict::ok), finding("program", Verdict::note)}), 0);
  EXPECT_EQ(exit_code({finding("port", Verdict::could_not_look), finding("program", Verdict::ok)}), 2);
  EXPECT_EQ(exit_code({finding("port", Verdict::could_not_look), finding("program", Verdict::wrong)}), 1);
}

TEST(Findings, stand_in_the_order_in_which_they_are_mended) {
  Findings findings = {finding("vpn_mtu", Verdict::wrong), finding("configuration", Verdict::ok),
                       finding("box_reachable", Verdict::wrong),
                       finding("forwarding", Verdict::could_not_look)};
  put_in_order(findings);
  std::vector<std::string> ids;
  for (const Finding& one : findings) ids.push_back(one.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"box_reachable", "vpn_mtu", "forwarding", "configuration"}));
}

TEST(Judge, has_nothing_to_complain_about_in_a_home_that_is_well) {
  for (const Finding& one : judge(a_home())) {
    EXPECT_EQ(one.verdict, Verdict::ok) << one.id << ": " << one.seen;
    EXPECT_NE(std::find(std::begin(kFindingIds), std::end(kFindingIds), one.id), std::end(kFindingIds))
        << one.id;
  }
}

TEST(Judge, of_facts_that_nobody_has_found_does_not_fall) {
  EXPECT_EQ(exit_code(judge(Facts{})), 1);
}

TEST(Judge, says_of_all_that_is_not_well_why_it_matters) {
  Facts facts = a_home();
  facts.box->reply = silence();
  facts.rules = Unexpected<std::string>("that needs root");
  facts.port_holders.clear();
  facts.kernel = {};
  for (const Finding& one : judge(facts)) {
    EXPECT_TRUE(one.verdict == Verdict::ok || !one.why.empty()) << one.id;
    EXPECT_FALSE(one.seen.empty()) << one.id;
    EXPECT_FALSE(one.looked_at.empty()) << one.id;
  }
}

}  // namespace
}  // namespace fapfon::check
