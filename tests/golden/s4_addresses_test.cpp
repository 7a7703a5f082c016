// SPDX-License-Identifier: GPL-2.0-or-later
// S4, S2, M2: addresses in session descriptions of relayed media, in all places (RFC 8866 section 5.7) and
// of both families.
#include "golden/relayed_call.hpp"

namespace fapfon::golden {
namespace {

using S4Connection = RelayedCall;

TEST_F(S4Connection, of_the_stream_alone) {
  EXPECT_EQ(phone("INVITE", R"(v=0
o=- 1 1 IN IP4 10.81.179.54
s=-
t=0 0
m=audio 4000 RTP/AVP 8
c=IN IP4 10.81.179.54
m=video 4002 RTP/AVP 99
c=IN IP4 10.81.179.54
)"),
            R"(v=0
o=- 1 1 IN IP4 172.30.10.2
s=-
t=0 0
m=audio 30002 RTP/AVP 8
c=IN IP4 172.30.10.2
m=video 30006 RTP/AVP 99
c=IN IP4 172.30.10.2
)");
}

TEST_F(S4Connection, of_the_session_and_of_the_stream) {
  // Only the stream's own one counts, but what the session says is the phone's address as well.
  EXPECT_EQ(phone("INVITE", R"(v=0
o=- 1 1 IN IP4 192.168.44.1
s=-
c=IN IP4 10.81.179.54
t=0 0
m=audio 4000 RTP/AVP 8
c=IN IP4 192.168.44.1
)"),
            R"(v=0
o=- 1 1 IN IP4 172.30.10.2
s=-
c=IN IP4 172.30.10.2
t=0 0
m=audio 30002 RTP/AVP 8
c=IN IP4 172.30.10.2
)");
}

TEST_F(S4Connection, of_the_box_may_be_another_address_than_that_of_its_sip) {
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n"));
  EXPECT_EQ(box("200", R"(v=0
o=user 7 7 IN IP4 172.30.10.1
s=call
t=0 0
m=audio 7078 RTP/AVP 8
c=IN IP4 172.30.10.9
)"),
            R"(v=0
o=user 7 7 IN IP4 172.30.10.1
s=call
t=0 0
m=audio 30000 RTP/AVP 8
c=IN IP4 172.30.10.2
)");
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.9:7078");
}

TEST_F(S4Connection, written_twice_for_one_stream_leaves_none_behind) {
  // RFC 8866 section 5.7 allows it for multicast alone.
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\nc=IN IP4 10.81.179.54\n"
                                         "c=IN IP4 10.81.179.54\n")),
            box_reads("m=audio 30002 RTP/AVP 8\nc=IN IP4 172.30.10.2\nc=IN IP4 172.30.10.2\n"));
}

TEST_F(S4Connection, by_the_name_of_the_phone_becomes_our_address) {
  // What a phone calls itself only its own network can look up.
  EXPECT_EQ(phone("INVITE", R"(v=0
o=- 1 1 IN IP4 phone.example.net
s=-
c=IN IP4 phone.example.net
t=0 0
m=audio 4000 RTP/AVP 8
a=rtcp:4001 IN IP4 phone.example.net
)"),
            R"(v=0
o=- 1 1 IN IP4 phone.example.net
s=-
c=IN IP4 172.30.10.2
t=0 0
m=audio 30002 RTP/AVP 8
a=rtcp:30003 IN IP4 172.30.10.2
)");
}

TEST_F(S4Connection, by_the_name_of_the_box_is_the_box) {
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n"));
  EXPECT_EQ(box("200", R"(v=0
o=user 7 7 IN IP4 fritz.box
s=call
c=IN IP4 fritz.box
t=0 0
m=audio 7078 RTP/AVP 8
)"),
            R"(v=0
o=user 7 7 IN IP4 fritz.box
s=call
c=IN IP4 172.30.10.2
t=0 0
m=audio 30000 RTP/AVP 8
)");
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7078");
}

TEST_F(S4Connection, of_a_multicast_session_stays_with_its_streams) {
  EXPECT_EQ(phone("INVITE", R"(v=0
o=- 1 1 IN IP4 10.81.179.54
s=-
c=IN IP4 233.252.0.1/127
t=0 0
m=audio 49170 RTP/AVP 0
m=audio 4000 RTP/AVP 8
c=IN IP4 10.81.179.54
)"),
            R"(v=0
o=- 1 1 IN IP4 172.30.10.2
s=-
c=IN IP4 233.252.0.1/127
t=0 0
m=audio 49170 RTP/AVP 0
m=audio 30002 RTP/AVP 8
c=IN IP4 172.30.10.2
)");
}

