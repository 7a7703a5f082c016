// SPDX-License-Identifier: GPL-2.0-or-later
// S4, M2: offers and answers in all the messages that carry them (RFC 3261 section 13, RFC 3262 section 5,
// RFC 3311, RFC 6337), and what stays the same when they come again.
#include "golden/relayed_call.hpp"

namespace fapfon::golden {
namespace {

const std::string kOffer = phone_writes("m=audio 4000 RTP/AVP 8\n");
const std::string kOfferAtBox = box_reads("m=audio 30002 RTP/AVP 8\n");
const std::string kBoxWrites = box_writes("m=audio 7078 RTP/AVP 8\n");
const std::string kPhoneReads = phone_reads("m=audio 30000 RTP/AVP 8\n");

using S4LateOffer = RelayedCall;

TEST_F(S4LateOffer, of_the_box_in_the_200_is_answered_in_the_ack) {
  EXPECT_EQ(phone("INVITE"), "");
  EXPECT_EQ(box("200", kBoxWrites), kPhoneReads);
  EXPECT_EQ(phone("ACK", kOffer), kOfferAtBox);
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7078");
  EXPECT_EQ(media_from_box(7078, 30002), "172.30.10.2:30000 > 172.20.11.6:4000");
}

TEST_F(S4LateOffer, of_the_phone_in_the_200_is_answered_in_the_ack) {
  phone_registers();
  EXPECT_EQ(box("INVITE"), "");
  EXPECT_EQ(phone("200", kOffer), kOfferAtBox);
  EXPECT_EQ(box("ACK", kBoxWrites), kPhoneReads);
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7078");
  EXPECT_EQ(media_from_box(7078, 30002), "172.30.10.2:30000 > 172.20.11.6:4000");
}

TEST_F(S4LateOffer, in_a_reliable_183_is_answered_in_the_prack) {
  EXPECT_EQ(phone("INVITE"), "");
  EXPECT_EQ(box("183", kBoxWrites), kPhoneReads);
  EXPECT_EQ(phone("PRACK", kOffer), kOfferAtBox);
  EXPECT_EQ(box("200"), "");
  EXPECT_EQ(box("200 INVITE"), "");
  EXPECT_EQ(phone("ACK"), "");
}

TEST_F(S4LateOffer, of_a_reinvite_names_the_ports_of_the_call) {
  phone("INVITE", kOffer);
  box("200", kBoxWrites);
  phone("ACK");
  EXPECT_EQ(box("INVITE"), "");
  EXPECT_EQ(phone("200", kOffer), kOfferAtBox);
  EXPECT_EQ(box("ACK", kBoxWrites), kPhoneReads);
}

using S4Prack = RelayedCall;

TEST_F(S4Prack, a_reliable_183_carries_the_answer) {
  EXPECT_EQ(phone("INVITE", kOffer), kOfferAtBox);
  EXPECT_EQ(box("183", kBoxWrites), kPhoneReads);
  EXPECT_EQ(phone("PRACK"), "");
  EXPECT_EQ(box("200"), "");
  EXPECT_EQ(box("200 INVITE"), "");
}

TEST_F(S4Prack, an_offer_in_the_prack_is_answered_in_its_200) {
  phone("INVITE", kOffer);
  box("183", kBoxWrites);
  EXPECT_EQ(phone("PRACK", phone_writes("m=audio 4002 RTP/AVP 0\n")), box_reads("m=audio 30002 RTP/AVP 0\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7080 RTP/AVP 0\n")), phone_reads("m=audio 30000 RTP/AVP 0\n"));
  EXPECT_EQ(media_from_phone(4002, 30000), "172.30.10.2:30002 > 172.30.10.1:7080");
}

TEST_F(S4Prack, the_box_may_send_it_as_well) {
  phone_registers();
  box("INVITE", kBoxWrites);
  EXPECT_EQ(phone("183", kOffer), kOfferAtBox);
  EXPECT_EQ(box("PRACK", kBoxWrites), kPhoneReads);
  EXPECT_EQ(phone("200", kOffer), kOfferAtBox);
}

using S4Update = RelayedCall;

TEST_F(S4Update, before_the_call_is_accepted_changes_it) {
  phone("INVITE", kOffer);
  box("183", kBoxWrites);
  phone("PRACK");
  box("200");
  EXPECT_EQ(phone("UPDATE", phone_writes("m=audio 4010 RTP/AVP 8\n")),
            box_reads("m=audio 30002 RTP/AVP 8\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7090 RTP/AVP 8\n")), phone_reads("m=audio 30000 RTP/AVP 8\n"));
  EXPECT_EQ(media_from_phone(4010, 30000), "172.30.10.2:30002 > 172.30.10.1:7090");
}

