// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/session.hpp"

#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

using State = relay::StreamDescription::State;

std::string streams(const std::string& media) {
  return "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n" + media;
}
/// Of a session with one stream.
relay::StreamDescription stream(const std::string& media) {
  const std::string text = streams(media);
  const relay::Description description = describe(text);
  EXPECT_EQ(description.count, 1U) << media;
  return description.list[0];
}

TEST(SessionDescription, an_audio_stream_is_told_with_address_ports_and_direction) {
  const relay::StreamDescription audio = stream("m=audio 4000 RTP/AVP 8\r\n");
  EXPECT_EQ(audio.state, State::active);
  EXPECT_EQ(audio.type, relay::MediaType::audio);
  EXPECT_EQ(audio.payload, relay::Payload::rtp);
  EXPECT_EQ(audio.ip, IpAddress::v4(192, 0, 2, 1));
  EXPECT_EQ(audio.rtp_port, 4000);
  EXPECT_EQ(audio.rtcp_port, 4001);
  EXPECT_TRUE(audio.sends && audio.receives);
}

TEST(SessionDescription, a_port_for_rtcp_counts) {
  EXPECT_EQ(stream("m=audio 4000 RTP/AVP 8\r\na=rtcp:4711\r\n").rtcp_port, 4711);
}

TEST(SessionDescription, each_kind_of_stream_has_its_name) {
  EXPECT_EQ(stream("m=video 4000 RTP/SAVP 99\r\n").type, relay::MediaType::video);
  const relay::StreamDescription fax = stream("m=image 4000 udptl t38\r\n");
  EXPECT_EQ(fax.type, relay::MediaType::image);
  EXPECT_EQ(fax.payload, relay::Payload::datagrams);
  EXPECT_EQ(fax.state, State::active);
  EXPECT_EQ(stream("m=text 4000 RTP/AVP 98\r\n").type, relay::MediaType::other);
}

TEST(SessionDescription, directions_are_those_of_who_wrote_it) {
  const auto sends_and_receives = [](const std::string& line) {
    const relay::StreamDescription audio = stream("m=audio 4000 RTP/AVP 8\r\na=" + line + "\r\n");
    return std::pair(audio.sends, audio.receives);
  };
  EXPECT_EQ(sends_and_receives("sendrecv"), std::pair(true, true));
  EXPECT_EQ(sends_and_receives("sendonly"), std::pair(true, false));
  EXPECT_EQ(sends_and_receives("recvonly"), std::pair(false, true));
  EXPECT_EQ(sends_and_receives("inactive"), std::pair(false, false));
}

TEST(SessionDescription, port_0_is_refused_and_the_old_hold_is_held) {
  EXPECT_EQ(stream("m=audio 0 RTP/AVP 8\r\n").state, State::refused);
  EXPECT_EQ(stream("m=audio 4000 RTP/AVP 8\r\nc=IN IP4 0.0.0.0\r\n").state, State::held);
  EXPECT_EQ(stream("m=audio 4000 RTP/AVP 8\r\nc=IN IP6 ::\r\n").state, State::held);
}

TEST(SessionDescription, tcp_and_multicast_are_not_for_a_relay) {
  EXPECT_EQ(stream("m=audio 9 TCP/RTP/AVP 8\r\n").state, State::foreign);
  EXPECT_EQ(stream("m=message 9 TCP/MSRP *\r\n").state, State::foreign);
  EXPECT_EQ(stream("m=audio 4000 RTP/AVP 8\r\nc=IN IP4 233.252.0.1/127\r\n").state, State::foreign);
}

TEST(SessionDescription, a_host_name_is_a_stream_without_an_address) {
  const relay::StreamDescription audio = stream("m=audio 4000 RTP/AVP 8\r\nc=IN IP4 phone.example\r\n");
  EXPECT_EQ(audio.ip, IpAddress{});
  EXPECT_TRUE(audio.needs_ports());
}

TEST(SessionDescription, streams_beyond_the_limit_are_not_in_it) {
  std::string media;
  for (std::size_t i = 0; i < relay::kMaxStreams + 2; ++i)
    media += "m=audio " + std::to_string(4000 + 2 * i) + " RTP/AVP 8\r\n";
  const std::string text = streams(media);
  const relay::Description description = describe(text);
  EXPECT_EQ(description.count, relay::kMaxStreams);
  EXPECT_EQ(description.list.back().rtp_port, 4000 + 2 * (relay::kMaxStreams - 1));
}

