// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/judges.hpp"

#include "home.hpp"

namespace fapfon::check {
namespace {

using Reason = box::AskFailure::Reason;
using Neighbour = BoxFacts::Neighbour;

TEST(Configuration, that_can_be_read_is_well) {
  const auto findings = judge_configuration(a_home());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].verdict, Verdict::ok);
}

TEST(Configuration, that_is_not_there_is_a_note) {
  Facts facts = a_home();
  facts.subject.has_configuration = false;
  EXPECT_EQ(judge_configuration(facts).at(0).verdict, Verdict::note);
}

TEST(Configuration, each_mistake_is_a_finding) {
  Facts facts = a_home();
  facts.subject.configuration_errors = {"line 3: unknown name", "line 5: not a range"};
  const auto findings = judge_configuration(facts);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[1].verdict, Verdict::wrong);
  EXPECT_EQ(findings[1].seen, "line 5: not a range");
  EXPECT_CONTAINS(remedy_of(findings[1]), "$ sudo nano /etc/default/fapfon-proxy\n");
}

TEST(BoxAddress, that_is_not_found_is_wrong_and_says_why) {
  Facts facts = a_home();
  facts.subject.boxes = Unexpected<std::string>("no FRITZ!Box found");
  const auto finding = judge_box_address(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_EQ(finding.seen, "no FRITZ!Box found");
}

TEST(BoxAddress, that_a_bad_configuration_does_not_tell_is_one_thing_not_two) {
  Facts facts = a_home();
  facts.subject.boxes = std::vector<SocketAddress>{};
  facts.subject.configuration_errors = {"BOX is not set"};
  EXPECT_FALSE(judge_box_address(facts));
  facts.subject.configuration_errors.clear();
  EXPECT_EQ(judge_box_address(facts)->verdict, Verdict::wrong);
}

TEST(BoxReachable, when_it_answers) {
  EXPECT_EQ(judge_box_reachable(a_home())->verdict, Verdict::ok);
}

TEST(BoxReachable, but_by_an_address_that_the_box_does_not_see_is_wrong) {
  Facts facts = a_home();
  facts.box->place.local = ip("10.42.42.42");
  facts.box->reply = fritzbox(ip("172.30.10.2"));
  const auto finding = judge_box_reachable(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_CONTAINS(finding.seen, "sees this machine as 172.30.10.2 instead of 10.42.42.42");
  EXPECT_CONTAINS(remedy_of(finding), "network_mode: host");
  facts.box->reply = fritzbox(ip("10.42.42.42"));
  EXPECT_EQ(judge_box_reachable(facts)->verdict, Verdict::ok);
}

struct Silent {
  Reason reason;
  Neighbour neighbour;
  const char* seen;
  bool asks_for_cables;
};

class SilentBox : public testing::TestWithParam<Silent> {};

TEST_P(SilentBox, is_told_as_what_it_is) {
  Facts facts = a_home();
  facts.box->reply = silence(GetParam().reason);
  facts.box->neighbour = GetParam().neighbour;
  const auto finding = judge_box_reachable(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_EQ(finding.seen, GetParam().seen);
  EXPECT_EQ(contains(remedy_of(finding), "$ ping -c 3 172.30.10.1\n"), GetParam().asks_for_cables);
  EXPECT_FALSE(judge_box_identity(facts)) << "nobody knows what it is";
}

INSTANTIATE_TEST_SUITE_P(
    All, SilentBox,
    testing::Values(Silent{Reason::silent, Neighbour::absent, "No machine answers at 172.30.10.1.", true},
                    Silent{Reason::cannot_send, Neighbour::absent, "No machine answers at 172.30.10.1.",
                           true},
                    Silent{Reason::silent, Neighbour::unknown, "Nothing answers at 172.30.10.1:5060.", true},
                    Silent{Reason::silent, Neighbour::present,
                           "The machine at 172.30.10.1 does not answer SIP on its port 5060.", false},
                    Silent{Reason::refused, Neighbour::present,
                           "The machine at 172.30.10.1 has no SIP server on its port 5060.", false},
                    Silent{Reason::no_sip, Neighbour::present,
                           "Something answers at 172.30.10.1:5060, but it does not speak SIP.", false},
                    Silent{Reason::cannot_send, Neighbour::unknown,
                           "Nothing can be sent to 172.30.10.1: no answer.", true}));

TEST(BoxIdentity, of_a_fritzbox_is_told_with_model_and_version) {
  const auto finding = judge_box_identity(a_home()).value();
  EXPECT_EQ(finding.verdict, Verdict::ok);
  EXPECT_EQ(finding.seen, "It is a FRITZ!Box 7590 with FRITZ!OS 7.57.");
}

TEST(BoxIdentity, of_another_server_is_wrong) {
  Facts facts = a_home();
  facts.box->reply->product = {false, "kamailio (5.6.3)", ""};
  const auto finding = judge_box_identity(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_EQ(finding.seen,
            "The SIP server at 172.30.10.1:5060 is not a FRITZ!Box. It calls itself: kamailio (5.6.3).");
  EXPECT_EQ(remedy_of(finding).find("$ ping"), std::string::npos) << "it is there";
  EXPECT_CONTAINS(remedy_of(finding), "$ ip route show default\n");
}

TEST(BoxIdentity, that_is_not_told_is_no_error) {
  Facts facts = a_home();
  facts.box->reply->product = {};
  EXPECT_EQ(judge_box_identity(facts)->verdict, Verdict::note);
}

TEST(BoxAddress, of_this_machine_is_wrong_unless_it_has_a_port_of_its_own) {
  Facts facts = a_home();
  facts.subject.boxes = std::vector<SocketAddress>{at("172.30.10.2:5060")};
  facts.box->place = {at("172.30.10.2:5060"), ip("172.30.10.2")};
  const auto finding = judge_box_address(facts).value();
  EXPECT_EQ(finding.verdict, Verdict::wrong);
  EXPECT_CONTAINS(finding.seen, "BOX is 172.30.10.2, which is an address of this machine");
  EXPECT_CONTAINS(remedy_of(finding), "$ ip route show default\n");
  EXPECT_FALSE(judge_box_reachable(facts)) << "one problem is told once";
  EXPECT_FALSE(judge_box_identity(facts));
  facts.subject.udp_port = facts.subject.tcp_port = 6060;
  EXPECT_EQ(judge_box_address(facts)->verdict, Verdict::ok);
}

TEST(Configuration, with_a_name_that_is_set_twice_is_a_note) {
  Facts facts = a_home();
  facts.subject.configuration_notes = {"conf:1: BOX is set here and again in line 3, which counts"};
  const auto findings = judge_configuration(facts);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings.front().verdict, Verdict::note);
  EXPECT_CONTAINS(findings.front().seen, "conf:1: BOX is set here and again in line 3");
}

}  // namespace
}  // namespace fapfon::check
