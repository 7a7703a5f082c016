// SPDX-License-Identifier: GPL-2.0-or-later
// S4, M2: sessions of several streams, and streams that are none for a relay. A stream is its place among the
// m= lines (RFC 3264 sections 5 to 8).
#include "golden/relayed_call.hpp"
#include "relay/description.hpp"

namespace fapfon::golden {
namespace {

using S4RefusedStream = RelayedCall;

TEST_F(S4RefusedStream, in_an_answer_keeps_port_0) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\nm=video 4002 RTP/AVP 99\n")),
            box_reads("m=audio 30002 RTP/AVP 8\nm=video 30006 RTP/AVP 99\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\nm=video 0 RTP/AVP 99\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\nm=video 0 RTP/AVP 99\n"));
}

TEST_F(S4RefusedStream, in_an_offer_keeps_port_0_and_its_place) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=video 0 RTP/AVP 99\nm=audio 4000 RTP/AVP 8\n")),
            box_reads("m=video 0 RTP/AVP 99\nm=audio 30002 RTP/AVP 8\n"));
  EXPECT_EQ(box("200", box_writes("m=video 0 RTP/AVP 99\nm=audio 7078 RTP/AVP 8\n")),
            phone_reads("m=video 0 RTP/AVP 99\nm=audio 30000 RTP/AVP 8\n"));
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7078");
}

TEST_F(S4RefusedStream, loses_the_phones_address_all_the_same) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\nm=video 0 RTP/AVP 99\n"
                                         "c=IN IP4 10.81.179.54\na=rtcp:4003 IN IP4 10.81.179.54\n")),
            box_reads("m=audio 30002 RTP/AVP 8\nm=video 0 RTP/AVP 99\n"
                      "c=IN IP4 172.30.10.2\na=rtcp:4003 IN IP4 172.30.10.2\n"));
}

TEST_F(S4RefusedStream, that_is_the_only_one_leaves_no_way_for_audio) {
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 0 RTP/AVP 8\n")), phone_reads("m=audio 0 RTP/AVP 8\n"));
  EXPECT_EQ(media_from_phone(4000, 30000), "-");
}

TEST_F(S4RefusedStream, is_one_that_was_in_use_until_now) {
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\nm=video 4002 RTP/AVP 99\n"));
  box("200", box_writes("m=audio 7078 RTP/AVP 8\nm=video 7080 RTP/AVP 99\n"));
  phone("ACK");
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\nm=video 0 RTP/AVP 99\n")),
            box_reads("m=audio 30002 RTP/AVP 8\nm=video 0 RTP/AVP 99\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\nm=video 0 RTP/AVP 99\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\nm=video 0 RTP/AVP 99\n"));
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7078");
  EXPECT_EQ(media_from_phone(4002, 30004), "-");
}

TEST_F(S4RefusedStream, may_come_back_as_something_else) {
  // RFC 3264 section 8.1: a slot with port 0 may be used again.
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\nm=video 0 RTP/AVP 99\n"));
  box("200", box_writes("m=audio 7078 RTP/AVP 8\nm=video 0 RTP/AVP 99\n"));
  phone("ACK");
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\nm=audio 4004 RTP/AVP 0\n")),
            box_reads("m=audio 30002 RTP/AVP 8\nm=audio 30006 RTP/AVP 0\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\nm=audio 7082 RTP/AVP 0\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\nm=audio 30004 RTP/AVP 0\n"));
  EXPECT_EQ(media_from_phone(4004, 30004), "172.30.10.2:30006 > 172.30.10.1:7082");
}

using S4SeveralStreams = RelayedCall;

TEST_F(S4SeveralStreams, of_audio_get_ports_of_their_own) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=rtcp:4001\n"
                                         "m=audio 4002 RTP/AVP 0\na=rtcp:4003\n")),
            box_reads("m=audio 30002 RTP/AVP 8\na=rtcp:30003\n"
                      "m=audio 30006 RTP/AVP 0\na=rtcp:30007\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\nm=audio 7080 RTP/AVP 0\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\nm=audio 30004 RTP/AVP 0\n"));
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7078");
  EXPECT_EQ(media_from_phone(4002, 30004), "172.30.10.2:30006 > 172.30.10.1:7080");
}

TEST_F(S4SeveralStreams, of_audio_and_video_in_a_call_from_the_box) {
  phone_registers();
  EXPECT_EQ(box("INVITE", box_writes("m=audio 7078 RTP/AVP 8\nm=video 7080 RTP/AVPF 99\n"
                                     "a=rtpmap:99 H264/90000\na=rtcp-fb:99 nack pli\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\nm=video 30004 RTP/AVPF 99\n"
                        "a=rtpmap:99 H264/90000\na=rtcp-fb:99 nack pli\n"));
  EXPECT_EQ(phone("200", phone_writes("m=audio 4000 RTP/AVP 8\nm=video 4002 RTP/AVPF 99\n")),
            box_reads("m=audio 30002 RTP/AVP 8\nm=video 30006 RTP/AVPF 99\n"));
}

TEST_F(S4SeveralStreams, that_begin_later_get_ports_then) {
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n"));
  box("200", box_writes("m=audio 7078 RTP/AVP 8\n"));
  phone("ACK");
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\nm=video 4002 RTP/AVP 99\n")),
            box_reads("m=audio 30002 RTP/AVP 8\nm=video 30006 RTP/AVP 99\n"));
}

