// SPDX-License-Identifier: GPL-2.0-or-later
// S4, M2: whole session descriptions of relayed media as phones and the Box write them, offer in, SDP out.
#include "golden/relayed_call.hpp"

namespace fapfon::golden {
namespace {

using S4RelayedMedia = RelayedCall;

TEST_F(S4RelayedMedia, an_offer_of_the_phone_names_our_address_and_port) {
  EXPECT_EQ(phone("INVITE", R"(v=0
o=- 1 1 IN IP4 10.81.179.54
s=pjmedia
c=IN IP4 10.81.179.54
t=0 0
m=audio 4000 RTP/AVP 8 0 101
a=rtcp:4001 IN IP4 10.81.179.54
a=rtpmap:101 telephone-event/8000
a=sendrecv
)"),
            R"(v=0
o=- 1 1 IN IP4 172.30.10.2
s=pjmedia
c=IN IP4 172.30.10.2
t=0 0
m=audio 30002 RTP/AVP 8 0 101
a=rtcp:30003 IN IP4 172.30.10.2
a=rtpmap:101 telephone-event/8000
a=sendrecv
)");
}

TEST_F(S4RelayedMedia, an_answer_of_the_box_names_our_address_and_port) {
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n"));
  EXPECT_EQ(box("200", R"(v=0
o=user 7 7 IN IP4 172.30.10.1
s=call
c=IN IP4 172.30.10.1
t=0 0
m=audio 7078 RTP/AVP 8
a=rtcp:7079
)"),
            R"(v=0
o=user 7 7 IN IP4 172.30.10.1
s=call
c=IN IP4 172.30.10.2
t=0 0
m=audio 30000 RTP/AVP 8
a=rtcp:30001
)");
}

TEST_F(S4RelayedMedia, an_offer_of_the_box_names_our_address_and_port) {
  phone_registers();
  EXPECT_EQ(box("INVITE", R"(v=0
o=user 7 7 IN IP4 172.30.10.1
s=call
c=IN IP4 172.30.10.1
t=0 0
m=audio 7078 RTP/AVP 9 8 0 2 102 100 99 101
a=sendrecv
a=rtpmap:2 G726-32/8000
a=rtpmap:102 G726-32/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=rtcp:7079
)"),
            R"(v=0
o=user 7 7 IN IP4 172.30.10.1
s=call
c=IN IP4 172.30.10.2
t=0 0
m=audio 30000 RTP/AVP 9 8 0 2 102 100 99 101
a=sendrecv
a=rtpmap:2 G726-32/8000
a=rtpmap:102 G726-32/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=rtcp:30001
)");
}

TEST_F(S4RelayedMedia, an_answer_of_the_phone_names_our_address_and_port) {
  phone_registers();
  box("INVITE", box_writes("m=audio 7078 RTP/AVP 8\n"));
  EXPECT_EQ(phone("200", R"(v=0
o=- 3727522826 3727522827 IN IP4 10.81.179.54
s=pjmedia
b=AS:84
t=0 0
a=X-nat:0
m=audio 4000 RTP/AVP 8 101
c=IN IP4 10.81.179.54
b=TIAS:64000
a=rtcp:4001 IN IP4 10.81.179.54
a=sendrecv
a=rtpmap:8 PCMA/8000
)"),
            R"(v=0
o=- 3727522826 3727522827 IN IP4 172.30.10.2
s=pjmedia
b=AS:84
t=0 0
a=X-nat:0
m=audio 30002 RTP/AVP 8 101
c=IN IP4 172.30.10.2
b=TIAS:64000
a=rtcp:30003 IN IP4 172.30.10.2
a=sendrecv
a=rtpmap:8 PCMA/8000
)");
}

TEST_F(S4RelayedMedia, audio_goes_between_the_addresses_that_were_named) {
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n"));
  box("200", box_writes("m=audio 7078 RTP/AVP 8\n"));
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7078");
  EXPECT_EQ(media_from_box(7078, 30002), "172.30.10.2:30000 > 172.20.11.6:4000");
}

TEST_F(S4RelayedMedia, audio_never_goes_back_to_its_sender) {
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n"));
  box("200",
      "v=0\no=user 7 7 IN IP4 172.30.10.1\ns=call\nc=IN IP4 172.20.11.6\nt=0 0\nm=audio 4000 RTP/AVP 8\n");
  EXPECT_EQ(media_from_phone(4000, 30000), "-");
}

TEST_F(S4RelayedMedia, an_address_that_was_right_already_is_replaced_like_any_other) {
  EXPECT_EQ(phone("INVITE", R"(v=0
o=- 1 1 IN IP4 172.20.11.6
s=-
c=IN IP4 172.20.11.6
t=0 0
m=audio 4000 RTP/AVP 8
a=rtcp:4001 IN IP4 172.20.11.6
)"),
            R"(v=0
o=- 1 1 IN IP4 172.30.10.2
s=-
c=IN IP4 172.30.10.2
t=0 0
m=audio 30002 RTP/AVP 8
a=rtcp:30003 IN IP4 172.30.10.2
)");
}

TEST_F(S4RelayedMedia, session_id_and_version_are_the_senders) {
  // RFC 3264 section 8: the version says whether anything has changed, so it must not be ours.
  EXPECT_EQ(phone("INVITE", R"(v=0
o=john 2890844526 18446744073709551615 IN IP4 10.81.179.54
s=10.0.0.1 is no address here
i=IN IP4 10.0.0.1
u=http://10.0.0.1/
c=IN IP4 10.81.179.54
t=2873397496 2873404696
r=7d 1h 0 25h
z=2882844526 -1h
k=clear:4000
m=audio 4000 RTP/AVP 8
i=4000
k=clear:10.0.0.1
a=note:4000 10.0.0.1
)"),
            R"(v=0
o=john 2890844526 18446744073709551615 IN IP4 172.30.10.2
s=10.0.0.1 is no address here
i=IN IP4 10.0.0.1
u=http://10.0.0.1/
c=IN IP4 172.30.10.2
t=2873397496 2873404696
r=7d 1h 0 25h
z=2882844526 -1h
k=clear:4000
m=audio 30002 RTP/AVP 8
i=4000
k=clear:10.0.0.1
a=note:4000 10.0.0.1
)");
}

}  // namespace
}  // namespace fapfon::golden
