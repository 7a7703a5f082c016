// SPDX-License-Identifier: GPL-2.0-or-later
// The dumps of the document this project started from (seed of 2018, TCP). Its INVITE said Content-Length
// 295, its SDP has 298 bytes: the length is corrected here.
#include "golden/golden.hpp"

namespace fapfon::golden {
namespace {

class Seed : public Golden {
 protected:
  explicit Seed(Scene scene = {}) : Golden(Transport::tcp, std::move(scene)) {}
};

/// --nat-report=box: as the program of 2018 did it.
class SeedAsItWas : public Seed {
 protected:
  static Scene as_it_was() {
    Scene scene;
    scene.config.nat_report = rewrite::NatReport::box;
    return scene;
  }
  SeedAsItWas() : Seed(as_it_was()) {}
};

constexpr const char* kRegister = R"(
REGISTER sip:172.30.10.1;transport=TCP SIP/2.0
Via: SIP/2.0/TCP 172.20.11.6:61211;rport;branch=z9hG4bKPj9a1;alias
Max-Forwards: 70
From: <sip:john@172.30.10.1>;tag=1c2
To: <sip:john@172.30.10.1>
Call-ID: 7d3e
CSeq: 24441 REGISTER
User-Agent: FRITZ!AppFon/2549 sip/1.16.0
Supported: outbound, path
Contact: <sip:john@10.81.179.54:61211;transport=TCP;ob>;reg-id=1;+sip.instance="<urn:uuid:00000000-0000-0000-0000-0000a1b2c3d4>"
Expires: 900
Allow: PRACK, INVITE, ACK, BYE, CANCEL, UPDATE, INFO, SUBSCRIBE, NOTIFY, REFER, MESSAGE, OPTIONS
Content-Length:  0

)";

TEST_F(Seed, register_leaves_with_the_address_of_the_proxy_in_contact) {
  EXPECT_EQ(at_box(kRegister), wire(R"(
REGISTER sip:172.30.10.1;transport=TCP SIP/2.0
Via: SIP/2.0/TCP 172.20.11.6:61211;rport;branch=z9hG4bKPj9a1;alias
Max-Forwards: 70
From: <sip:john@172.30.10.1>;tag=1c2
To: <sip:john@172.30.10.1>
Call-ID: 7d3e
CSeq: 24441 REGISTER
User-Agent: FRITZ!AppFon/2549 sip/1.16.0
Supported: outbound, path
Contact: <sip:john@172.30.10.2:43202;transport=TCP;ob>;reg-id=1;+sip.instance="<urn:uuid:00000000-0000-0000-0000-0000a1b2c3d4>"
Expires: 900
Allow: PRACK, INVITE, ACK, BYE, CANCEL, UPDATE, INFO, SUBSCRIBE, NOTIFY, REFER, MESSAGE, OPTIONS
Content-Length:  0

)"));
}

TEST_F(Seed, answer_of_the_box_comes_back_with_the_ports_and_the_contact_of_the_phone) {
  at_box(kRegister);
  EXPECT_EQ(at_phone(R"(
SIP/2.0 200 OK
Via: SIP/2.0/TCP 172.20.11.6:61211;rport=43202;branch=z9hG4bKPj9a1;alias;received=172.30.10.2
From: <sip:john@172.30.10.1>;tag=1c2
To: <sip:john@172.30.10.1>;tag=8F2
Call-ID: 7d3e
CSeq: 24441 REGISTER
Contact: <sip:john@172.30.10.2:43202;transport=TCP;ob>;expires=900;+sip.instance="<urn:uuid:00000000-0000-0000-0000-0000a1b2c3d4>";reg-id=1
Content-Length: 0

)"),
            wire(R"(
SIP/2.0 200 OK
Via: SIP/2.0/TCP 172.20.11.6:61211;rport=61211;branch=z9hG4bKPj9a1;alias;received=172.20.11.6
From: <sip:john@172.30.10.1>;tag=1c2
To: <sip:john@172.30.10.1>;tag=8F2
Call-ID: 7d3e
CSeq: 24441 REGISTER
Contact: <sip:john@10.81.179.54:61211;transport=TCP;ob>;expires=900;+sip.instance="<urn:uuid:00000000-0000-0000-0000-0000a1b2c3d4>";reg-id=1
Content-Length: 0

)"));
}

// The document shows this Via before and after.
TEST_F(SeedAsItWas, answer_of_the_box_comes_back_with_the_via_of_the_document) {
  at_box(kRegister);
  const std::string head = "\nSIP/2.0 401 Unauthorized\nVia: SIP/2.0/TCP 172.20.11.6:61211;";
  const std::string tail = R"(;branch=z9hG4bKPj9a1;alias;received=172.30.10.2
From: <sip:john@172.30.10.1>;tag=1c2
To: <sip:john@172.30.10.1>;tag=8F2
Call-ID: 7d3e
CSeq: 24441 REGISTER
WWW-Authenticate: Digest realm="fritz.box", nonce="81F2A6C0D4B3E597"
Content-Length: 0

)";
  EXPECT_EQ(at_phone(head + "rport=43202" + tail), wire(head + "rport=61211" + tail));
}

TEST_F(Seed, incoming_call_reaches_the_phone_under_its_own_uri) {
  at_box(kRegister);
  core.box_accepts();
  EXPECT_EQ(at_phone(R"(
INVITE sip:john@172.30.10.2:43202;transport=TCP;ob SIP/2.0
Via: SIP/2.0/TCP 172.30.10.1:5060;branch=z9hG4bK8C1
From: "Jane" <sip:0301234567@fritz.box>;tag=4D1
To: <sip:john@172.30.10.2:43202;transport=TCP;ob>
Call-ID: 55AA@172.30.10.1
CSeq: 7 INVITE
Contact: <sip:E1F2@172.30.10.1>
Content-Length: 0

)"),
            wire(R"(
INVITE sip:john@10.81.179.54:61211;transport=TCP;ob SIP/2.0
Via: SIP/2.0/TCP 172.30.10.1:5060;branch=z9hG4bK8C1
From: "Jane" <sip:0301234567@fritz.box>;tag=4D1
To: <sip:john@172.30.10.2:43202;transport=TCP;ob>
Call-ID: 55AA@172.30.10.1
CSeq: 7 INVITE
Contact: <sip:E1F2@172.30.10.1>
Content-Length: 0

)"));
}

TEST_F(Seed, outgoing_call_asks_for_audio_at_the_vpn_address) {
  at_box(kRegister);
  EXPECT_EQ(at_box(R"(
INVITE sip:**610@172.30.10.1;transport=TCP SIP/2.0
Via: SIP/2.0/TCP 172.20.11.6:61211;rport;branch=z9hG4bKPj9a2;alias
Max-Forwards: 70
From: <sip:john@172.30.10.1>;tag=1c3
To: <sip:**610@172.30.10.1>
Contact: <sip:john@10.81.179.54:61211;transport=TCP;ob>
Call-ID: 7d3f
CSeq: 24442 INVITE
Content-Type: application/sdp
Content-Length:   298

v=0
o=- 3727522826 3727522826 IN IP4 10.81.179.54
s=pjmedia
c=IN IP4 10.81.179.54
t=0 0
a=X-nat:0
m=audio 4000 RTP/AVP 8 0 3 101
a=rtcp:4001 IN IP4 10.81.179.54
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:3 GSM/8000
a=sendrecv
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
)"),
            wire(R"(
INVITE sip:**610@172.30.10.1;transport=TCP SIP/2.0
Via: SIP/2.0/TCP 172.20.11.6:61211;rport;branch=z9hG4bKPj9a2;alias
Max-Forwards: 70
From: <sip:john@172.30.10.1>;tag=1c3
To: <sip:**610@172.30.10.1>
Contact: <sip:john@172.30.10.2:43202;transport=TCP;ob>
Call-ID: 7d3f
CSeq: 24442 INVITE
Content-Type: application/sdp
Content-Length:   295

v=0
o=- 3727522826 3727522826 IN IP4 172.20.11.6
s=pjmedia
c=IN IP4 172.20.11.6
t=0 0
a=X-nat:0
m=audio 4000 RTP/AVP 8 0 3 101
a=rtcp:4001 IN IP4 172.20.11.6
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:3 GSM/8000
a=sendrecv
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
)"));
}

}  // namespace
}  // namespace fapfon::golden
