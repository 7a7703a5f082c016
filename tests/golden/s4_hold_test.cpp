// SPDX-License-Identifier: GPL-2.0-or-later
// S4, M2: hold and resume, in the old way (0.0.0.0, RFC 2543) and in the new one (RFC 3264 section 8.4).
#include "golden/relayed_call.hpp"

namespace fapfon::golden {
namespace {

class S4Hold : public RelayedCall {
 protected:
  /// A call with audio that has been accepted.
  void talk() {
    phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=sendrecv\n"));
    box("200", box_writes("m=audio 7078 RTP/AVP 8\na=sendrecv\n"));
    phone("ACK");
  }
};

TEST_F(S4Hold, by_the_phone_with_sendonly) {
  talk();
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=sendonly\n")),
            box_reads("m=audio 30002 RTP/AVP 8\na=sendonly\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\na=recvonly\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\na=recvonly\n"));
}

TEST_F(S4Hold, by_the_phone_with_inactive) {
  talk();
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=inactive\n")),
            box_reads("m=audio 30002 RTP/AVP 8\na=inactive\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\na=inactive\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\na=inactive\n"));
}

TEST_F(S4Hold, with_a_direction_of_the_whole_session) {
  talk();
  EXPECT_EQ(phone("INVITE", phone_writes("a=sendonly\nm=audio 4000 RTP/AVP 8\n")),
            box_reads("a=sendonly\nm=audio 30002 RTP/AVP 8\n"));
}

TEST_F(S4Hold, music_on_hold_of_the_box_reaches_a_phone_that_only_receives) {
  talk();
  EXPECT_EQ(box("INVITE", box_writes("m=audio 7078 RTP/AVP 8\na=sendonly\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\na=sendonly\n"));
  EXPECT_EQ(phone("200", phone_writes("m=audio 4000 RTP/AVP 8\na=recvonly\n")),
            box_reads("m=audio 30002 RTP/AVP 8\na=recvonly\n"));
  EXPECT_EQ(media_from_box(7078, 30002), "172.30.10.2:30000 > 172.20.11.6:4000");
}

TEST_F(S4Hold, by_the_phone_with_0_0_0_0_stays_0_0_0_0) {
  talk();
  EXPECT_EQ(phone("INVITE", R"(v=0
o=- 1 2 IN IP4 10.81.179.54
s=-
c=IN IP4 0.0.0.0
t=0 0
m=audio 4000 RTP/AVP 8
a=rtcp:4001 IN IP4 0.0.0.0
)"),
            R"(v=0
o=- 1 2 IN IP4 172.30.10.2
s=-
c=IN IP4 0.0.0.0
t=0 0
m=audio 30002 RTP/AVP 8
a=rtcp:30003 IN IP4 0.0.0.0
)");
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\n")), phone_reads("m=audio 30000 RTP/AVP 8\n"));
  EXPECT_EQ(media_from_box(7078, 30002), "-");
}

TEST_F(S4Hold, by_the_box_with_0_0_0_0_stays_0_0_0_0) {
  talk();
  EXPECT_EQ(box("INVITE", R"(v=0
o=user 7 8 IN IP4 172.30.10.1
s=call
t=0 0
m=audio 7078 RTP/AVP 8
c=IN IP4 0.0.0.0
)"),
            R"(v=0
o=user 7 8 IN IP4 172.30.10.1
s=call
t=0 0
m=audio 30000 RTP/AVP 8
c=IN IP4 0.0.0.0
)");
  phone("200", phone_writes("m=audio 4000 RTP/AVP 8\n"));
  EXPECT_EQ(media_from_phone(4000, 30000), "-");
}

TEST_F(S4Hold, of_one_stream_leaves_the_other_in_use) {
  EXPECT_EQ(phone("INVITE", R"(v=0
o=- 1 1 IN IP4 10.81.179.54
s=-
c=IN IP4 10.81.179.54
t=0 0
m=audio 4000 RTP/AVP 8
c=IN IP4 0.0.0.0
m=video 4002 RTP/AVP 99
)"),
            R"(v=0
o=- 1 1 IN IP4 172.30.10.2
s=-
c=IN IP4 172.30.10.2
t=0 0
m=audio 30002 RTP/AVP 8
c=IN IP4 0.0.0.0
m=video 30006 RTP/AVP 99
)");
}

TEST_F(S4Hold, of_the_session_leaves_a_stream_with_an_address_of_its_own_in_use) {
  EXPECT_EQ(phone("INVITE", R"(v=0
o=- 1 1 IN IP4 0.0.0.0
s=-
c=IN IP4 0.0.0.0
t=0 0
m=audio 4000 RTP/AVP 8
m=video 4002 RTP/AVP 99
c=IN IP4 10.81.179.54
)"),
            R"(v=0
o=- 1 1 IN IP4 0.0.0.0
s=-
c=IN IP4 0.0.0.0
t=0 0
m=audio 30002 RTP/AVP 8
m=video 30006 RTP/AVP 99
c=IN IP4 172.30.10.2
)");
}

TEST_F(S4Hold, and_resume_names_the_same_ports_of_ours) {
  talk();
  phone("INVITE", "v=0\no=- 1 2 IN IP4 0.0.0.0\ns=-\nc=IN IP4 0.0.0.0\nt=0 0\nm=audio 4000 RTP/AVP 8\n");
  box("200", box_writes("m=audio 7078 RTP/AVP 8\n"));
  phone("ACK");
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n")),
            box_reads("m=audio 30002 RTP/AVP 8\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\n")), phone_reads("m=audio 30000 RTP/AVP 8\n"));
  EXPECT_EQ(media_from_box(7078, 30002), "172.30.10.2:30000 > 172.20.11.6:4000");
}

TEST_F(S4Hold, of_both_sides_is_resumed_by_both) {
  talk();
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=sendonly\n"));
  box("200", box_writes("m=audio 7078 RTP/AVP 8\na=recvonly\n"));
  phone("ACK");
  EXPECT_EQ(box("INVITE", box_writes("m=audio 7078 RTP/AVP 8\na=inactive\n")),
            phone_reads("m=audio 30000 RTP/AVP 8\na=inactive\n"));
  phone("200", phone_writes("m=audio 4000 RTP/AVP 8\na=inactive\n"));
  box("ACK");
  EXPECT_EQ(box("INVITE", box_writes("m=audio 7078 RTP/AVP 8\n")), phone_reads("m=audio 30000 RTP/AVP 8\n"));
  EXPECT_EQ(phone("200", phone_writes("m=audio 4000 RTP/AVP 8\n")), box_reads("m=audio 30002 RTP/AVP 8\n"));
}

}  // namespace
}  // namespace fapfon::golden
