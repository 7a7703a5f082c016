// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/passage.hpp"

#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

class PassageTest : public testing::Test {
 protected:
  PassageTest() {
    flow.id = {3, 1};
    line.id = {4, 1};
    call.id = {5, 1};
  }
  Passage& came(const std::string& text, FlowRole role = FlowRole::phone) {
    flow.role = role;
    kept = text;
    error = view.parse_datagram(kept);
    edits.start(view.whole());
    out.buffer() += "earlier";
    return passage.emplace(Passage{flow, view, edits, TimePoint{}, out});
  }
  std::string left() const { return std::string(out.bytes(passage->left)); }
  const Note& note() const { return std::get<Note>(out.list().front()); }
  void expect_sent(FlowId to, const std::string& bytes) const {
    ASSERT_FALSE(out.list().empty());
    const Send& send = std::get<Send>(out.list().back());
    EXPECT_EQ(send.flow, to);
    EXPECT_EQ(out.bytes(send.bytes), bytes);
  }

  Flow flow;
  Line line;
  Call call;
  sip::MessageView view;
  Edits edits;
  Actions out;
  std::string kept;
  sip::ParseError error{};
  std::optional<Passage> passage;
};

TEST_F(PassageTest, it_comes_from_the_side_of_its_flow) {
  EXPECT_EQ(came(register_request()).from(), Side::phone);
  EXPECT_EQ(came(register_request(), FlowRole::box_udp).from(), Side::box);
  EXPECT_EQ(came(register_request(), FlowRole::box_accepted).from(), Side::box);
}

TEST_F(PassageTest, it_leaves_with_its_edits_and_says_where_and_as_what) {
  Passage& one = came(register_request());
  edits.replace(view.call_id(), "another");
  one.line = &line;
  one.call = &call;
  one.leave({9, 1});
  const std::string expected = with(register_request(), "register-anna", "another");
  expect_sent({9, 1}, expected);
  EXPECT_EQ(left(), expected);
  EXPECT_EQ(one.left_on, (FlowId{9, 1}));
  EXPECT_EQ(one.line_id, line.id);
  EXPECT_EQ(one.call_ref, call.id);
}

TEST_F(PassageTest, without_line_and_call_it_names_none) {
  Passage& one = came(register_request());
  one.leave({9, 1});
  EXPECT_FALSE(one.line_id);
  EXPECT_FALSE(one.call_ref);
}

TEST_F(PassageTest, an_answer_of_ours_goes_back_where_the_request_came_from) {
  came(register_request()).answer(400);
  EXPECT_EQ(left().rfind("SIP/2.0 400 Bad Request\r\n", 0), 0U) << left();
  expect_sent(flow.id, left());
  EXPECT_EQ(passage->left_on, flow.id);
}

TEST_F(PassageTest, L6_only_a_503_says_when_to_try_again) {
  came(register_request()).answer(503);
  EXPECT_EQ(value_of(left(), "Retry-After"), "5");
  came(register_request()).answer(400);
  EXPECT_EQ(header_of(left(), "Retry-After"), "");
}

TEST_F(PassageTest, F8_what_cannot_be_answered_is_not_answered) {
  came(request_from_phone("ACK")).answer(503);
  came(response_to(register_request(), "200 OK")).answer(503);
  EXPECT_TRUE(out.list().empty());
  EXPECT_FALSE(passage->left_on);
  EXPECT_EQ(left(), "");
}

TEST_F(PassageTest, F8_a_refusal_names_the_fault_in_the_log_and_its_status_to_the_sender) {
  came(with(register_request(), "SIP/2.0\r\n", "SIP/3.0\r\n"));
  ASSERT_EQ(error, sip::ParseError::bad_version);
  passage->refuse(error);
  EXPECT_EQ(note().kind, Note::Kind::message_rejected);
  EXPECT_EQ(note().flow, flow.id);
  EXPECT_EQ(note().text, "505 not SIP/2.0");
  EXPECT_EQ(left().rfind("SIP/2.0 505 ", 0), 0U) << left();
}

TEST_F(PassageTest, F3_what_is_too_long_gets_513) {
  came(with(register_request(), "Content-Length: 0", "Content-Length: 70000"));
  ASSERT_EQ(error, sip::ParseError::body_too_long);
  passage->refuse(error);
  EXPECT_EQ(left().rfind("SIP/2.0 513 ", 0), 0U) << left();
}

TEST_F(PassageTest, L8_an_invite_of_the_box_is_dropped_and_never_refused) {
  const std::string broken = with(invite_from_box("sip:anna@172.30.10.2"), "CSeq: 7 INVITE", "CSeq: x");
  came(broken, FlowRole::box_udp);
  ASSERT_EQ(error, sip::ParseError::bad_cseq);
  passage->refuse(error);
  ASSERT_EQ(out.list().size(), 1U);
  EXPECT_EQ(note().kind, Note::Kind::message_dropped);
  EXPECT_EQ(note().text, "unreadable CSeq");
  came(broken, FlowRole::phone).refuse(error);
  EXPECT_EQ(left().rfind("SIP/2.0 400 ", 0), 0U) << "of a phone it is: " << left();
}

TEST_F(PassageTest, F8_other_requests_of_the_box_are_refused) {
  came(with(with(invite_from_box("sip:anna@172.30.10.2"), "INVITE", "OPTIONS"), "CSeq: 7 INVITE", "CSeq: x"),
       FlowRole::box_udp);
  passage->refuse(error);
  EXPECT_EQ(left().rfind("SIP/2.0 400 ", 0), 0U) << left();
}

TEST_F(PassageTest, F8_a_broken_response_is_dropped) {
  came(with(response_to(register_request(), "200 OK"), "CSeq: 1", "CSeq: x")).refuse(error);
  ASSERT_EQ(out.list().size(), 1U);
  EXPECT_EQ(note().kind, Note::Kind::message_dropped);
}

TEST_F(PassageTest, a_dropped_message_is_told_with_its_line_when_it_is_known) {
  came(register_request()).drop("nobody is there");
  EXPECT_EQ(note().kind, Note::Kind::message_dropped);
  EXPECT_EQ(note().text, "nobody is there");
  EXPECT_EQ(note().flow, flow.id);
  EXPECT_FALSE(note().line);
  out.clear();
  Passage& one = came(register_request());
  one.line = &line;
  one.drop("nobody is there");
  EXPECT_EQ(note().line, line.id);
}

}  // namespace
}  // namespace fapfon::proxy