TEST_F(S4Update, of_the_box_names_the_ports_of_the_call) {
  phone("INVITE", kOffer);
  box("183", kBoxWrites);
  EXPECT_EQ(box("UPDATE", box_writes("m=audio 7090 RTP/AVP 8\n")), phone_reads("m=audio 30000 RTP/AVP 8\n"));
  EXPECT_EQ(phone("200", kOffer), kOfferAtBox);
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7090");
}

TEST_F(S4Update, without_a_body_only_refreshes_the_session) {
  phone("INVITE", kOffer);
  box("200", kBoxWrites);
  phone("ACK");
  EXPECT_EQ(phone("UPDATE"), "");
  EXPECT_EQ(box("200"), "");
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7078");
}

using S4Reinvite = RelayedCall;

TEST_F(S4Reinvite, with_the_same_ports_keeps_ours) {
  phone("INVITE", kOffer);
  box("200", kBoxWrites);
  phone("ACK");
  EXPECT_EQ(phone("INVITE", kOffer), kOfferAtBox);
  EXPECT_EQ(box("200", kBoxWrites), kPhoneReads);
}

TEST_F(S4Reinvite, with_other_ports_keeps_ours) {
  phone("INVITE", kOffer);
  box("200", kBoxWrites);
  phone("ACK");
  EXPECT_EQ(box("INVITE", box_writes("m=audio 7100 RTP/AVP 8\n")), phone_reads("m=audio 30000 RTP/AVP 8\n"));
  EXPECT_EQ(phone("200", phone_writes("m=audio 4100 RTP/AVP 8\n")), box_reads("m=audio 30002 RTP/AVP 8\n"));
  EXPECT_EQ(media_from_phone(4100, 30000), "172.30.10.2:30002 > 172.30.10.1:7100");
}

class S4RefusedOffer : public RelayedCall {
 protected:
  void talk() {
    phone("INVITE", kOffer);
    box("200", kBoxWrites);
    phone("ACK");
  }
  void expect_audio_as_before() {
    EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7078");
    EXPECT_EQ(media_from_box(7078, 30002), "172.30.10.2:30000 > 172.20.11.6:4000");
  }
};

// RFC 3261 section 14.1: the session goes on as if the offer had never been made.

TEST_F(S4RefusedOffer, of_the_box_leaves_audio_where_it_was) {
  talk();
  box("INVITE", box_writes("m=audio 7100 RTP/AVP 96\n"));
  phone("488");
  expect_audio_as_before();
}

TEST_F(S4RefusedOffer, of_fax_in_place_of_audio_leaves_audio_where_it_was) {
  talk();
  box("INVITE", box_writes("m=image 7100 udptl t38\n"));
  phone("488");
  expect_audio_as_before();
}

TEST_F(S4RefusedOffer, of_fax_beside_audio_that_is_off_leaves_audio_where_it_was) {
  talk();
  box("INVITE", box_writes("m=audio 0 RTP/AVP 8\nm=image 7100 udptl t38\n"));
  phone("415");
  expect_audio_as_before();
  EXPECT_EQ(media_from_phone(4002, 30004), "-");
}

TEST_F(S4RefusedOffer, of_hold_leaves_audio_as_it_was) {
  talk();
  phone("INVITE", "v=0\no=- 1 2 IN IP4 0.0.0.0\ns=-\nc=IN IP4 0.0.0.0\nt=0 0\nm=audio 4000 RTP/AVP 8\n");
  box("500");
  expect_audio_as_before();
}

TEST_F(S4RefusedOffer, in_an_update_leaves_audio_where_it_was) {
  talk();
  box("UPDATE", box_writes("m=audio 7100 RTP/AVP 8\n"));
  phone("504");
  expect_audio_as_before();
}

