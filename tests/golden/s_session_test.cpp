// SPDX-License-Identifier: GPL-2.0-or-later
// S1, S2, S3: addresses in session descriptions, with direct media.
#include "golden/golden.hpp"

namespace fapfon::golden {
namespace {

/// A message of the phone or of the Box with this body; `type` is the rest of the header section.
std::string carrying(ByteView start, ByteView type, ByteView body) {
  std::string page(start);
  page.append(
      "\nVia: SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKs\n"
      "From: <sip:john@fritz.box>;tag=s\n"
      "To: <sip:**610@fritz.box>\n"
      "Call-ID: s\n"
      "CSeq: 5 INVITE\n");
  const std::size_t length = wire(body).size();
  return page.append(type)
      .append("\nContent-Length: ")
      .append(std::to_string(length))
      .append("\n\n")
      .append(body);
}

class Session : public Golden {
 protected:
  /// What becomes of a session description of the phone.
  void expect_at_box(ByteView written, ByteView at_the_box) {
    EXPECT_EQ(at_box(offer(written)), wire(offer(at_the_box)));
  }
  /// What becomes of one of the Box, in its answer.
  void expect_at_phone(ByteView written, ByteView at_the_phone) {
    EXPECT_EQ(at_phone(answer(written)), wire(answer(at_the_phone)));
  }
  static std::string offer(ByteView session) {
    return carrying("INVITE sip:**610@fritz.box SIP/2.0", "Content-Type: application/sdp", session);
  }
  static std::string answer(ByteView session) {
    return carrying("SIP/2.0 183 Session Progress", "Content-Type: application/sdp", session);
  }
};

using S1 = Session;

TEST_F(S1, address_of_any_interface_becomes_the_observed_one) {
  expect_at_box("v=0\no=- 1 1 IN IP4 192.168.44.1\nc=IN IP4 10.0.0.7\nm=audio 4000 RTP/AVP 0\n",
                "v=0\no=- 1 1 IN IP4 172.20.11.6\nc=IN IP4 172.20.11.6\nm=audio 4000 RTP/AVP 0\n");
}

TEST_F(S1, observed_address_stays) {
  expect_at_box("v=0\no=- 1 1 IN IP4 172.20.11.6\nc=IN IP4 172.20.11.6\nm=audio 4000 RTP/AVP 0\n",
                "v=0\no=- 1 1 IN IP4 172.20.11.6\nc=IN IP4 172.20.11.6\nm=audio 4000 RTP/AVP 0\n");
}

TEST_F(S1, content_length_gets_another_digit) {
  // 97 bytes become 100.
  const std::string rest = "m=audio 4000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\n";
  const std::string before = "v=0\nc=IN IP4 10.0.0.7\ns=" + std::string(23, 'x') + "\n" + rest;
  const std::string after = "v=0\nc=IN IP4 172.20.11.6\ns=" + std::string(23, 'x') + "\n" + rest;
  ASSERT_EQ(wire(before).size(), 97U);
  ASSERT_EQ(wire(after).size(), 100U);
  expect_at_box(before, after);
}

using S2 = Session;

TEST_F(S2, session_media_and_rtcp_addresses_are_covered) {
  expect_at_box(
      "v=0\no=john 77 78 IN IP4 10.81.179.54\ns=-\nc=IN IP4 10.81.179.54\nt=0 0\n"
      "m=audio 4000 RTP/AVP 8\nc=IN IP4 10.81.179.54\na=rtcp:4001 IN IP4 10.81.179.54\n"
      "m=video 4002 RTP/AVP 99\nc=IN IP4 10.81.179.55\na=rtcp:4003\n",
      "v=0\no=john 77 78 IN IP4 172.20.11.6\ns=-\nc=IN IP4 172.20.11.6\nt=0 0\n"
      "m=audio 4000 RTP/AVP 8\nc=IN IP4 172.20.11.6\na=rtcp:4001 IN IP4 172.20.11.6\n"
      "m=video 4002 RTP/AVP 99\nc=IN IP4 172.20.11.6\na=rtcp:4003\n");
}

TEST_F(S2, candidates_are_covered_with_their_raddr) {
  expect_at_box(
      "c=IN IP4 10.81.179.54\nm=audio 4000 RTP/AVP 8\n"
      "a=candidate:1 1 UDP 2130706431 10.81.179.54 4000 typ host\n"
      "a=candidate:2 1 UDP 1694498815 203.0.113.9 5000 typ srflx raddr 10.81.179.54 rport 4000 generation "
      "0\n",
      "c=IN IP4 172.20.11.6\nm=audio 4000 RTP/AVP 8\n"
      "a=candidate:1 1 UDP 2130706431 172.20.11.6 4000 typ host\n"
      "a=candidate:2 1 UDP 1694498815 172.20.11.6 5000 typ srflx raddr 172.20.11.6 rport 4000 generation "
      "0\n");
}

TEST_F(S2, hold_is_kept) {
  expect_at_box(
      "o=- 1 1 IN IP4 0.0.0.0\nc=IN IP4 0.0.0.0\nm=audio 4000 RTP/AVP 8\nc=IN IP6 ::\na=rtcp:4001 IN IP4 "
      "0.0.0.0\n",
      "o=- 1 1 IN IP4 0.0.0.0\nc=IN IP4 0.0.0.0\nm=audio 4000 RTP/AVP 8\nc=IN IP6 ::\na=rtcp:4001 IN IP4 "
      "0.0.0.0\n");
}

TEST_F(S2, multicast_is_kept) {
  expect_at_box("c=IN IP4 233.252.0.1/127/3\nm=audio 4000 RTP/AVP 8\nc=IN IP6 FF15::101\n",
                "c=IN IP4 233.252.0.1/127/3\nm=audio 4000 RTP/AVP 8\nc=IN IP6 FF15::101\n");
}

TEST_F(S2, host_name_is_kept) {
  expect_at_box("o=- 1 1 IN IP4 phone.example.net\nc=IN IP4 phone.example.net\nm=audio 4000 RTP/AVP 8\n",
                "o=- 1 1 IN IP4 phone.example.net\nc=IN IP4 phone.example.net\nm=audio 4000 RTP/AVP 8\n");
}

TEST_F(S2, refused_stream_keeps_its_port_0) {
  expect_at_box("c=IN IP4 10.81.179.54\nm=audio 4000 RTP/AVP 8\nm=video 0 RTP/AVP 99\n",
                "c=IN IP4 172.20.11.6\nm=audio 4000 RTP/AVP 8\nm=video 0 RTP/AVP 99\n");
}

TEST_F(S2, address_in_other_lines_is_kept) {
  expect_at_box(
      "s=10.81.179.54\ni=IN IP4 10.81.179.54\nm=audio 4000 RTP/AVP 8\na=note:10.81.179.54\na=X-c=IN IP4 "
      "10.81.179.54\n",
      "s=10.81.179.54\ni=IN IP4 10.81.179.54\nm=audio 4000 RTP/AVP 8\na=note:10.81.179.54\na=X-c=IN IP4 "
      "10.81.179.54\n");
}

TEST_F(S2, address_in_the_last_line_without_line_end_is_covered) {
  expect_at_box("m=audio 4000 RTP/AVP 8\nc=IN IP4 10.81.179.54",
                "m=audio 4000 RTP/AVP 8\nc=IN IP4 172.20.11.6");
}

TEST_F(S2, ipv6_address_changes_its_family_with_it) {
  expect_at_box(
      "o=- 1 1 IN IP6 2001:db8::54\nc=IN IP6 2001:db8::54\nm=audio 4000 RTP/AVP 8\na=rtcp:4001 IN IP6 "
      "2001:db8::54\n",
      "o=- 1 1 IN IP4 172.20.11.6\nc=IN IP4 172.20.11.6\nm=audio 4000 RTP/AVP 8\na=rtcp:4001 IN IP4 "
      "172.20.11.6\n");
}

TEST_F(S2, body_of_another_type_is_kept) {
  const std::string page = carrying("INVITE sip:**610@fritz.box SIP/2.0", "Content-Type: message/sipfrag",
                                    "c=IN IP4 10.81.179.54\n");
  EXPECT_EQ(at_box(page), wire(page));
}

TEST_F(S2, session_in_a_multipart_is_covered) {
  const auto page = [](ByteView session, ByteView length) {
    std::string body =
        "preamble c=IN IP4 10.81.179.54\n--b1\nContent-Type: text/plain\n\nc=IN IP4 10.81.179.54\n--b1\n"
        "Content-Type: multipart/alternative; boundary=\"b 2\"\n\n"
        "--b 2\nContent-Type: application/sdp\nContent-Length: ";
    body.append(length).append("\n\n").append(session).append("\n--b 2--\n--b1--\n");
    return carrying("INVITE sip:**610@fritz.box SIP/2.0", "Content-Type: multipart/mixed;boundary=b1", body);
  };
  EXPECT_EQ(at_box(page("v=0\nc=IN IP4 10.0.0.7\nm=audio 4000 RTP/AVP 8\n", "48")),
            wire(page("v=0\nc=IN IP4 172.20.11.6\nm=audio 4000 RTP/AVP 8\n", "51")));
}

TEST_F(S2, part_length_that_gets_longer_counts_for_the_message) {
  const auto page = [](ByteView session, ByteView length) {
    std::string body = "--b\nContent-Type: application/sdp\nContent-Length: ";
    body.append(length).append("\n\n").append(session).append("\n--b--\n");
    return carrying("INVITE sip:**610@fritz.box SIP/2.0", "Content-Type: multipart/mixed;boundary=b", body);
  };
  // 98 bytes become 101.
  const std::string tail = "\nm=audio 4000 RTP/AVP 8\ns=" + std::string(48, 'x');
  EXPECT_EQ(at_box(page("c=IN IP4 10.0.0.7\ns=-" + tail, "98")),
            wire(page("c=IN IP4 172.20.11.6\ns=-" + tail, "101")));
}

TEST_F(S2, encoded_body_passes_with_a_note) {
  const std::string page =
      wire(carrying("INVITE sip:**610@fritz.box SIP/2.0",
                    "Content-Type: application/sdp\nContent-Encoding: gzip", "c=IN IP4 10.81.179.54\n"));
  const Reaction reaction = from_phone(page);
  EXPECT_EQ(only(reaction.to_box, reaction.to_phone), page);
  EXPECT_EQ(reaction.count(proxy::Note::Kind::body_not_read), 1U);
}

using S3 = Session;

TEST_F(S3, address_that_the_box_repeats_is_what_the_phone_wrote) {
  at_box(offer("o=- 1 1 IN IP4 10.81.179.54\nc=IN IP4 10.81.179.54\nm=audio 4000 RTP/AVP 8\n"));
  expect_at_phone(
      "o=- 9 9 IN IP4 172.20.11.6\nc=IN IP4 172.20.11.6\nm=audio 7078 RTP/AVP 8\na=rtcp:7079 IN IP4 "
      "172.20.11.6\n",
      "o=- 9 9 IN IP4 10.81.179.54\nc=IN IP4 10.81.179.54\nm=audio 7078 RTP/AVP 8\na=rtcp:7079 IN IP4 "
      "10.81.179.54\n");
}

TEST_F(S3, everything_else_of_the_box_passes) {
  at_box(offer("o=- 1 1 IN IP4 10.81.179.54\nc=IN IP4 10.81.179.54\nm=audio 4000 RTP/AVP 8\n"));
  expect_at_phone(
      "o=user 9 9 IN IP4 172.30.10.1\nc=IN IP4 172.30.10.1\nm=audio 7078 RTP/AVP 8\na=rtcp:7079\n",
      "o=user 9 9 IN IP4 172.30.10.1\nc=IN IP4 172.30.10.1\nm=audio 7078 RTP/AVP 8\na=rtcp:7079\n");
}

TEST_F(S3, nothing_is_restored_for_a_phone_that_was_right) {
  at_box(offer("c=IN IP4 172.20.11.6\nm=audio 4000 RTP/AVP 8\n"));
  expect_at_phone("c=IN IP4 172.20.11.6\nm=audio 7078 RTP/AVP 8\n",
                  "c=IN IP4 172.20.11.6\nm=audio 7078 RTP/AVP 8\n");
}

}  // namespace
}  // namespace fapfon::golden
