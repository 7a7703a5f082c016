// SPDX-License-Identifier: GPL-2.0-or-later
// M2, "which words count", told by whole messages: what is repeated, late, or of another transaction, dialog
// or fork travels on and changes nothing of the audio. Who calls is a parameter where both directions are
// alike.
#include "proxy/dialogs.hpp"

#include "unit/proxy/call_core.hpp"

namespace fapfon::proxy {
namespace {

using DialogWords = CallCore;

// --- Finals that come again or late, of the INVITE that opens a call ---

class LateFinal : public CallCore, public testing::WithParamInterface<const char*> {};

INSTANTIATE_TEST_SUITE_P(Of, LateFinal,
                         testing::Values("401 Unauthorized", "407 Proxy Authentication Required",
                                         "422 Session Interval Too Small", "486 Busy Here",
                                         "487 Request Terminated", "488 Not Acceptable Here",
                                         "491 Request Pending", "500 Error", "603 Decline"),
                         [](const auto& status) { return std::string(status.param).substr(0, 3); });

TEST_P(LateFinal, M2_of_the_first_invite_does_not_touch_the_call_of_the_second) {
  const std::string first = phone_asks("INVITE", {.cseq = 1, .port = 4000});
  box_answers(first, GetParam());
  phone_asks("ACK", {.cseq = 1, .to_tag = "box"});
  const std::string second = phone_asks("INVITE", {.cseq = 2, .port = 4000});
  box_answers(first, GetParam());
  box_answers(second, "183 Session Progress", {.port = 7070});
  box_answers(first, GetParam());
  expect_audio(4000, 7070);
  box_answers(second, "200 OK", {.port = 7078});
  box_answers(first, GetParam());
  expect_audio(4000, 7078);
  EXPECT_EQ(proxy.counts().relayed_calls, 1U);
}

TEST_P(LateFinal, M2_of_the_first_invite_of_the_box_does_not_touch_the_call_of_the_second) {
  const std::string first = box_asks("INVITE", {.cseq = 1, .port = 7000});
  phone_answers(first, GetParam());
  const std::string second = box_asks("INVITE", {.cseq = 2, .port = 7078});
  phone_answers(first, GetParam());
  phone_answers(second, "200 OK", {.port = 4000});
  phone_answers(first, GetParam());
  expect_audio(4000, 7078);
}

TEST_P(LateFinal, M2_of_a_reinvite_or_update_that_was_refused_leaves_audio_where_it_was) {
  phone_calls();
  unsigned cseq = 2;
  for (const char* method : {"INVITE", "UPDATE"}) {
    const std::string from_phone = phone_asks(method, {.cseq = ++cseq, .to_tag = "box", .port = 5000});
    box_answers(from_phone, GetParam());
    const std::string from_box = box_asks(method, {.cseq = ++cseq, .to_tag = "phone", .port = 7300});
    phone_answers(from_box, GetParam());
    expect_audio(4000, 7078);
    const std::string next = phone_asks(method, {.cseq = ++cseq, .to_tag = "box", .port = 4000});
    box_answers(from_phone, GetParam());
    box_answers(next, "200 OK", {.port = 7078});
    box_answers(from_phone, GetParam());
    phone_answers(from_box, GetParam());
    expect_audio(4000, 7078);
  }
}

TEST_F(DialogWords, M2_an_invite_that_is_challenged_twice_is_one_call) {
  box_answers(phone_asks("INVITE", {.cseq = 1, .port = 4000}), "401 Unauthorized");
  EXPECT_EQ(proxy.counts().relayed_calls, 0U);
  box_answers(phone_asks("INVITE", {.cseq = 2, .port = 4010}), "407 Proxy Authentication Required");
  EXPECT_EQ(proxy.counts().relayed_calls, 0U);
  box_answers(phone_asks("INVITE", {.cseq = 3, .port = 4020}), "200 OK", {.port = 7078});
  expect_audio(4020, 7078);
  EXPECT_EQ(note_count(Note::Kind::call_offered), 1U);
}

TEST_F(DialogWords, M2_two_invites_with_one_branch_are_two_transactions) {
  const std::string first = phone_asks("INVITE", {.cseq = 1, .port = 4000, .branch = "z9hG4bK-same"});
  box_answers(first, "401 Unauthorized");
  const std::string second = phone_asks("INVITE", {.cseq = 2, .port = 4000, .branch = "z9hG4bK-same"});
  box_answers(first, "401 Unauthorized");
  box_answers(second, "200 OK", {.port = 7078});
  box_answers(first, "401 Unauthorized");
  expect_audio(4000, 7078);
}

TEST_F(DialogWords, M2_two_calls_whose_invites_have_one_branch_are_two_calls) {
  const std::string first = phone_asks("INVITE", {.port = 4000, .branch = "z9hG4bK-same", .call_id = "one"});
  box_answers(first, "200 OK", {.port = 7078});
  const std::string second = phone_asks("INVITE", {.port = 4100, .branch = "z9hG4bK-same", .call_id = "two"});
  box_answers(second, "486 Busy Here");
  EXPECT_EQ(proxy.counts().relayed_calls, 1U);
  box_answers(first, "200 OK", {.port = 7078});
  EXPECT_EQ(proxy.counts().relayed_calls, 1U);
}

TEST_F(DialogWords, M2_an_invite_that_comes_again_after_its_refusal_begins_no_call) {
  const std::string invite = phone_request("INVITE", {.port = 4000});
  receive(phone, invite);
  box_answers(last(), "486 Busy Here");
  receive(phone, invite);
  EXPECT_EQ(went_to(), box) << "it travels on: the refusal may have been lost";
  EXPECT_EQ(proxy.counts().relayed_calls, 0U);
}

TEST_F(DialogWords, M2_an_invite_of_the_box_that_comes_again_after_its_refusal_begins_no_call) {
  const std::string invite = box_request("INVITE", {.port = 7078});
  receive(box, invite);
  phone_answers(last(), "486 Busy Here");
  receive(box, invite);
  EXPECT_EQ(went_to(), phone);
  EXPECT_EQ(proxy.counts().relayed_calls, 0U);
}

TEST_F(DialogWords, M2_an_invite_that_comes_again_after_the_end_of_its_call_begins_no_call) {
  phone_calls();
  phone_asks("BYE", {.cseq = 2, .to_tag = "box"});
  phone_asks("INVITE", {.port = 4000});
  EXPECT_EQ(proxy.counts().relayed_calls, 0U);
}

TEST_F(DialogWords, M2_an_invite_that_comes_again_while_the_next_one_rings_changes_nothing) {
  box_answers(phone_asks("INVITE", {.cseq = 1, .port = 4000}), "401 Unauthorized");
  const std::string second = phone_asks("INVITE", {.cseq = 2, .port = 4020});
  phone_asks("INVITE", {.cseq = 1, .port = 4000});
  box_answers(second, "180 Ringing", {.port = 7070});
  expect_audio(4020, 7070);
}

TEST_F(DialogWords, M2_a_183_and_a_180_behind_the_200_change_nothing) {
  const std::string invite = phone_calls();
  box_answers(invite, "183 Session Progress", {.port = 7070});
  box_answers(invite, "180 Ringing", {.to_tag = "fork", .port = 7090});
  expect_audio(4000, 7078);
}

TEST_F(DialogWords, M2_a_200_that_comes_again_after_a_reinvite_changes_nothing) {
  const std::string invite = phone_calls();
  box_answers(phone_asks("INVITE", {.cseq = 2, .to_tag = "box", .port = 5000}), "200 OK", {.port = 7200});
  phone_asks("ACK", {.cseq = 2, .to_tag = "box"});
  box_answers(invite, "200 OK", {.port = 7078});
  expect_audio(5000, 7200);
}

TEST_F(DialogWords, M2_a_200_of_the_phone_that_comes_again_after_a_reinvite_changes_nothing) {
  const std::string invite = box_calls();
  phone_answers(box_asks("INVITE", {.cseq = 2, .to_tag = "phone", .port = 7200}), "200 OK", {.port = 5000});
  box_asks("ACK", {.cseq = 2, .to_tag = "phone"});
  phone_answers(invite, "200 OK", {.port = 4000});
  expect_audio(5000, 7200);
}

// --- Forks ---

TEST_F(DialogWords, M2_a_200_of_another_fork_leaves_the_first_one_its_audio) {
  const std::string invite = phone_calls();
  box_answers(invite, "200 OK", {.to_tag = "fork", .port = 7090});
  expect_audio(4000, 7078);
  phone_asks("BYE", {.cseq = 2, .to_tag = "fork"});
  expect_audio(4000, 7078);
}

TEST_F(DialogWords, M2_when_the_first_of_two_forks_ends_the_other_one_has_the_audio) {
  const std::string invite = phone_calls();
  box_answers(invite, "200 OK", {.to_tag = "fork", .port = 7090});
  phone_asks("BYE", {.cseq = 2, .to_tag = "box"});
  expect_audio(4000, 7090);
  box_asks("BYE", {.cseq = 900, .to_tag = "phone", .from_tag = "fork"});
  EXPECT_EQ(proxy.counts().relayed_calls, 0U);
}

TEST_F(DialogWords, M2_when_an_early_fork_ends_the_other_one_has_the_audio) {
  const std::string invite = phone_asks("INVITE", {.port = 4000});
  box_answers(invite, "183 Session Progress", {.port = 7070});
  box_answers(invite, "183 Session Progress", {.to_tag = "fork", .port = 7090});
  expect_audio(4000, 7090);
  phone_asks("BYE", {.cseq = 2, .to_tag = "fork"});
  expect_audio(4000, 7070);
  EXPECT_EQ(proxy.counts().relayed_calls, 1U);
}

TEST_F(DialogWords, M2_a_bye_of_a_dialog_that_nobody_knows_ends_nothing) {
  phone_calls();
  for (const char* tag : {"other", "Box"}) {
    phone_asks("BYE", {.cseq = 2, .to_tag = tag});
    box_asks("BYE", {.cseq = 2, .to_tag = "phone", .from_tag = tag});
  }
  phone_asks("BYE", {.cseq = 2, .to_tag = "box", .from_tag = "other"});
  box_asks("BYE", {.cseq = 2, .to_tag = "phone", .call_id = "other"});
  expect_audio(4000, 7078);
}

TEST_F(DialogWords, M2_a_cancel_that_the_200_has_crossed_ends_nothing) {
  const std::string invite = phone_calls();
  const std::string cancel = phone_asks("CANCEL", {});
  box_answers(cancel, "200 OK");
  box_answers(invite, "487 Request Terminated");
  expect_audio(4000, 7078);
}

TEST_F(DialogWords, M2_a_cancel_of_the_box_that_the_200_has_crossed_ends_nothing) {
  const std::string invite = box_calls();
  phone_answers(box_asks("CANCEL", {.branch = "z9hG4bK-INVITE1"}), "481 Call/Transaction Does Not Exist");
  phone_answers(invite, "487 Request Terminated");
  expect_audio(4000, 7078);
}

// --- Inside of a call ---

TEST_F(DialogWords, M2_glare_leaves_audio_where_it_was_and_the_next_offer_counts) {
  phone_calls();
  const std::string of_phone = phone_asks("INVITE", {.cseq = 2, .to_tag = "box", .port = 5000});
  const std::string of_box = box_asks("INVITE", {.cseq = 900, .to_tag = "phone", .port = 7300});
  phone_answers(of_box, "491 Request Pending");
  box_answers(of_phone, "491 Request Pending");
  expect_audio(4000, 7078);
  phone_answers(box_asks("INVITE", {.cseq = 901, .to_tag = "phone", .port = 7300}), "200 OK", {.port = 4600});
  box_answers(of_phone, "491 Request Pending");
  expect_audio(4600, 7300);
}

TEST_F(DialogWords, M2_a_late_offer_counts_with_the_answer_in_its_ack_and_no_other_ack) {
  phone_calls();
  const std::string invite = box_asks("INVITE", {.cseq = 900, .to_tag = "phone"});
  phone_answers(invite, "200 OK", {.port = 4500});
  phone_asks("ACK", {.cseq = 1, .to_tag = "box", .port = 4900});
  box_asks("ACK", {.cseq = 899, .to_tag = "phone", .port = 7900});
  expect_audio(4000, 7078);
  box_asks("ACK", {.cseq = 900, .to_tag = "phone", .port = 7300});
  expect_audio(4500, 7300);
  phone_answers(box_asks("INVITE", {.cseq = 901, .to_tag = "phone", .port = 7400}), "200 OK", {.port = 4600});
  box_asks("ACK", {.cseq = 900, .to_tag = "phone", .port = 7300});
  phone_answers(invite, "200 OK", {.port = 4500});
  expect_audio(4600, 7400);
}

TEST_F(DialogWords, M2_a_late_offer_opens_a_call_with_the_answer_in_the_ack) {
  const std::string invite = phone_asks("INVITE", {});
  box_answers(invite, "200 OK", {.port = 7078});
  phone_asks("ACK", {.to_tag = "box", .port = 4000});
  expect_audio(4000, 7078);
  phone_asks("ACK", {.to_tag = "box", .port = 4900});
  expect_audio(4000, 7078);
}

TEST_F(DialogWords, M2_an_update_and_a_prack_that_are_refused_change_nothing_while_it_rings) {
  const std::string invite = phone_asks("INVITE", {.port = 4000});
  box_answers(invite, "183 Session Progress", {.port = 7070, .more = "RSeq: 1\r\nRequire: 100rel\r\n"});
  box_answers(phone_asks("PRACK", {.cseq = 2, .to_tag = "box", .port = 5000}), "488 Not Acceptable Here");
  box_answers(phone_asks("UPDATE", {.cseq = 3, .to_tag = "box", .port = 5100}), "504 Server Time-out");
  expect_audio(4000, 7070);
  box_answers(phone_asks("UPDATE", {.cseq = 4, .to_tag = "box", .port = 5200}), "200 OK", {.port = 7200});
  box_answers(invite, "200 OK", {.port = 7070});
  expect_audio(5200, 7200);
}

TEST_F(DialogWords, M2_a_call_that_was_updated_while_it_rang_ends_with_its_refusal) {
  const std::string invite = phone_asks("INVITE", {.port = 4000});
  box_answers(invite, "183 Session Progress", {.port = 7070, .more = "RSeq: 1\r\nRequire: 100rel\r\n"});
  box_answers(phone_asks("UPDATE", {.cseq = 2, .to_tag = "box", .port = 5000}), "200 OK", {.port = 7200});
  expect_audio(5000, 7200);
  box_answers(invite, "487 Request Terminated");
  EXPECT_EQ(proxy.counts().relayed_calls, 0U);
}

TEST_F(DialogWords, M2_a_call_that_the_box_has_updated_while_it_rang_ends_with_its_refusal) {
  const std::string invite = box_asks("INVITE", {.port = 7078});
  phone_answers(invite, "183 Session Progress", {.port = 4000, .more = "RSeq: 1\r\nRequire: 100rel\r\n"});
  phone_answers(box_asks("UPDATE", {.cseq = 2, .to_tag = "phone", .port = 7200}), "200 OK", {.port = 5000});
  expect_audio(5000, 7200);
  phone_answers(invite, "486 Busy Here");
  EXPECT_EQ(proxy.counts().relayed_calls, 0U);
}

TEST_F(DialogWords, M2_an_update_without_session_does_not_hide_the_answer_to_a_prack) {
  const std::string invite = phone_asks("INVITE", {.port = 4000});
  box_answers(invite, "183 Session Progress", {.port = 7070, .more = "RSeq: 1\r\nRequire: 100rel\r\n"});
  const std::string prack = phone_asks("PRACK", {.cseq = 2, .to_tag = "box", .port = 5000});
  phone_asks("UPDATE", {.cseq = 3, .to_tag = "box"});
  box_answers(prack, "200 OK", {.port = 7200});
  expect_audio(5000, 7200);
}

// --- Calls of which nobody says the last word ---

TEST_F(DialogWords, L9_a_challenge_that_nobody_takes_up_leaves_no_call_behind) {
  box_answers(phone_asks("INVITE", {.port = 4000}), "401 Unauthorized");
  pass(33s);
  receive(phone, with(register_request("UDP", "anna", "z9hG4bK-gone"), "Expires: 900", "Expires: 0"));
  receive(box, response_to(last(), "200 OK"));
  EXPECT_EQ(proxy.counts().lines, 0U) << "a call that is no more keeps no line";
}

TEST_F(DialogWords, M2_a_cancelled_call_whose_487_is_lost_frees_its_ports_after_a_transaction) {
  phone_asks("INVITE", {.port = 4000});
  phone_asks("CANCEL", {});
  pass(65s);
  EXPECT_EQ(proxy.counts().relayed_calls, 0U);
}

TEST_F(DialogWords, M2_a_call_of_the_box_whose_cancel_reached_a_dying_phone_frees_its_ports) {
  const std::string invite = box_asks("INVITE", {.port = 7078});
  phone_answers(invite, "180 Ringing");
  box_asks("CANCEL", {.branch = "z9hG4bK-INVITE1"});
  pass(65s);
  EXPECT_EQ(proxy.counts().relayed_calls, 0U);
}

TEST_F(DialogWords, M2_an_invite_that_nobody_ever_answers_frees_its_ports) {
  box_asks("INVITE", {.port = 7078});
  pass(3min);
  EXPECT_EQ(proxy.counts().relayed_calls, 0U);
}

TEST_F(DialogWords, M2_a_call_that_rings_for_long_keeps_its_ports) {
  phone_answers(box_asks("INVITE", {.port = 7078}), "180 Ringing");
  pass(4min);
  EXPECT_EQ(proxy.counts().relayed_calls, 1U);
}

}  // namespace
}  // namespace fapfon::proxy
