// SPDX-License-Identifier: GPL-2.0-or-later
// H4: the phone's Via stays, but for a missing rport on UDP (RFC 3581) and for another IP family.
#include "golden/golden.hpp"

namespace fapfon::golden {
namespace {

std::string options(ByteView via_lines) {
  std::string page = "OPTIONS sip:fritz.box SIP/2.0\n";
  return page.append(via_lines).append(
      "\nFrom: <sip:john@fritz.box>;tag=o\nTo: <sip:fritz.box>\nCall-ID: o\nCSeq: 1 OPTIONS\nContent-Length: "
      "0\n\n");
}

std::string answer(ByteView via_lines) {
  std::string page = "SIP/2.0 200 OK\n";
  return page.append(via_lines).append(
      "\nFrom: <sip:john@fritz.box>;tag=o\nTo: <sip:fritz.box>;tag=b\nCall-ID: o\nCSeq: 1 "
      "OPTIONS\nContent-Length: 0\n\n");
}

using H4 = Golden;

TEST_F(H4, missing_rport_is_added) {
  EXPECT_EQ(at_box(options("Via: SIP/2.0/UDP 172.20.11.6:61211;branch=z9hG4bKo")),
            wire(options("Via: SIP/2.0/UDP 172.20.11.6:61211;branch=z9hG4bKo;rport")));
}

TEST_F(H4, added_rport_is_taken_out_of_the_answer) {
  at_box(options("Via: SIP/2.0/UDP 172.20.11.6:61211;branch=z9hG4bKo"));
  EXPECT_EQ(
      at_phone(answer("Via: SIP/2.0/UDP 172.20.11.6:61211;branch=z9hG4bKo;rport=43202;received=172.30.10.2")),
      wire(answer("Via: SIP/2.0/UDP 172.20.11.6:61211;branch=z9hG4bKo;received=172.20.11.6")));
}

TEST_F(H4, added_rport_is_taken_out_where_the_box_did_not_fill_it) {
  at_box(options("Via: SIP/2.0/UDP 172.20.11.6:61211;branch=z9hG4bKo"));
  EXPECT_EQ(at_phone(answer("Via: SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKo")),
            wire(answer("Via: SIP/2.0/UDP 172.20.11.6:61211;branch=z9hG4bKo")));
}

TEST_F(H4, rport_of_the_phone_stays) {
  EXPECT_EQ(at_box(options("Via: SIP/2.0/UDP 172.20.11.6:61211;RPort;branch=z9hG4bKo")),
            wire(options("Via: SIP/2.0/UDP 172.20.11.6:61211;RPort;branch=z9hG4bKo")));
}

TEST_F(H4, only_the_topmost_via_gets_it) {
  EXPECT_EQ(
      at_box(options(
          "v: SIP/2.0/UDP 172.20.11.6 ;branch=z9hG4bKo , SIP/2.0/UDP 192.0.2.7\nVia: SIP/2.0/UDP 192.0.2.8")),
      wire(options("v: SIP/2.0/UDP 172.20.11.6 ;branch=z9hG4bKo;rport , SIP/2.0/UDP 192.0.2.7\nVia: "
                   "SIP/2.0/UDP 192.0.2.8")));
}

TEST_F(H4, only_the_topmost_via_of_the_answer_loses_it) {
  at_box(options("Via: SIP/2.0/UDP 172.20.11.6;branch=z9hG4bKo, SIP/2.0/UDP 192.0.2.7;rport=7"));
  EXPECT_EQ(at_phone(answer(
                "Via: SIP/2.0/UDP 172.20.11.6;branch=z9hG4bKo;rport=43202, SIP/2.0/UDP 192.0.2.7;rport=7")),
            wire(answer("Via: SIP/2.0/UDP 172.20.11.6;branch=z9hG4bKo, SIP/2.0/UDP 192.0.2.7;rport=7")));
}

class H4Tcp : public Golden {
 protected:
  H4Tcp() : Golden(Transport::tcp) {}
};

TEST_F(H4Tcp, rport_is_not_added) {
  EXPECT_EQ(at_box(options("Via: SIP/2.0/TCP 172.20.11.6:61211;branch=z9hG4bKo")),
            wire(options("Via: SIP/2.0/TCP 172.20.11.6:61211;branch=z9hG4bKo")));
}

Scene phone_with_ipv6() {
  Scene scene;
  scene.phone = SocketAddress::parse("[2001:db8:1::6]:62895").value();
  scene.sip_port = SocketAddress::parse("[2001:db8:1::1]:5060").value();
  return scene;
}

class H4FromIpv6 : public Golden {
 protected:
  H4FromIpv6() : Golden(Transport::udp, phone_with_ipv6()) {}
};

TEST_F(H4FromIpv6, sent_by_becomes_the_box_facing_address) {
  EXPECT_EQ(at_box(options("Via: SIP/2.0/UDP [2001:db8:1::6]:61211;rport;branch=z9hG4bKo")),
            wire(options("Via: SIP/2.0/UDP 172.30.10.2:43202;rport;branch=z9hG4bKo")));
}

TEST_F(H4FromIpv6, sent_by_comes_back_as_the_phone_wrote_it) {
  at_box(options("Via: SIP/2.0/UDP [2001:DB8:1:0::6]:61211;rport;branch=z9hG4bKo"));
  EXPECT_EQ(at_phone(answer("Via: SIP/2.0/UDP 172.30.10.2:43202;rport=43202;branch=z9hG4bKo")),
            wire(answer("Via: SIP/2.0/UDP [2001:DB8:1:0::6]:61211;rport=61211;branch=z9hG4bKo")));
}

TEST_F(H4FromIpv6, received_is_the_phones_address_without_brackets) {
  at_box(options("Via: SIP/2.0/UDP [2001:db8:1::6]:61211;rport;branch=z9hG4bKo"));
  EXPECT_EQ(
      at_phone(answer("Via: SIP/2.0/UDP 172.30.10.2:43202;rport=43202;received=172.30.10.2;branch=z9hG4bKo")),
      wire(answer(
          "Via: SIP/2.0/UDP [2001:db8:1::6]:61211;rport=61211;received=2001:db8:1::6;branch=z9hG4bKo")));
}

Scene box_with_ipv6() {
  Scene scene;
  scene.box = SocketAddress::parse("[2001:db8:2::1]:5060").value();
  scene.box_facing = SocketAddress::parse("[2001:db8:2::2]:43202").value();
  return scene;
}

class H4ToIpv6 : public Golden {
 protected:
  H4ToIpv6() : Golden(Transport::udp, box_with_ipv6()) {}
};

TEST_F(H4ToIpv6, sent_by_becomes_the_box_facing_address) {
  EXPECT_EQ(at_box(options("Via: SIP/2.0/UDP 172.20.11.6;branch=z9hG4bKo")),
            wire(options("Via: SIP/2.0/UDP [2001:db8:2::2]:43202;branch=z9hG4bKo;rport")));
}

TEST_F(H4ToIpv6, contact_gets_an_ipv6_reference) {
  EXPECT_EQ(
      at_box(options(
          "Via: SIP/2.0/UDP 172.20.11.6;rport;branch=z9hG4bKo\nContact: <sip:john@10.81.179.54:61211>")),
      wire(options("Via: SIP/2.0/UDP [2001:db8:2::2]:43202;rport;branch=z9hG4bKo\nContact: "
                   "<sip:john@[2001:db8:2::2]:43202>")));
}

}  // namespace
}  // namespace fapfon::golden
