// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/judges.hpp"

#include "home.hpp"

namespace fapfon::check {
namespace {

TEST(Program, that_has_both_ports_is_well_and_the_ports_need_no_word) {
  EXPECT_EQ(judge_program(a_home())->verdict, Verdict::ok);
  EXPECT_FALSE(judge_port(a_home()));
}

TEST(Program, that_does_not_run_with_its_ports_free_is_to_be_started) {
  Facts facts = a_home();
  facts.port_holders.clear();
  const auto finding = judge_program(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_EQ(finding.remedy.front(), run("sudo systemctl start fapfon-proxy"));
  EXPECT_FALSE(judge_port(facts));
}

TEST(Program, that_has_one_port_only_does_not_run_as_it_should) {
  Facts facts = a_home();
  facts.port_holders.pop_back();
  EXPECT_EQ(judge_program(facts)->verdict, Verdict::wrong);
}

TEST(Port, of_another_program_is_told_with_its_name_and_only_once) {
  Facts facts = a_home();
  facts.port_holders = {{Transport::udp, 5060, Process{77, "asterisk"}}};
  const auto finding = judge_port(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_EQ(finding.seen, "UDP port 5060 is taken by another program: asterisk (process 77).");
  EXPECT_CONTAINS(remedy_of(finding), "$ systemctl status 77\n");
  EXPECT_FALSE(judge_program(facts)) << "it is the same thing";
}

TEST(Port, of_another_program_beside_ours_is_in_nobodys_way) {
  Facts facts = a_home();
  facts.port_holders.push_back({Transport::udp, 5060, Process{77, "asterisk"}});
  EXPECT_FALSE(judge_port(facts));
  EXPECT_EQ(judge_program(facts)->verdict, Verdict::ok);
}

TEST(Port, whose_holder_only_root_can_see_is_not_judged) {
  Facts facts = a_home();
  facts.port_holders = {{Transport::udp, 5060, {}}, {Transport::tcp, 5060, {}}};
  EXPECT_EQ(judge_port(facts)->verdict, Verdict::could_not_look);
  EXPECT_EQ(judge_port(facts)->remedy.front(), run("sudo fapfon-proxy check"));
  EXPECT_FALSE(judge_program(facts));
}

}  // namespace
}  // namespace fapfon::check
