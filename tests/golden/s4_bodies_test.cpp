// SPDX-License-Identifier: GPL-2.0-or-later
// S4: how a session description of relayed media may stand in a message (SPEC section 4, F4).
#include "golden/relayed_call.hpp"

namespace fapfon::golden {
namespace {

using S4Body = RelayedCall;

TEST_F(S4Body, of_several_parts_has_its_session_description_changed_alone) {
  carrier.type_line = "Content-Type: multipart/mixed; boundary=part";
  EXPECT_EQ(phone("INVITE", R"(--part
Content-Type: application/sdp

v=0
o=- 1 1 IN IP4 10.81.179.54
s=-
c=IN IP4 10.81.179.54
t=0 0
m=audio 4000 RTP/AVP 8

--part
Content-Type: application/isup;version=nxv3;base=etsi121
Content-Disposition: signal;handling=optional

c=IN IP4 10.0.0.1
m=audio 4000
--part
Content-Type: application/resource-lists+xml

<entry uri="sip:m=audio@10.0.0.1"/>
--part--
)"),
            R"(--part
Content-Type: application/sdp

v=0
o=- 1 1 IN IP4 172.30.10.2
s=-
c=IN IP4 172.30.10.2
t=0 0
m=audio 30002 RTP/AVP 8

--part
Content-Type: application/isup;version=nxv3;base=etsi121
Content-Disposition: signal;handling=optional

c=IN IP4 10.0.0.1
m=audio 4000
--part
Content-Type: application/resource-lists+xml

<entry uri="sip:m=audio@10.0.0.1"/>
--part--
)");
}

TEST_F(S4Body, whose_parts_have_a_length_of_their_own_gets_it_corrected) {
  // 100 bytes become 99.
  carrier.type_line = "Content-Type: multipart/mixed; boundary=part";
  EXPECT_EQ(phone("INVITE", R"(--part
Content-Type: application/sdp
Content-Length: 100

v=0
o=- 1 1 IN IP4 10.81.179.54
s=shorter!
c=IN IP4 10.81.179.54
t=0 0
m=audio 4000 RTP/AVP 8

--part--
)"),
            R"(--part
Content-Type: application/sdp
Content-Length: 99

v=0
o=- 1 1 IN IP4 172.30.10.2
s=shorter!
c=IN IP4 172.30.10.2
t=0 0
m=audio 30002 RTP/AVP 8

--part--
)");
}

TEST_F(S4Body, with_two_ways_to_say_the_same_names_the_same_ports_twice) {
  carrier.type_line = "Content-Type: multipart/alternative; boundary=x";
  EXPECT_EQ(phone("INVITE", R"(--x
Content-Type: application/sdp

c=IN IP4 10.81.179.54
m=audio 4000 RTP/AVP 8

--x
Content-Type: APPLICATION/SDP;charset=utf-8

c=IN IP4 10.81.179.54
m=audio 4000 RTP/SAVP 8

--x--
)"),
            R"(--x
Content-Type: application/sdp

c=IN IP4 172.30.10.2
m=audio 30002 RTP/AVP 8

--x
Content-Type: APPLICATION/SDP;charset=utf-8

c=IN IP4 172.30.10.2
m=audio 30002 RTP/SAVP 8

--x--
)");
}

TEST_F(S4Body, behind_compact_header_names) {
  carrier.type_line = "c: application/sdp";
  carrier.length_name = "l";
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n")),
            box_reads("m=audio 30002 RTP/AVP 8\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\n")), phone_reads("m=audio 30000 RTP/AVP 8\n"));
}

TEST_F(S4Body, whose_lines_end_with_lf_alone_keeps_them) {
  carrier.has_cr = false;
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=ice-lite\na=rtcp:4001\n")),
            box_reads("m=audio 30002 RTP/AVP 8\na=rtcp:30003\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\n")), phone_reads("m=audio 30000 RTP/AVP 8\n"));
}

TEST_F(S4Body, without_a_line_end_at_its_end) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=rtcp:4001")),
            box_reads("m=audio 30002 RTP/AVP 8\na=rtcp:30003"));
}

TEST_F(S4Body, of_another_type_passes) {
  carrier.type_line = "Content-Type: application/sdp-fragment";
  EXPECT_EQ(phone("INVITE", "c=IN IP4 10.0.0.1\nm=audio 4000 RTP/AVP 8\n"),
            "c=IN IP4 10.0.0.1\nm=audio 4000 RTP/AVP 8\n");
}

TEST_F(S4Body, that_is_encoded_passes_with_a_note) {
  carrier.type_line = "Content-Type: application/sdp\r\nContent-Encoding: gzip";
  EXPECT_EQ(phone("INVITE", "c=IN IP4 10.0.0.1\nm=audio 4000 RTP/AVP 8\n"),
            "c=IN IP4 10.0.0.1\nm=audio 4000 RTP/AVP 8\n");
  EXPECT_EQ(reaction.count(proxy::Note::Kind::body_not_read), 1U);
}

TEST_F(S4Body, outside_of_a_call_names_the_observed_address) {
  // RFC 3261 section 11.2: what could be talked about; nobody sends audio for it.
  phone_registers();
  EXPECT_EQ(box("OPTIONS"), "");
  EXPECT_EQ(phone("200", phone_writes("m=audio 4000 RTP/AVP 8\n")),
            "v=0\no=- 1 1 IN IP4 172.20.11.6\ns=-\nc=IN IP4 172.20.11.6\nt=0 0\nm=audio 4000 RTP/AVP 8\n");
}

TEST_F(S4Body, that_only_explains_a_refusal_passes_on_changed) {
  // RFC 3261 section 13.3.1.3: a 488 may tell what would have been possible.
  phone_registers();
  box("INVITE", box_writes("m=audio 7078 RTP/AVP 8\n"));
  const std::string possible = phone("488", phone_writes("m=audio 4000 RTP/AVP 9\n"));
  EXPECT_NE(possible.find("RTP/AVP 9"), std::string::npos) << possible;
}

}  // namespace
}  // namespace fapfon::golden
