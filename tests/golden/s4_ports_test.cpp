// SPDX-License-Identifier: GPL-2.0-or-later
// S4, M2: ports of RTP and RTCP (RFC 3550 section 11, RFC 3605, RFC 5761), in all the ways to write them.
#include "golden/relayed_call.hpp"

namespace fapfon::golden {
namespace {

class S4Rtcp : public RelayedCall {
 protected:
  /// Where RTCP goes that the Box sends to our port beside that of RTP.
  std::string rtcp_from_box(std::uint16_t source) { return media_from_box(source, 30003); }
};

TEST_F(S4Rtcp, in_the_short_form_stays_in_the_short_form) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=rtcp:4001\n")),
            box_reads("m=audio 30002 RTP/AVP 8\na=rtcp:30003\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\na=rtcp:7079\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\na=rtcp:30001\n"));
}

TEST_F(S4Rtcp, in_the_long_form_stays_in_the_long_form) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=rtcp:4001 IN IP4 10.81.179.54\n")),
            box_reads("m=audio 30002 RTP/AVP 8\na=rtcp:30003 IN IP4 172.30.10.2\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\na=rtcp:7079 IN IP4 172.30.10.1\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\na=rtcp:30001 IN IP4 172.30.10.2\n"));
}

TEST_F(S4Rtcp, that_is_not_mentioned_is_the_next_port_on_both_sides) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n")),
            box_reads("m=audio 30002 RTP/AVP 8\n"));
  box("200", box_writes("m=audio 7078 RTP/AVP 8\n"));
  EXPECT_EQ(rtcp_from_box(7079), "172.30.10.2:30001 > 172.20.11.6:4001");
}

TEST_F(S4Rtcp, at_a_port_far_from_that_of_rtp_is_ours_beside_it) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=rtcp:53020\n")),
            box_reads("m=audio 30002 RTP/AVP 8\na=rtcp:30003\n"));
  box("200", box_writes("m=audio 7078 RTP/AVP 8\n"));
  EXPECT_EQ(rtcp_from_box(7079), "172.30.10.2:30001 > 172.20.11.6:53020");
}

TEST_F(S4Rtcp, at_the_port_of_rtp_stays_at_the_port_of_rtp) {
  // RFC 5761 section 5.1.3; RFC 8858 demands it of rtcp-mux-only.
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=rtcp:4000\na=rtcp-mux\n")),
            box_reads("m=audio 30002 RTP/AVP 8\na=rtcp:30002\na=rtcp-mux\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\na=rtcp-mux\na=rtcp:7078 IN IP4 172.30.10.1\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\na=rtcp-mux\na=rtcp:30000 IN IP4 172.30.10.2\n"));
}

TEST_F(S4Rtcp, mux_that_is_offered_with_a_port_for_those_who_cannot) {
  // RFC 5761 section 5.1.1: the answer without a=rtcp-mux means two ports.
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=rtcp-mux\na=rtcp:4001\n")),
            box_reads("m=audio 30002 RTP/AVP 8\na=rtcp-mux\na=rtcp:30003\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\n")), phone_reads("m=audio 30000 RTP/AVP 8\n"));
  EXPECT_EQ(rtcp_from_box(7079), "172.30.10.2:30001 > 172.20.11.6:4001");
}

TEST_F(S4Rtcp, with_blanks_where_none_belong_is_read_all_the_same) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=rtcp:4001  IN  IP4  10.81.179.54 \n")),
            box_reads("m=audio 30002 RTP/AVP 8\na=rtcp:30003  IN  IP4  172.30.10.2 \n"));
}

TEST_F(S4Rtcp, attributes_with_a_longer_name_are_others) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=rtcp-fb:8 4000\na=rtcp-xr:4001\n"
                                         "a=rtcp-rsize\na=rtcpx:4001\n")),
            box_reads("m=audio 30002 RTP/AVP 8\na=rtcp-fb:8 4000\na=rtcp-xr:4001\n"
                      "a=rtcp-rsize\na=rtcpx:4001\n"));
}

using S4Ports = RelayedCall;

TEST_F(S4Ports, odd_ones_become_even_ones_of_ours) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4001 RTP/AVP 8\n")),
            box_reads("m=audio 30002 RTP/AVP 8\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7079 RTP/AVP 8\na=rtcp:7081\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\na=rtcp:30001\n"));
  EXPECT_EQ(media_from_phone(4001, 30000), "172.30.10.2:30002 > 172.30.10.1:7079");
  EXPECT_EQ(media_from_phone(4002, 30001), "172.30.10.2:30003 > 172.30.10.1:7081");
}

TEST_F(S4Ports, a_count_of_several_becomes_one) {
  // RFC 8866 section 5.14: "49170/2" are two pairs of ports, and one is relayed.
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 49170/2 RTP/AVP 8\n")),
            box_reads("m=audio 30002 RTP/AVP 8\n"));
}

TEST_F(S4Ports, the_highest_one_has_no_port_for_rtcp_above_it) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 65535 RTP/AVP 8\n")),
            box_reads("m=audio 30002 RTP/AVP 8\n"));
  box("200", box_writes("m=audio 7078 RTP/AVP 8\n"));
  EXPECT_EQ(media_from_box(7078, 30002), "172.30.10.2:30000 > 172.20.11.6:65535");
  EXPECT_EQ(media_from_box(7079, 30003), "-");
}

TEST_F(S4Ports, the_same_numbers_in_other_lines_stay) {
  EXPECT_EQ(phone("INVITE", phone_writes("b=AS:4000\nm=audio 4000 RTP/AVP 8\nb=RR:4000\n"
                                         "a=rtpmap:8 PCMA/4000\na=ssrc:4000 cname:4000\n")),
            box_reads("b=AS:4000\nm=audio 30002 RTP/AVP 8\nb=RR:4000\n"
                      "a=rtpmap:8 PCMA/4000\na=ssrc:4000 cname:4000\n"));
}

}  // namespace
}  // namespace fapfon::golden
