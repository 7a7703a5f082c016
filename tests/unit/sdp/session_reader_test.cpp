// SPDX-License-Identifier: GPL-2.0-or-later
#include "sdp/session_reader.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fapfon::sdp {
namespace {

constexpr ByteView kVideoCall =
    "v=0\r\n"
    "o=- 1 1 IN IP4 192.0.2.1\r\n"
    "s=-\r\n"
    "c=IN IP4 192.0.2.1/127\r\n"
    "t=0 0\r\n"
    "a=sendonly\r\n"
    "m=audio 4000 RTP/AVP 8 101\r\n"
    "a=rtpmap:8 PCMA/8000\r\n"
    "a=rtpmap:96 opus/48000/2\r\n"
    "a=rtcp:4001 IN IP4 192.0.2.2\r\n"
    "m=video 4002/2 RTP/SAVPF 97\r\n"
    "c=IN IP6 2001:db8::1\r\n"
    "a=inactive\r\n"
    "a=rtcp:4009\r\n";

std::vector<Media> all_of(ByteView text) {
  std::vector<Media> found;
  SessionReader reader(text);
  while (const auto media = reader.next()) found.push_back(*media);
  return found;
}

TEST(SessionReader, a_stream_has_type_port_and_protocol) {
  const auto media = all_of(kVideoCall);
  ASSERT_EQ(media.size(), 2U);
  EXPECT_EQ(media[0].type, "audio");
  EXPECT_EQ(media[0].port, 4000);
  EXPECT_EQ(media[0].count_text, "");
  EXPECT_EQ(media[0].protocol, "RTP/AVP");
  EXPECT_EQ(media[1].port, 4002);
  EXPECT_EQ(media[1].count_text, "/2");
}

TEST(SessionReader, a_stream_without_c_line_has_that_of_the_session) {
  const auto media = all_of(kVideoCall);
  EXPECT_EQ(media[0].connection->text, "192.0.2.1") << "without the TTL";
  EXPECT_EQ(media[1].connection->text, "2001:db8::1");
}

TEST(SessionReader, rtcp_is_read_in_both_forms) {
  const auto media = all_of(kVideoCall);
  EXPECT_EQ(media[0].rtcp->port, 4001);
  EXPECT_EQ(media[0].rtcp->network->text, "192.0.2.2");
  EXPECT_EQ(media[1].rtcp->port, 4009);
  EXPECT_FALSE(media[1].rtcp->network);
}

TEST(SessionReader, a_direction_of_the_session_holds_for_streams_without_one) {
  const auto media = all_of(kVideoCall);
  EXPECT_EQ(media[0].direction, Direction::send_only);
  EXPECT_EQ(media[1].direction, Direction::inactive);
}

TEST(SessionReader, a_host_name_has_no_address) {
  const auto media = all_of("c=IN IP4 phone.example\nm=audio 4000 RTP/AVP 8\n");
  ASSERT_EQ(media.size(), 1U);
  EXPECT_EQ(media[0].connection->text, "phone.example");
  EXPECT_FALSE(media[0].connection->ip);
}

TEST(SessionReader, an_unreadable_m_line_keeps_its_place) {
  SessionReader reader("m=audio x RTP/AVP 8\nm=audio 70000 RTP/AVP 8\nm=audio 4000 RTP/AVP 8\n");
  const auto media = reader.next();
  ASSERT_TRUE(media);
  EXPECT_EQ(media->port, 4000);
  EXPECT_EQ(reader.count(), 3U);
}

TEST(SessionReader, an_m_inside_of_a_line_starts_no_stream) {
  EXPECT_TRUE(all_of("s=m=audio 4000 RTP/AVP 8\n").empty());
}

TEST(SessionReader, spaces_and_a_second_cr_at_the_end_of_a_line_do_not_count) {
  const auto media =
      all_of("c=IN IP4 192.0.2.1 \r\r\nm=audio 4000 RTP/AVP \r\na=rtcp:4005 \r\na=sendonly  \r\n");
  ASSERT_EQ(media.size(), 1U);
  EXPECT_EQ(media[0].connection->text, "192.0.2.1");
  EXPECT_EQ(media[0].protocol, "RTP/AVP");
  EXPECT_EQ(media[0].rtcp->port, 4005);
  EXPECT_EQ(media[0].direction, Direction::send_only);
}

TEST(SessionReader, what_goes_over_udp_is_known_by_its_protocol) {
  const auto is_over_udp = [](ByteView protocol) {
    Media media;
    media.protocol = protocol;
    return media.is_over_udp();
  };
  for (const ByteView udp : {"RTP/AVP", "RTP/SAVP", "RTP/AVPF", "UDP/TLS/RTP/SAVPF", "udptl", "UDPTL", "udp"})
    EXPECT_TRUE(is_over_udp(udp)) << udp;
  for (const ByteView other : {"TCP/MSRP", "TCP/RTP/AVP", "TCP", "SCTP"})
    EXPECT_FALSE(is_over_udp(other)) << other;
}

TEST(CodecReader, gives_the_payload_types_that_have_a_name) {
  const auto media = all_of(kVideoCall);
  CodecReader reader(media[0]);
  const auto first = reader.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->payload_type, 8);
  EXPECT_EQ(first->name, "PCMA");
  EXPECT_EQ(first->clock_rate, 8000U);
  const auto second = reader.next();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->name, "opus");
  EXPECT_EQ(second->clock_rate, 48'000U) << "channels are no part of it";
  EXPECT_FALSE(reader.next());
}

TEST(CodecReader, passes_over_what_is_no_rtpmap) {
  const auto media = all_of(
      "m=audio 4000 RTP/AVP 8\na=rtpmap:8\na=rtpmap:300 PCMA/8000\na=rtpmap:9 G722\na=rtpmap:9 G722/x\n");
  EXPECT_FALSE(CodecReader(media[0]).next());
}

TEST(BypassLines, those_of_ice_are_found_with_their_ends) {
  ByteView text =
      "a=ice-ufrag:x\r\na=rtpmap:8 PCMA/8000\r\na=candidate:1 1 UDP 1 192.0.2.1 4000 typ host\r\n"
      "a=remote-candidates:1 192.0.2.9 5000\na=end-of-candidates";
  std::vector<std::string> found;
  for (ByteView line = take_bypass_line(text); !line.empty(); line = take_bypass_line(text))
    found.emplace_back(line);
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0], "a=ice-ufrag:x\r\n");
  EXPECT_EQ(found[3], "a=end-of-candidates");
}

TEST(BypassLines, alternative_addresses_and_bundles_are_found_and_what_looks_like_them_is_not) {
  for (const char* line : {"a=alt:1 1 : x y 192.0.2.1 4000", "a=altc:1 IP6 2001:db8::1 4000",
                           "a=group:BUNDLE a v", "a=group:BUNDLE", "a=bundle-only"}) {
    ByteView text = line;
    EXPECT_EQ(take_bypass_line(text), line);
  }
  for (const char* line : {"a=alternate:1", "a=group:LS 1 2", "a=group:BUNDLES a", "a=bundle-only-x",
                           "a=mid:BUNDLE", "a=rtcp-mux", "s=a=alt:1"}) {
    ByteView text = line;
    EXPECT_EQ(take_bypass_line(text), "");
  }
}

}  // namespace
}  // namespace fapfon::sdp
