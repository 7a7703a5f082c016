// SPDX-License-Identifier: GPL-2.0-or-later
// S4, M3: one change of each kind. Whole sessions, message in and message out, are in tests/golden (s4_*,
// m3_*).
#include "rewrite/relayed_media.hpp"

#include <array>

#include "unit/proxy/core.hpp"

namespace fapfon::rewrite {
namespace {

using Kind = StreamChange::Kind;
using proxy::with;
using proxy::with_body;

constexpr IpAddress kOurs = IpAddress::v4(172, 30, 10, 2);

class RelayedSession : public testing::Test {
 protected:
  static std::string session(const std::string& media) {
    return "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n" + media;
  }
  /// What becomes of that body.
  std::string relayed(const std::string& body, const std::string& type = "application/sdp") {
    kept = with_body(proxy::request_from_phone("INVITE"), type, body);
    EXPECT_EQ(view.parse_datagram(kept), sip::ParseError::none);
    edits.start(view.whole());
    const sip::BodyParts parts(view);
    relay_media(parts, {ours, changes, hides_origin}, edits);
    std::string out;
    edits.apply(out);
    return out.substr(out.find("\r\n\r\n") + 4);
  }
  /// The media of session(media) afterwards.
  std::string media(const std::string& text) {
    const std::string out = relayed(session(text));
    return out.substr(out.find("m="));
  }

  IpAddress ours = kOurs;
  std::vector<StreamChange> changes{{Kind::relay, 30000, 30001}};
  bool hides_origin = true;
  sip::MessageView view;
  Edits edits;
  std::string kept;
};

TEST_F(RelayedSession, S4_every_address_becomes_ours) {
  EXPECT_EQ(relayed(session("m=audio 4000 RTP/AVP 8\r\n")),
            "v=0\r\no=- 1 1 IN IP4 172.30.10.2\r\ns=-\r\nc=IN IP4 172.30.10.2\r\nt=0 0\r\n"
            "m=audio 30000 RTP/AVP 8\r\n");
}

TEST_F(RelayedSession, S2_the_origin_stays_where_it_is_not_to_be_hidden_unless_its_family_is_another) {
  hides_origin = false;
  EXPECT_TRUE(proxy::holds(relayed(session("m=audio 4000 RTP/AVP 8\r\n")), "o=- 1 1 IN IP4 192.0.2.1\r\n"));
  ours = *IpAddress::parse("2001:db8::2");
  EXPECT_TRUE(proxy::holds(relayed(session("m=audio 4000 RTP/AVP 8\r\n")), "o=- 1 1 IN IP6 2001:db8::2\r\n"));
}

TEST_F(RelayedSession, S4_hold_stays_hold_in_the_family_of_the_reader) {
  const std::string held = with(session(""), "c=IN IP4 192.0.2.1", "c=IN IP4 0.0.0.0");
  EXPECT_TRUE(proxy::holds(relayed(held), "c=IN IP4 0.0.0.0\r\n"));
  ours = *IpAddress::parse("2001:db8::2");
  EXPECT_TRUE(proxy::holds(relayed(held), "c=IN IP6 ::\r\n"));
  ours = kOurs;
  EXPECT_TRUE(
      proxy::holds(relayed(with(session(""), "c=IN IP4 192.0.2.1", "c=IN IP6 ::")), "c=IN IP4 0.0.0.0\r\n"));
}

TEST_F(RelayedSession, S4_a_host_name_becomes_our_address_wherever_it_stands) {
  const std::string named = with(session("m=audio 4000 RTP/AVP 8\r\na=rtcp:4001 IN IP4 phone.example\r\n"),
                                 "c=IN IP4 192.0.2.1", "c=IN IP4 phone.example");
  EXPECT_EQ(proxy::count_of(relayed(named), "phone.example"), 0U);
}

TEST_F(RelayedSession, S4_rtcp_gets_its_own_port_or_that_of_rtp_where_it_shared_it) {
  EXPECT_EQ(media("m=audio 4000 RTP/AVP 8\r\na=rtcp:4711\r\n"),
            "m=audio 30000 RTP/AVP 8\r\na=rtcp:30001\r\n");
  EXPECT_EQ(media("m=audio 4000 RTP/AVP 8\r\na=rtcp:4000\r\n"),
            "m=audio 30000 RTP/AVP 8\r\na=rtcp:30000\r\n");
}

TEST_F(RelayedSession, S4_a_count_of_ports_is_left_out) {
  EXPECT_EQ(media("m=audio 4000/2 RTP/AVP 8\r\n"), "m=audio 30000 RTP/AVP 8\r\n");
}

TEST_F(RelayedSession, S4_a_refused_change_is_port_0_and_none_leaves_the_port) {
  changes = {{Kind::refuse, 0, 0}, {Kind::none, 0, 0}};
  EXPECT_EQ(media("m=audio 4000 RTP/AVP 8\r\nm=video 5000 RTP/AVP 99\r\n"),
            "m=audio 0 RTP/AVP 8\r\nm=video 5000 RTP/AVP 99\r\n");
}

TEST_F(RelayedSession, S4_streams_beyond_those_that_are_told_are_refused) {
  EXPECT_EQ(media("m=audio 4000 RTP/AVP 8\r\nm=video 5000 RTP/AVP 99\r\n"),
            "m=audio 30000 RTP/AVP 8\r\nm=video 0 RTP/AVP 99\r\n");
}

TEST_F(RelayedSession, S4_a_stream_that_its_sender_refused_stays_refused) {
  EXPECT_EQ(media("m=audio 0 RTP/AVP 8\r\n"), "m=audio 0 RTP/AVP 8\r\n");
}

TEST_F(RelayedSession, S4_a_stream_that_cannot_be_read_does_not_shift_the_others) {
  changes = {{Kind::relay, 30000, 30001}, {Kind::relay, 30002, 30003}};
  EXPECT_EQ(media("m=audio x RTP/AVP 8\r\nm=video 5000 RTP/AVP 99\r\n"),
            "m=audio x RTP/AVP 8\r\nm=video 30002 RTP/AVP 99\r\n");
}

TEST_F(RelayedSession, M3_lines_that_lead_around_the_relay_go) {
  EXPECT_EQ(
      media("m=audio 4000 RTP/AVP 8\r\na=candidate:1 1 UDP 1 192.0.2.1 4000 typ host\r\na=sendrecv\r\n"),
      "m=audio 30000 RTP/AVP 8\r\na=sendrecv\r\n");
}

TEST_F(RelayedSession, a_body_of_another_type_stays) {
  const std::string body = session("m=audio 4000 RTP/AVP 8\r\n");
  EXPECT_EQ(relayed(body, "text/plain"), body);
  EXPECT_TRUE(edits.empty());
}

}  // namespace
}  // namespace fapfon::rewrite
