// SPDX-License-Identifier: GPL-2.0-or-later
// F1 to F8: what counts as a message, in what forms, and what is answered when it cannot be read.
#include "golden/golden.hpp"

namespace fapfon::golden {
namespace {

using F1 = Golden;

std::string text_message(ByteView length_line, ByteView body) {
  std::string page =
      "MESSAGE sip:**610@fritz.box SIP/2.0\n"
      "Via: SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKm\n"
      "From: <sip:john@fritz.box>;tag=m\n"
      "To: <sip:**610@fritz.box>\n"
      "Call-ID: m\n"
      "CSeq: 3 MESSAGE\n";
  return page.append(length_line).append("\n").append(body);
}

TEST_F(F1, bytes_behind_content_length_are_dropped) {
  EXPECT_EQ(at_box(text_message("Content-Length: 5\n", "hello and more")),
            wire(text_message("Content-Length: 5\n", "hello")));
}

TEST_F(F1, without_content_length_the_body_goes_to_the_end) {
  EXPECT_EQ(at_box(text_message("Subject: \n", "hello")), wire(text_message("Subject: \n", "hello")));
}

TEST_F(F1, body_shorter_than_content_length_is_answered_400) {
  const Reaction reaction = from_phone(wire(text_message("Content-Length: 6\n", "hello")));
  EXPECT_TRUE(reaction.to_box.empty());
  ASSERT_EQ(reaction.to_phone.size(), 1U);
  EXPECT_EQ(reaction.to_phone.front().substr(0, 12), "SIP/2.0 400 ");
}

TEST_F(F1, response_with_a_body_shorter_than_content_length_is_dropped) {
  at_box(registering("Contact: <sip:john@10.81.179.54:61211>"));
  std::string response = registered(";rport=43202", "X: y");
  response.replace(response.find("Length: 0"), 9, "Length: 1");
  const Reaction reaction = core.box_sends(wire(response));
  EXPECT_TRUE(reaction.to_phone.empty());
  EXPECT_TRUE(reaction.to_box.empty());
}

using F2 = Golden;

TEST_F(F2, keep_alives_on_udp_go_nowhere) {
  for (const std::string& bytes :
       {std::string{}, std::string("\r\n"), std::string("\r\n\r\n"), std::string(4, '\0'),
        std::string("\r\n\0", 3), std::string("\0\r\r\n", 4)}) {
    const Reaction reaction = from_phone(bytes);
    EXPECT_TRUE(reaction.to_box.empty());
    EXPECT_TRUE(reaction.to_phone.empty());
  }
}

TEST_F(F2, line_ends_and_nuls_in_front_of_a_message_are_skipped) {
  const std::string message = wire(text_message("Content-Length: 5\n", "hello"));
  for (const std::string& before : {std::string("\r\n"), std::string("\r\n\0", 3), std::string("\0\n", 2)}) {
    const Reaction reaction = from_phone(before + message);
    EXPECT_EQ(only(reaction.to_box, reaction.to_phone), message);
  }
}

// RFC 8489 section 14.2: port and address of 172.20.11.6:62895, exclusive-or'ed with the magic cookie.
TEST_F(F2, stun_binding_request_gets_the_observed_address) {
  const std::string request(
      "\x00\x01\x00\x00\x21\x12\xa4\x42"
      "abcdefghijkl",
      20);
  const std::string response(
      "\x01\x01\x00\x0c\x21\x12\xa4\x42"
      "abcdefghijkl"
      "\x00\x20\x00\x08\x00\x01\xd4\xbd\x8d\x06\xaf\x44",
      32);
  const Reaction reaction = from_phone(request);
  EXPECT_EQ(only(reaction.to_phone, reaction.to_box), response);
}

class F2Tcp : public Golden {
 protected:
  F2Tcp() : Golden(Transport::tcp) {}
};

TEST_F(F2Tcp, ping_is_answered_with_a_pong) {
  const Reaction reaction = from_phone("\r\n\r\n");
  EXPECT_EQ(only(reaction.to_phone, reaction.to_box), "\r\n");
}

TEST_F(F2Tcp, keep_alives_of_line_ends_and_nuls_are_skipped_in_both_directions) {
  const std::string keep_alive("\r\n\0", 3);
  const std::string message = wire(text_message("l: 5\n", "hello"));
  EXPECT_EQ(from_phone(keep_alive + message + keep_alive + message).to_box, (std::vector{message, message}));
  const Reaction reaction = core.box_sends(keep_alive);
  EXPECT_TRUE(reaction.closed.empty());
  EXPECT_TRUE(reaction.to_phone.empty());
}

TEST_F(F2Tcp, two_messages_in_one_read_are_two_messages) {
  const std::string first = wire(text_message("l: 5\n", "hello"));
  const std::string second = wire(text_message("Content-Length: 3\n", "you"));
  EXPECT_EQ(from_phone(first + second).to_box, (std::vector{first, second}));
}

TEST_F(F2Tcp, message_without_content_length_is_answered_400_and_the_connection_closed) {
  const Reaction reaction = from_phone(wire(text_message("Subject: x\n", "")));
  ASSERT_EQ(reaction.to_phone.size(), 1U);
  EXPECT_EQ(reaction.to_phone.front().substr(0, 12), "SIP/2.0 400 ");
  EXPECT_EQ(reaction.closed, std::vector{proxy::CloseReason::framing_lost});
}

TEST_F(F2Tcp, unreadable_message_leaves_the_connection_open) {
  std::string unreadable = text_message("Content-Length: 5\n", "hello");
  unreadable.replace(unreadable.find("CSeq: 3"), 7, "CSeq: x");
  EXPECT_EQ(from_phone(wire(unreadable)).to_phone.size(), 1U);
  EXPECT_EQ(at_box(text_message("Content-Length: 5\n", "hello")),
            wire(text_message("Content-Length: 5\n", "hello")));
}

using F3 = Golden;

TEST_F(F3, header_above_its_limit_is_answered_513) {
  const std::string subject = "Subject: " + std::string(kMaxHeaderBytes, 'x') + "\nContent-Length: 0\n";
  const Reaction reaction = from_phone(wire(text_message(subject, "")));
  ASSERT_EQ(reaction.to_phone.size(), 1U);
  EXPECT_EQ(reaction.to_phone.front().substr(0, 12), "SIP/2.0 513 ");
}

TEST_F(F3, too_many_headers_are_answered_513) {
  std::string many;
  for (std::size_t i = 0; i < kMaxHeaderCount; ++i) many.append("X: y\n");
  const Reaction reaction = from_phone(wire(text_message(many.append("Content-Length: 0\n"), "")));
  ASSERT_EQ(reaction.to_phone.size(), 1U);
  EXPECT_EQ(reaction.to_phone.front().substr(0, 12), "SIP/2.0 513 ");
}

TEST_F(F3, equal_content_lengths_are_one) {
  EXPECT_EQ(at_box(text_message("Content-Length: 5\nl: 5\n", "hello")),
            wire(text_message("Content-Length: 5\nl: 5\n", "hello")));
}

using F4 = Golden;

TEST_F(F4, compact_names_and_odd_case_and_blanks_around_the_colon) {
  EXPECT_EQ(at_box(R"(
INVITE sip:**610@fritz.box SIP/2.0
v : SIP/2.0/UDP 172.20.11.6:61211;branch=z9hG4bKc
F: <sip:john@fritz.box>;tag=c
t	:	<sip:**610@fritz.box>
I: c
cSEQ:  1   INVITE
M: <sip:john@10.81.179.54:61211>
k:
C: application/SDP
L : 23

c=IN IP4 10.81.179.54
)"),
            wire(R"(
INVITE sip:**610@fritz.box SIP/2.0
v : SIP/2.0/UDP 172.20.11.6:61211;branch=z9hG4bKc;rport
F: <sip:john@fritz.box>;tag=c
t	:	<sip:**610@fritz.box>
I: c
cSEQ:  1   INVITE
M: <sip:john@172.30.10.2:43202>
k:
C: application/SDP
L : 22

c=IN IP4 172.20.11.6
)"));
}

TEST_F(F4, folded_headers) {
  EXPECT_EQ(at_box(R"(
OPTIONS sip:**610@fritz.box SIP/2.0
Via:
 SIP/2.0/UDP
	172.20.11.6:61211 ;branch=z9hG4bKf
From: "J"
 <sip:john@fritz.box>
 ;tag=f
To:
  <sip:**610@fritz.box>
Call-ID:
 f
CSeq: 1
 OPTIONS
Contact: "<sip:a@10.81.179.54:61211>
 ," <sip:john@10.81.179.54:61211>
   ;q=1 ,
 <sip:jack@10.81.179.54:61211>
Content-Length:
 0

)"),
            wire(R"(
OPTIONS sip:**610@fritz.box SIP/2.0
Via:
 SIP/2.0/UDP
	172.20.11.6:61211 ;branch=z9hG4bKf;rport
From: "J"
 <sip:john@fritz.box>
 ;tag=f
To:
  <sip:**610@fritz.box>
Call-ID:
 f
CSeq: 1
 OPTIONS
Contact: "<sip:a@10.81.179.54:61211>
 ," <sip:john@172.30.10.2:43202>
   ;q=1 ,
 <sip:jack@172.30.10.2:43202>
Content-Length:
 0

)"));
}

TEST_F(F4, lines_that_end_with_line_feed_alone) {
  const std::string message = registering("Contact: <sip:john@10.81.179.54:61211>");
  const Reaction reaction = from_phone(message);
  EXPECT_EQ(only(reaction.to_box, reaction.to_phone), registering("Contact: <sip:john@172.30.10.2:43202>"));
}

TEST_F(F4, empty_values_unknown_headers_and_lines_without_colon_pass) {
  const std::string page =
      requesting("Subject:\nX-Unknown: ;;,,\nSupported: \nneither name nor value\n: no name\nX: a:b");
  EXPECT_EQ(at_box(page), wire(page));
}

TEST_F(F4, unknown_method_passes) {
  std::string page = requesting("X: y");
  for (std::size_t at = 0; (at = page.find("OPTIONS", at)) != std::string::npos;)
    page.replace(at, 7, "N3W.way");
  EXPECT_EQ(at_box(page), wire(page));
}

using F6 = Golden;

TEST_F(F6, headers_that_are_nobodys_business_keep_the_address) {
  at_box(registering("Contact: <sip:john@10.81.179.54:61211>"));
  const std::string page = requesting(
      "Authorization: Digest username=\"john\", realm=\"fritz.box\", nonce=\"1\", "
      "uri=\"sip:10.81.179.54:61211\", response=\"0\"\n"
      "Proxy-Authorization: Digest uri=\"sip:john@10.81.179.54:61211\"\n"
      "User-Agent: 10.81.179.54:61211\n"
      "Subject: sip:john@10.81.179.54:61211\n"
      "Identity: 10.81.179.54:61211\n"
      "Replaces: 10.81.179.54:61211;to-tag=1;from-tag=2\n"
      "Target-Dialog: x@10.81.179.54:61211;local-tag=1");
  EXPECT_EQ(at_box(page), wire(page));
}

TEST_F(F6, from_to_and_call_id_keep_the_address) {
  at_box(registering("Contact: <sip:john@10.81.179.54:61211>"));
  constexpr const char* kPage = R"(
OPTIONS sip:**610@fritz.box SIP/2.0
Via: SIP/2.0/UDP 10.81.179.54:61211;rport;branch=z9hG4bK10.81.179.54:61211
From: <sip:john@10.81.179.54:61211>;tag=10.81.179.54:61211
To: <sip:john@10.81.179.54:61211>;tag=1
Call-ID: 4711@10.81.179.54:61211
CSeq: 1 OPTIONS
Content-Length: 0

)";
  EXPECT_EQ(at_box(kPage), wire(kPage));
}

TEST_F(F6, challenge_of_the_box_passes) {
  at_box(registering("Contact: <sip:john@10.81.179.54:61211>"));
  std::string challenge = registered(
      ";rport=43202", "WWW-Authenticate: Digest realm=\"172.30.10.2:43202\", nonce=\"172.30.10.2:43202\"");
  std::string expected = registered(
      ";rport=61211", "WWW-Authenticate: Digest realm=\"172.30.10.2:43202\", nonce=\"172.30.10.2:43202\"");
  EXPECT_EQ(at_phone(challenge.replace(8, 6, "401 No")), wire(expected.replace(8, 6, "401 No")));
}

using F7 = Golden;

TEST_F(F7, client_that_is_right_gets_only_its_contact_changed) {
  constexpr ByteView kRight = "Contact: <sip:john@172.20.11.6:62895;ob>";
  const std::string out = at_box(registering(kRight));
  EXPECT_EQ(out.size(), wire(registering(kRight)).size());
}

using F8 = Golden;

TEST_F(F8, request_without_call_id_is_answered_400_with_what_it_has) {
  const Reaction reaction = from_phone(wire(R"(
INVITE sip:**610@fritz.box SIP/2.0
Via: SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKx, SIP/2.0/UDP 192.0.2.7
Via: SIP/2.0/UDP 192.0.2.8
From: <sip:john@fritz.box>;tag=x
To: <sip:**610@fritz.box>;tag=y
CSeq: 1 INVITE
Content-Length: 0

)"));
  EXPECT_EQ(only(reaction.to_phone, reaction.to_box), wire(R"(
SIP/2.0 400 Bad Request
Via: SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKx, SIP/2.0/UDP 192.0.2.7
Via: SIP/2.0/UDP 192.0.2.8
From: <sip:john@fritz.box>;tag=x
To: <sip:**610@fritz.box>;tag=y
CSeq: 1 INVITE
Content-Length: 0

)"));
}

/// Nothing is sent either way, and it is counted (a Note).
void expect_dropped(const Reaction& reaction) {
  EXPECT_TRUE(reaction.to_box.empty());
  EXPECT_TRUE(reaction.to_phone.empty());
  EXPECT_EQ(reaction.count(proxy::Note::Kind::message_dropped), 1U);
}

TEST_F(F8, request_without_a_usable_via_is_dropped) {
  std::string page = requesting("X: y");
  page.replace(page.find("Via: SIP/2.0/UDP"), 16, "Via: what ever it");
  expect_dropped(from_phone(wire(page)));
}

TEST_F(F8, unreadable_ack_is_dropped) {
  expect_dropped(from_phone(wire(R"(
ACK sip:**610@fritz.box SIP/2.0
Via: SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKx
From: <sip:john@fritz.box>;tag=x
CSeq: 1 ACK
Content-Length: 0

)")));
}

TEST_F(F8, bytes_that_are_no_sip_are_dropped) {
  expect_dropped(from_phone("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
}

TEST_F(F8, response_that_nobody_waits_for_is_dropped) {
  expect_dropped(from_phone(wire(registered("", "X: y"))));
}

TEST_F(F8, unreadable_invite_of_the_box_is_dropped_and_not_answered) {
  at_box(registering("Contact: <sip:john@10.81.179.54:61211>"));
  std::string invite = ringing("sip:john@172.30.10.2:43202", "X: y");
  invite.replace(invite.find("CSeq: 7"), 7, "CSeq: x");
  expect_dropped(core.box_sends(wire(invite)));
}

}  // namespace
}  // namespace fapfon::golden
