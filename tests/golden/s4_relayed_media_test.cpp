// SPDX-License-Identifier: GPL-2.0-or-later
// S4, M2, M3: session descriptions of relayed media, offer in, SDP out. Ports count up from 30000 on each
// address of ours; the first pair of a stream is that of the phone's side.
#include "golden/relayed_call.hpp"

namespace fapfon::golden {
namespace {

/// What the phone offers where a test is about something else.
constexpr ByteView kOffer = R"(v=0
o=- 1 1 IN IP4 10.81.179.54
s=-
c=IN IP4 10.81.179.54
t=0 0
m=audio 4000 RTP/AVP 8
)";

TEST_F(RelayedCall, S4_an_offer_of_the_phone_names_our_address_and_port) {
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

TEST_F(RelayedCall, S4_an_answer_of_the_box_names_our_address_and_port) {
  phone("INVITE", kOffer);
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

}  // namespace
}  // namespace fapfon::golden