Scene phone_by_ip6() {
  Scene scene;
  scene.phone = {*IpAddress::parse("2001:db8::6"), 62895};
  scene.sip_port = {*IpAddress::parse("2001:db8::2"), 5060};
  return scene;
}

Scene box_by_ip6() {
  Scene scene;
  scene.box_facing = {*IpAddress::parse("2001:db8:1::2"), 43202};
  scene.box = {*IpAddress::parse("2001:db8:1::1"), 5060};
  return scene;
}

class S4PhoneByIp6 : public RelayedCall {
 protected:
  S4PhoneByIp6() : RelayedCall(phone_by_ip6()) {}
};

TEST_F(S4PhoneByIp6, an_offer_names_our_ip4_address) {
  EXPECT_EQ(phone("INVITE", R"(v=0
o=- 1 1 IN IP6 2001:db8::54
s=-
c=IN IP6 2001:db8::54
t=0 0
m=audio 4000 RTP/AVP 8
a=rtcp:4001 IN IP6 2001:db8::54
)"),
            R"(v=0
o=- 1 1 IN IP4 172.30.10.2
s=-
c=IN IP4 172.30.10.2
t=0 0
m=audio 30000 RTP/AVP 8
a=rtcp:30001 IN IP4 172.30.10.2
)");
}

TEST_F(S4PhoneByIp6, an_answer_names_our_ip6_address) {
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/AVP 8\na=rtcp:7079 IN IP4 172.30.10.1\n")),
            "v=0\no=user 7 7 IN IP6 2001:db8::2\ns=call\nc=IN IP6 2001:db8::2\nt=0 0\n"
            "m=audio 30000 RTP/AVP 8\na=rtcp:30001 IN IP6 2001:db8::2\n");
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30000 > 172.30.10.1:7078");
  EXPECT_EQ(media_from_box(7078, 30000), "[2001:db8::2]:30000 > [2001:db8::6]:4000");
}

TEST_F(S4PhoneByIp6, a_call_of_the_box_is_relayed_too) {
  // o= as well: baresip takes its version for that of the session and answers 488.
  phone_registers();
  EXPECT_EQ(box("INVITE", box_writes("m=audio 7078 RTP/AVP 8\n")),
            "v=0\no=user 7 7 IN IP6 2001:db8::2\ns=call\nc=IN IP6 2001:db8::2\nt=0 0\n"
            "m=audio 30000 RTP/AVP 8\n");
  EXPECT_EQ(phone("200",
                  "v=0\no=- 1 1 IN IP6 2001:db8::6\ns=-\nc=IN IP6 2001:db8::6\nt=0 0\n"
                  "m=audio 4000 RTP/AVP 8\n"),
            "v=0\no=- 1 1 IN IP4 172.30.10.2\ns=-\nc=IN IP4 172.30.10.2\nt=0 0\n"
            "m=audio 30000 RTP/AVP 8\n");
}

TEST_F(S4PhoneByIp6, hold_is_told_in_the_other_family) {
  // A Box that knows no IPv6 could not read "::".
  EXPECT_EQ(phone("INVITE", R"(v=0
o=- 1 1 IN IP6 ::
s=-
c=IN IP6 ::
t=0 0
m=audio 4000 RTP/AVP 8
a=rtcp:4001 IN IP6 ::
)"),
            R"(v=0
o=- 1 1 IN IP4 0.0.0.0
s=-
c=IN IP4 0.0.0.0
t=0 0
m=audio 30000 RTP/AVP 8
a=rtcp:30001 IN IP4 0.0.0.0
)");
}

class S4BoxByIp6 : public RelayedCall {
 protected:
  S4BoxByIp6() : RelayedCall(box_by_ip6()) {}
};

TEST_F(S4BoxByIp6, an_offer_names_our_ip6_address) {
  EXPECT_EQ(phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=rtcp:4001 IN IP4 10.81.179.54\n")),
            "v=0\no=- 1 1 IN IP6 2001:db8:1::2\ns=-\nc=IN IP6 2001:db8:1::2\nt=0 0\n"
            "m=audio 30000 RTP/AVP 8\na=rtcp:30001 IN IP6 2001:db8:1::2\n");
}

