// SPDX-License-Identifier: GPL-2.0-or-later
// All judges together; each of them has a test of its own.
#include "check/check.hpp"

#include <algorithm>
#include <set>

#include "check/judges.hpp"
#include "unit/check/home.hpp"

namespace fapfon::check {
namespace {

bool is_known(const std::string& id) {
  return std::ranges::find(kFindingIds, ByteView{id}) != std::end(kFindingIds);
}

TEST(Check, of_a_home_that_is_well_finds_each_thing_once_and_all_of_it_well) {
  std::set<std::string> seen;
  for (const Finding& finding : judge(a_home())) {
    EXPECT_EQ(finding.verdict, Verdict::ok) << finding.id << ": " << finding.seen;
    EXPECT_TRUE(is_known(finding.id)) << finding.id;
    EXPECT_TRUE(seen.insert(finding.id).second) << finding.id << " twice";
  }
  EXPECT_GE(seen.size(), 13U);
}

TEST(Check, what_is_wrong_comes_first) {
  Facts facts = a_home();
  facts.kernel.ip4_forwarding = false;
  const Findings findings = judge(facts);
  EXPECT_EQ(findings.front().id, "forwarding");
  EXPECT_EQ(findings.front().verdict, Verdict::wrong);
}

TEST(Check, of_this_machine_without_a_box_says_so_whatever_else_it_finds) {
  Subject subject;
  subject.boxes = Unexpected<std::string>("no Box was found");
  const Findings findings = check(subject);
  const auto box = std::ranges::find(findings, std::string("box_address"), &Finding::id);
  ASSERT_NE(box, findings.end());
  EXPECT_EQ(box->verdict, Verdict::wrong);
  for (const Finding& finding : findings) EXPECT_TRUE(is_known(finding.id)) << finding.id;
}

}  // namespace
}  // namespace fapfon::check