TEST_F(S4SeveralStreams, more_than_the_relay_takes_are_refused_both_ways) {
  static_assert(relay::kMaxStreams == 4);
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\nm=audio 4002 RTP/AVP 8\n"
                                         "m=audio 4004 RTP/AVP 8\nm=audio 4006 RTP/AVP 8\n"
                                         "m=audio 4008 RTP/AVP 8\na=rtcp:4009 IN IP4 10.81.179.54\n"
                                         "m=video 4010 RTP/AVP 99\nc=IN IP4 10.81.179.54\n")),
            box_reads("m=audio 30002 RTP/AVP 8\nm=audio 30006 RTP/AVP 8\n"
                      "m=audio 30010 RTP/AVP 8\nm=audio 30014 RTP/AVP 8\n"
                      "m=audio 0 RTP/AVP 8\na=rtcp:4009 IN IP4 172.30.10.2\n"
                      "m=video 0 RTP/AVP 99\nc=IN IP4 172.30.10.2\n"));
  // The Box has seen port 0, but a phone that reads what is not refused would send there.
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\nm=audio 7080 RTP/AVP 8\n"
                                  "m=audio 7082 RTP/AVP 8\nm=audio 7084 RTP/AVP 8\n"
                                  "m=audio 7086 RTP/AVP 8\nm=video 0 RTP/AVP 99\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\nm=audio 30004 RTP/AVP 8\n"
                        "m=audio 30008 RTP/AVP 8\nm=audio 30012 RTP/AVP 8\n"
                        "m=audio 0 RTP/AVP 8\nm=video 0 RTP/AVP 99\n"));
}

TEST_F(S4SeveralStreams, none_at_all_is_a_session_without_media) {
  // RFC 3264 section 5: an offer may have no media descriptions.
  EXPECT_EQ(phone("INVITE", phone_writes("")), box_reads(""));
  EXPECT_EQ(box("200", box_writes("")), phone_reads(""));
}

using S4Fax = RelayedCall;

TEST_F(S4Fax, by_udptl_is_relayed_as_it_is) {
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n"));
  box("200", box_writes("m=audio 7078 RTP/AVP 8\n"));
  phone("ACK");
  EXPECT_EQ(box("INVITE", box_writes("m=image 7078 udptl t38\na=T38FaxVersion:0\n"
                                     "a=T38FaxUdpEC:t38UDPRedundancy\n")),
            phone_reads("m=image 30000 udptl t38\na=T38FaxVersion:0\n"
                        "a=T38FaxUdpEC:t38UDPRedundancy\n"));
  EXPECT_EQ(phone("200", phone_writes("m=image 4010 UDPTL t38\na=T38FaxVersion:0\n")),
            box_reads("m=image 30002 UDPTL t38\na=T38FaxVersion:0\n"));
  EXPECT_EQ(media_from_phone(4010, 30000), "172.30.10.2:30002 > 172.30.10.1:7078");
}

TEST_F(S4Fax, beside_audio_that_is_switched_off_for_it) {
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n"));
  box("200", box_writes("m=audio 7078 RTP/AVP 8\n"));
  phone("ACK");
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 0 RTP/AVP 8\nm=image 4002 udptl t38\n")),
            box_reads("m=audio 0 RTP/AVP 8\nm=image 30006 udptl t38\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 0 RTP/AVP 8\nm=image 7080 udptl t38\n")),
            phone_reads("m=audio 0 RTP/AVP 8\nm=image 30004 udptl t38\n"));
}

using S4NoDatagrams = RelayedCall;

TEST_F(S4NoDatagrams, msrp_is_refused) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\nm=message 7654 TCP/MSRP *\n"
                                         "a=accept-types:text/plain\n")),
            box_reads("m=audio 30002 RTP/AVP 8\nm=message 0 TCP/MSRP *\na=accept-types:text/plain\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\nm=message 0 TCP/MSRP *\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\nm=message 0 TCP/MSRP *\n"));
}

TEST_F(S4NoDatagrams, audio_and_fax_over_tcp_are_refused) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 TCP/RTP/AVP 8\na=setup:actpass\n"
                                         "m=image 4002 TCP t38\nm=application 4004 TCP/TLS/BFCP *\n")),
            box_reads("m=audio 0 TCP/RTP/AVP 8\na=setup:actpass\n"
                      "m=image 0 TCP t38\nm=application 0 TCP/TLS/BFCP *\n"));
}

TEST_F(S4NoDatagrams, what_nobody_knows_is_refused) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=application 4000 DTLS/SCTP 5000\nm=data 4002 FOO/BAR x\n")),
            box_reads("m=application 0 DTLS/SCTP 5000\nm=data 0 FOO/BAR x\n"));
}

TEST_F(S4NoDatagrams, plain_udp_is_relayed) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=application 4000 udp wb\nm=application 4002 UDP/BFCP *\n")),
            box_reads("m=application 30002 udp wb\nm=application 30006 UDP/BFCP *\n"));
}

TEST_F(S4NoDatagrams, multicast_passes) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\nm=audio 49170/2 RTP/AVP 0\n"
                                         "c=IN IP4 233.252.0.1/127/2\na=rtcp:49999\n")),
            box_reads("m=audio 30002 RTP/AVP 8\nm=audio 49170/2 RTP/AVP 0\n"
                      "c=IN IP4 233.252.0.1/127/2\na=rtcp:49999\n"));
}

}  // namespace
}  // namespace fapfon::golden