TEST_F(S4BoxByIp6, an_answer_names_our_ip4_address) {
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n"));
  EXPECT_EQ(box("200",
                "v=0\no=user 7 7 IN IP6 2001:db8:1::1\ns=call\nc=IN IP6 2001:db8:1::1\nt=0 0\n"
                "m=audio 7078 RTP/AVP 8\n"),
            "v=0\no=user 7 7 IN IP4 172.30.10.2\ns=call\nc=IN IP4 172.30.10.2\nt=0 0\n"
            "m=audio 30000 RTP/AVP 8\n");
  EXPECT_EQ(media_from_phone(4000, 30000), "[2001:db8:1::2]:30000 > [2001:db8:1::1]:7078");
}

TEST_F(S4BoxByIp6, hold_is_told_in_the_other_family) {
  phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\n"));
  EXPECT_EQ(box("200",
                "v=0\no=user 7 7 IN IP6 2001:db8:1::1\ns=call\nc=IN IP6 ::\nt=0 0\n"
                "m=audio 7078 RTP/AVP 8\n"),
            "v=0\no=user 7 7 IN IP4 172.30.10.2\ns=call\nc=IN IP4 0.0.0.0\nt=0 0\n"
            "m=audio 30000 RTP/AVP 8\n");
}

// The Box is reached by IPv4 and asks for audio by IPv6. Our ports are of IPv4 on both sides, and a Box that
// has both versions is reached where its SIP is.
using S4BoxWritesIp6 = RelayedCall;

TEST_F(S4BoxWritesIp6, a_phone_by_ip4_reads_our_ip4_address_also_in_the_origin) {
  phone_registers();
  EXPECT_EQ(box("INVITE",
                "v=0\no=user 7 7 IN IP6 2001:db8:fa::c1e6\ns=call\nc=IN IP6 2001:db8:fa::c1e6\nt=0 0\n"
                "m=audio 7078 RTP/AVP 8\na=rtcp:7079 IN IP6 2001:db8:fa::c1e6\n"),
            "v=0\no=user 7 7 IN IP4 172.30.10.2\ns=call\nc=IN IP4 172.30.10.2\nt=0 0\n"
            "m=audio 30000 RTP/AVP 8\na=rtcp:30001 IN IP4 172.30.10.2\n");
  phone("200", phone_writes("m=audio 4000 RTP/AVP 8\n"));
  EXPECT_EQ(media_from_phone(4000, 30000), "172.30.10.2:30002 > 172.30.10.1:7078");
  EXPECT_EQ(media_from_box(7078, 30002), "172.30.10.2:30000 > 172.20.11.6:4000");
}

class S4BoxWritesIp6Directly : public RelayedCall {
 protected:
  S4BoxWritesIp6Directly() { core.core().set_media(proxy::MediaMode::direct); }
};

TEST_F(S4BoxWritesIp6Directly, such_a_call_is_relayed_in_direct_mode_too_and_no_other) {
  phone_registers();
  EXPECT_EQ(
      box("INVITE",
          "v=0\no=user 7 7 IN IP4 172.30.10.1\ns=call\nt=0 0\n"
          "m=audio 7078 RTP/AVP 8\nc=IN IP6 2001:db8:fa::c1e6\n"),
      "v=0\no=user 7 7 IN IP4 172.30.10.1\ns=call\nt=0 0\nm=audio 30000 RTP/AVP 8\nc=IN IP4 172.30.10.2\n");
}

TEST_F(S4BoxWritesIp6Directly, a_call_by_ip4_stays_direct) {
  phone_registers();
  const std::string direct = box_writes("m=audio 7078 RTP/AVP 8\n");
  EXPECT_EQ(box("INVITE", direct), direct);
}

class S4FamiliesDiffer : public Golden {
 protected:
  S4FamiliesDiffer() : Golden(Transport::udp, phone_by_ip6()) {}  // the mode is direct
};

TEST_F(S4FamiliesDiffer, so_media_is_relayed_in_direct_mode_too) {
  const auto page = [](const std::string& via, const std::string& session) {
    return "INVITE sip:**610@fritz.box SIP/2.0\nVia: SIP/2.0/UDP " + via +
           ";rport;branch=z9hG4bK1\nFrom: <sip:john@fritz.box>;tag=p\nTo: <sip:**610@fritz.box>\n"
           "Call-ID: 1\nCSeq: 1 INVITE\nContent-Type: application/sdp\nContent-Length: " +
           std::to_string(wire(session).size()) + "\n\n" + session;
  };
  EXPECT_EQ(at_box(page("[2001:db8::6]:61211", "v=0\nc=IN IP6 2001:db8::6\nm=audio 4000 RTP/AVP 8\n")),
            wire(page("172.30.10.2:43202", "v=0\nc=IN IP4 172.30.10.2\nm=audio 30000 RTP/AVP 8\n")));
}

}  // namespace
}  // namespace fapfon::golden