TEST(SessionDescription, a_stream_that_cannot_be_read_keeps_its_place) {
  const std::string text = streams("m=audio x RTP/AVP 8\r\nm=video 5000 RTP/AVP 99\r\n");
  const relay::Description description = describe(text);
  ASSERT_EQ(description.count, 2U);
  EXPECT_EQ(description.list[0].state, State::refused);
  EXPECT_EQ(description.list[1].rtp_port, 5000);
}

TEST(SessionDescription, what_is_empty_has_no_streams) {
  EXPECT_EQ(describe("").count, 0U);
  EXPECT_EQ(describe("nonsense").count, 0U);
}

TEST(SessionDescription, formats_come_with_the_place_of_their_stream) {
  const std::string text = streams(
      "m=audio 4000 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
      "m=video 5000 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n");
  std::string seen;
  for_each_format(text, [&](std::size_t place, const relay::PayloadFormat& format) {
    seen += std::to_string(place) + ":" + std::to_string(format.type()) + "=" + std::string(format.name()) +
            "/" + std::to_string(format.clock_rate()) + " ";
  });
  EXPECT_EQ(seen, "0:8=PCMA/8000 0:101=telephone-event/8000 1:99=H264/90000 ");
}

// --- In a message ----------------------------------------------------------------------------------------

class SessionInMessage : public testing::Test {
 protected:
  std::string found(const std::string& type, const std::string& body, const std::string& more = "") {
    read(with(with_body(request_from_phone("INVITE"), type, body), "Content-Type", more + "Content-Type"));
    const sip::BodyParts parts(view);
    return std::string(session_in(parts));
  }
  bool asks(const std::string& sdp, Family family) {
    read(with_body(request_from_phone("INVITE"), "application/sdp", sdp));
    return asks_for_other_family(view, family);
  }
  void read(const std::string& text) {
    kept = text;
    ASSERT_EQ(view.parse_datagram(kept), sip::ParseError::none) << text;
  }

  std::string kept;
  sip::MessageView view;
};

TEST_F(SessionInMessage, is_found_alone_and_in_a_multipart_body) {
  EXPECT_EQ(found("application/sdp", session()), session());
  const std::string multipart = "--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\nContent-Type: " +
                                std::string("application/sdp\r\n\r\n") + session() + "\r\n--b--\r\n";
  EXPECT_EQ(found("multipart/mixed;boundary=b", multipart), session());
}

TEST_F(SessionInMessage, of_alternatives_the_first_counts) {
  const std::string part = "--b\r\nContent-Type: application/sdp\r\n\r\n";
  EXPECT_EQ(found("multipart/alternative;boundary=b",
                  part + session("192.0.2.1") + "\r\n" + part + session("192.0.2.2") + "\r\n--b--\r\n"),
            session("192.0.2.1"));
}

TEST_F(SessionInMessage, another_type_or_an_encoding_hides_it) {
  EXPECT_EQ(found("text/plain", session()), "");
  EXPECT_EQ(found("application/sdp", session(), "Content-Encoding: gzip\r\n"), "");
  EXPECT_EQ(found("application/sdp", session(), "Content-Encoding: identity\r\n"), session());
}

TEST_F(SessionInMessage, the_ip_version_of_any_stream_counts) {
  EXPECT_FALSE(asks(session(), Family::ip4));
  EXPECT_TRUE(asks(session(), Family::ip6));
  const std::string both = session() + "m=video 5000 RTP/AVP 99\r\nc=IN IP6 2001:db8::1\r\n";
  EXPECT_TRUE(asks(both, Family::ip4));
  EXPECT_TRUE(asks(both, Family::ip6));
}

TEST_F(SessionInMessage, a_host_name_and_no_body_ask_for_none) {
  EXPECT_FALSE(asks(streams("m=audio 4000 RTP/AVP 8\r\nc=IN IP4 phone.example\r\n"), Family::ip6));
  read(request_from_phone("INVITE"));
  EXPECT_FALSE(asks_for_other_family(view, Family::ip6));
}

}  // namespace
}  // namespace fapfon::proxy
