// SPDX-License-Identifier: GPL-2.0-or-later
// M3: what would lead around the relay is taken out of session descriptions of relayed media: ICE (RFC 8839
// section 5), other lists of addresses, and BUNDLE (RFC 9143), which would join streams at one port.
#include "golden/relayed_call.hpp"

namespace fapfon::golden {
namespace {

using M3Ice = RelayedCall;

TEST_F(M3Ice, of_a_stream_is_removed) {
  EXPECT_EQ(phone("INVITE", R"(v=0
o=- 1 1 IN IP4 10.81.179.54
s=-
c=IN IP4 10.81.179.54
t=0 0
m=audio 4000 RTP/AVP 8
a=ice-ufrag:8hhY
a=ice-pwd:asd88fgpdd777uzjYhagZg
a=ice-options:trickle
a=candidate:1 1 UDP 2130706431 10.81.179.54 4000 typ host
a=candidate:1 2 UDP 2130706430 10.81.179.54 4001 typ host
a=candidate:2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 10.81.179.54 rport 4000
a=remote-candidates:1 192.0.2.3 45664
a=end-of-candidates
a=sendrecv
)"),
            R"(v=0
o=- 1 1 IN IP4 172.30.10.2
s=-
c=IN IP4 172.30.10.2
t=0 0
m=audio 30002 RTP/AVP 8
a=sendrecv
)");
}

TEST_F(M3Ice, of_the_session_is_removed) {
  EXPECT_EQ(phone("INVITE", R"(v=0
o=- 1 1 IN IP4 10.81.179.54
s=-
c=IN IP4 10.81.179.54
t=0 0
a=ice-lite
a=ice-ufrag:8hhY
a=ice-pwd:asd88fgpdd777uzjYhagZg
a=ice-pacing:50
a=ice-options:ice2
a=end-of-candidates
a=tool:iceberg
m=audio 4000 RTP/AVP 8
a=ice-mismatch
)"),
            R"(v=0
o=- 1 1 IN IP4 172.30.10.2
s=-
c=IN IP4 172.30.10.2
t=0 0
a=tool:iceberg
m=audio 30002 RTP/AVP 8
)");
}

TEST_F(M3Ice, of_a_candidate_by_tcp_or_ip6_or_name_is_removed) {
  EXPECT_EQ(
      phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n"
                                   "a=candidate:1 1 TCP 2128609279 10.81.179.54 9 typ host tcptype active\n"
                                   "a=candidate:2 1 UDP 2130706431 2001:db8::54 4000 typ host\n"
                                   "a=candidate:3 1 udp 2113937151 0f0e.local 4000 typ host\n")),
      box_reads("m=audio 30002 RTP/AVP 8\n"));
}

TEST_F(M3Ice, of_a_refused_stream_is_removed) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\nm=video 0 RTP/AVP 99\n"
                                         "a=candidate:1 1 UDP 2130706431 10.81.179.54 4002 typ host\n")),
            box_reads("m=audio 30002 RTP/AVP 8\nm=video 0 RTP/AVP 99\n"));
}

TEST_F(M3Ice, in_the_last_line_without_line_end_is_removed) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=sendrecv\n"
                                         "a=candidate:1 1 UDP 2130706431 10.81.179.54 4000 typ host")),
            box_reads("m=audio 30002 RTP/AVP 8\na=sendrecv\n"));
}

TEST_F(M3Ice, of_the_box_is_removed_too) {
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n"));
  EXPECT_EQ(box("200", box_writes("a=ice-lite\nm=audio 7078 RTP/AVP 8\na=ice-ufrag:x\na=ice-pwd:y\n"
                                  "a=candidate:1 1 UDP 2130706431 172.30.10.1 7078 typ host\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\n"));
}

using M3Alternatives = RelayedCall;

TEST_F(M3Alternatives, of_eyebeam_are_removed) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8 101\n"
                                         "a=alt:1 2 : 4E2HyOkN 8q2SaBsD 10.81.179.54 4000\n"
                                         "a=alt:2 1 : N4xy1Dvu 0VJqNf4Z 192.168.43.5 4000\n"
                                         "a=fmtp:101 0-15\n")),
            box_reads("m=audio 30002 RTP/AVP 8 101\na=fmtp:101 0-15\n"));
}

TEST_F(M3Alternatives, of_rfc_6947_are_removed) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=altc:1 IP6 2001:db8::54 4000\n"
                                         "a=altc:2 IP4 10.81.179.54 4000\n")),
            box_reads("m=audio 30002 RTP/AVP 8\n"));
}

TEST_F(M3Alternatives, of_the_box_are_removed_too) {
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\na=alt:1 1 : x y 172.30.10.1 7078\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\n"));
}

using M3Bundle = RelayedCall;

TEST_F(M3Bundle, of_streams_with_ports_of_their_own_is_removed_and_what_each_stream_says_stays) {
  EXPECT_EQ(phone("INVITE", phone_writes("a=group:BUNDLE audio video\na=group:LS audio video\n"
                                         "m=audio 4000 RTP/AVP 8\na=mid:audio\na=rtcp-mux\n"
                                         "m=video 4000 RTP/AVP 99\na=mid:video\na=rtcp-mux\n")),
            box_reads("a=group:LS audio video\n"
                      "m=audio 30002 RTP/AVP 8\na=mid:audio\na=rtcp-mux\n"
                      "m=video 30006 RTP/AVP 99\na=mid:video\na=rtcp-mux\n"));
}

// RFC 9143 section 6: such a stream has port 0 and no way but the bundle; without that it is refused, as by
// anybody who does not know BUNDLE.
TEST_F(M3Bundle, stream_that_exists_only_in_it_stays_refused) {
  EXPECT_EQ(phone("INVITE", phone_writes("a=group:BUNDLE audio video\nm=audio 4000 RTP/AVP 8\na=mid:audio\n"
                                         "m=video 0 RTP/AVP 99\na=mid:video\na=bundle-only\n")),
            box_reads("m=audio 30002 RTP/AVP 8\na=mid:audio\nm=video 0 RTP/AVP 99\na=mid:video\n"));
}

TEST_F(M3Bundle, of_the_box_is_removed_too) {
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=mid:0\n"));
  EXPECT_EQ(box("200", box_writes("a=group:BUNDLE 0\nm=audio 7078 RTP/AVP 8\na=mid:0\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\na=mid:0\n"));
}

TEST_F(M3Ice, attributes_that_only_look_like_it_stay) {
  EXPECT_EQ(phone("INVITE", phone_writes("a=icecream:yes\nm=audio 4000 RTP/AVP 8\na=candidates:2\n"
                                         "a=X-candidate:1\na=fmtp:8 a=ice-ufrag:1\na=alternative:1\n")),
            box_reads("a=icecream:yes\nm=audio 30002 RTP/AVP 8\na=candidates:2\n"
                      "a=X-candidate:1\na=fmtp:8 a=ice-ufrag:1\na=alternative:1\n"));
}

}  // namespace
}  // namespace fapfon::golden
