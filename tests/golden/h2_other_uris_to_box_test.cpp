// SPDX-License-Identifier: GPL-2.0-or-later
// H2: other URIs are mapped only where host and port are exactly an address of this phone.
#include "golden/golden.hpp"

namespace fapfon::golden {
namespace {

class H2 : public Golden {
 protected:
  H2() { at_box(registering("Contact: <sip:john@10.81.179.54:61211;ob>")); }

  /// What becomes of these header lines.
  void expect(ByteView lines, ByteView at_the_box) {
    EXPECT_EQ(at_box(requesting(lines)), wire(requesting(at_the_box)));
  }
};

TEST_F(H2, refer_to_the_phone_itself_is_mapped) {
  expect("Refer-To: <sip:john@10.81.179.54:61211;ob?Replaces=a%40b%3Bto-tag%3D1>;x=y",
         "Refer-To: <sip:john@172.30.10.2:43202;ob?Replaces=a%40b%3Bto-tag%3D1>;x=y");
}

TEST_F(H2, refer_to_somebody_else_stays) {
  expect("Refer-To: <sip:jane@fritz.box?Replaces=10.81.179.54%3A61211>",
         "Refer-To: <sip:jane@fritz.box?Replaces=10.81.179.54%3A61211>");
}

TEST_F(H2, referred_by_is_mapped_in_its_compact_form) {
  expect("b: \"J\" <sip:john@10.81.179.54:61211>", "b: \"J\" <sip:john@172.30.10.2:43202>");
}

TEST_F(H2, record_route_and_path_of_the_phone_are_mapped) {
  expect("Record-Route: <sip:10.81.179.54:61211;lr>\nPath: <sip:172.20.11.6:62895;lr>",
         "Record-Route: <sip:172.30.10.2:43202;lr>\nPath: <sip:172.30.10.2:43202;lr>");
}

TEST_F(H2, other_port_on_the_phones_address_stays) {
  expect("Refer-To: <sip:john@10.81.179.54:61299>", "Refer-To: <sip:john@10.81.179.54:61299>");
}

TEST_F(H2, address_that_only_begins_like_the_phones_stays) {
  expect("Refer-To: <sip:john@10.81.179.5:61211>", "Refer-To: <sip:john@10.81.179.5:61211>");
}

TEST_F(H2, route_over_the_box_stays) {
  expect("Route: <sip:172.30.10.1:5060;lr>, <sip:172.30.10.1;lr>",
         "Route: <sip:172.30.10.1:5060;lr>, <sip:172.30.10.1;lr>");
}

TEST_F(H2, route_over_us_stays) {
  expect("Route: <sip:172.30.10.2:5060;lr>\nRoute: <sip:172.30.10.2:43202;lr>",
         "Route: <sip:172.30.10.2:5060;lr>\nRoute: <sip:172.30.10.2:43202;lr>");
}

TEST_F(H2, request_uri_of_the_phone_itself_is_mapped) {
  EXPECT_EQ(at_box(R"(
MESSAGE sip:john@10.81.179.54:61211;ob SIP/2.0
Via: SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKm
From: <sip:john@fritz.box>;tag=m
To: <sip:john@10.81.179.54:61211;ob>
Call-ID: m
CSeq: 3 MESSAGE
Content-Type: text/plain
Content-Length: 40

call me at sip:john@10.81.179.54:61211
)"),
            wire(R"(
MESSAGE sip:john@172.30.10.2:43202;ob SIP/2.0
Via: SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKm
From: <sip:john@fritz.box>;tag=m
To: <sip:john@10.81.179.54:61211;ob>
Call-ID: m
CSeq: 3 MESSAGE
Content-Type: text/plain
Content-Length: 40

call me at sip:john@10.81.179.54:61211
)"));
}

// A Contact with the domain of the account names the registrar too (RFC 4475 section 3.1.2.11).
TEST_F(Golden, h2_request_uri_with_the_domain_of_the_contact_stays) {
  EXPECT_EQ(at_box(registering("Contact: <sip:john@fritz.box>")),
            wire(registering("Contact: <sip:john@172.30.10.2:43202>")));
}

}  // namespace
}  // namespace fapfon::golden
