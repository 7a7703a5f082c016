// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/answer.hpp"

#include <gtest/gtest.h>

#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

class Answer : public testing::Test {
 protected:
  std::string to(const std::string& request, int status, std::chrono::seconds retry_after = 0s) {
    text = request;
    view.parse_datagram(text);
    std::string answer;
    append_answer(view, status, retry_after, answer);
    return answer;
  }

  std::string text;
  sip::MessageView view;
};

TEST_F(Answer, repeats_what_rfc_3261_says_and_adds_a_tag) {
  const std::string answer = to(register_request(), 503, 5s);
  EXPECT_TRUE(
      answer.starts_with("SIP/2.0 503 Service Unavailable\r\nVia: SIP/2.0/UDP 172.20.11.6:61211;rport;"));
  for (const char* name : {"From", "Call-ID", "CSeq"})
    EXPECT_EQ(header_of(answer, name), header_of(text, name));
  EXPECT_TRUE(value_of(answer, "To").starts_with("<sip:anna@fritz.box>;tag=fapfon-"));
  EXPECT_EQ(value_of(answer, "Retry-After"), "5");
  EXPECT_TRUE(answer.ends_with("\r\nContent-Length: 0\r\n\r\n"));
  sip::MessageView read;
  EXPECT_EQ(read.parse_datagram(answer), sip::ParseError::none);
}

TEST_F(Answer, is_the_same_for_a_retransmission) {
  EXPECT_EQ(to(register_request(), 400), to(register_request(), 400));
}

TEST_F(Answer, keeps_a_tag_that_is_there_and_all_vias) {
  std::string request =
      with(register_request(), "To: <sip:anna@fritz.box>", "To: <sip:anna@fritz.box>;tag=x");
  request = with(request, "Max-", "v: SIP/2.0/UDP 192.0.2.1\r\nMax-");
  const std::string answer = to(request, 400);
  EXPECT_EQ(value_of(answer, "To"), "<sip:anna@fritz.box>;tag=x");
  EXPECT_EQ(count_of(answer, "Via: "), 2U);
  EXPECT_FALSE(holds(answer, "Retry-After"));
}

TEST_F(Answer, there_is_none_to_a_response_to_an_ack_and_without_a_via) {
  const auto answerable = [&](const std::string& message) {
    text = message;
    view.parse_datagram(text);
    return is_answerable(view);
  };
  EXPECT_TRUE(answerable(register_request()));
  EXPECT_FALSE(answerable(response_to(register_request(), "200 OK")));
  EXPECT_FALSE(answerable(request_from_phone("ACK")));
  EXPECT_FALSE(answerable(with(register_request(), header_of(register_request(), "Via"), "")));
  EXPECT_FALSE(answerable("hello"));
}

TEST_F(Answer, its_own_ack_is_known_by_the_tag) {
  const std::string invite = request_from_phone("INVITE");
  const std::string to_header = header_of(to(invite, 503), "To");
  text = with(request_from_phone("ACK"), header_of(invite, "To"), to_header);
  ASSERT_EQ(view.parse_datagram(text), sip::ParseError::none);
  EXPECT_TRUE(acknowledges_own_answer(view));
  text = request_from_phone("ACK");
  ASSERT_EQ(view.parse_datagram(text), sip::ParseError::none);
  EXPECT_FALSE(acknowledges_own_answer(view));
}

}  // namespace
}  // namespace fapfon::proxy