TEST_F(S4RefusedOffer, that_came_twice_leaves_audio_where_it_was) {
  talk();
  box("INVITE", box_writes("m=audio 7100 RTP/AVP 8\n"));
  core.box_sends(last_message);
  phone("488");
  expect_audio_as_before();
}

TEST_F(S4RefusedOffer, of_both_sides_at_once_leaves_audio_where_it_was) {
  talk();
  box("INVITE", box_writes("m=audio 7100 RTP/AVP 8\n"));
  phone("INVITE", phone_writes("m=audio 0 RTP/AVP 8\n"));
  phone("491");
  box("491");
  expect_audio_as_before();
}

TEST_F(S4RefusedOffer, with_sdp_that_could_be_leaves_audio_where_it_was) {
  talk();
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 96\n"));
  box("488", box_writes("m=audio 7200 RTP/AVP 8\n"));
  expect_audio_as_before();
}

TEST_F(S4RefusedOffer, is_not_one_that_had_been_accepted_before) {
  talk();
  box("INVITE", box_writes("m=audio 7100 RTP/AVP 8\n"));
  phone("200", kOffer);
  box("ACK");
  EXPECT_EQ(box("INVITE"), "");
  phone("488");
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7100");
}

using S4AnswerAgain = RelayedCall;

TEST_F(S4AnswerAgain, the_200_may_say_something_else_than_the_183) {
  phone("INVITE", kOffer);
  EXPECT_EQ(box("183", box_writes("m=audio 7078 RTP/AVP 8\n")), phone_reads("m=audio 30000 RTP/AVP 8\n"));
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7078");
  EXPECT_EQ(box("200", box_writes("m=audio 7090 RTP/AVP 0\n")), phone_reads("m=audio 30000 RTP/AVP 0\n"));
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7090");
}

TEST_F(S4AnswerAgain, a_200_that_comes_twice_reads_the_same_twice) {
  phone("INVITE", kOffer);
  EXPECT_EQ(box("200", kBoxWrites), kPhoneReads);
  EXPECT_EQ(box("200", kBoxWrites), kPhoneReads);
}

using S4EarlyMedia = RelayedCall;

TEST_F(S4EarlyMedia, reaches_the_phone_before_it_has_said_anything_by_audio) {
  phone("INVITE", kOffer);
  box("183", kBoxWrites);
  EXPECT_EQ(media_from_box(7078, 30002), "172.30.10.2:30000 > 172.20.11.6:4000");
}

TEST_F(S4EarlyMedia, of_the_branch_that_spoke_last_is_where_the_phones_audio_goes) {
  phone("INVITE", kOffer);
  EXPECT_EQ(box("183", box_writes("m=audio 7078 RTP/AVP 8\n"), "one"),
            phone_reads("m=audio 30000 RTP/AVP 8\n"));
  EXPECT_EQ(box("183", box_writes("m=audio 7090 RTP/AVP 8\n"), "two"),
            phone_reads("m=audio 30000 RTP/AVP 8\n"));
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7090");
}

TEST_F(S4EarlyMedia, the_branch_that_accepts_without_sdp_gets_the_audio) {
  phone("INVITE", kOffer);
  box("183", box_writes("m=audio 7078 RTP/AVP 8\n"), "one");
  box("183", box_writes("m=audio 7090 RTP/AVP 8\n"), "two");
  EXPECT_EQ(box("200", "", "one"), "");
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7078");
}

TEST_F(S4EarlyMedia, the_branch_that_accepts_with_sdp_gets_the_audio) {
  phone("INVITE", kOffer);
  box("183", box_writes("m=audio 7078 RTP/AVP 8\n"), "one");
  box("183", box_writes("m=audio 7090 RTP/AVP 8\n"), "two");
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\n"), "one"),
            phone_reads("m=audio 30000 RTP/AVP 8\n"));
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7078");
}

TEST_F(S4EarlyMedia, of_the_phone_in_an_incoming_call_names_our_port) {
  phone_registers();
  box("INVITE", kBoxWrites);
  EXPECT_EQ(phone("183", kOffer), kOfferAtBox);
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7078");
  EXPECT_EQ(phone("200"), "");
}

}  // namespace
}  // namespace fapfon::golden
