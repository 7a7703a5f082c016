// SPDX-License-Identifier: GPL-2.0-or-later
// H1: a Contact with the phone's own host and port leaves with the box-facing address; all else in it stays.
#include "golden/golden.hpp"

namespace fapfon::golden {
namespace {

using H1 = Golden;

TEST_F(H1, advertised_address_becomes_the_box_facing_one) {
  EXPECT_EQ(at_box(registering("Contact: <sip:john@10.81.179.54:61211>")),
            wire(registering("Contact: <sip:john@172.30.10.2:43202>")));
}

TEST_F(H1, user_parameters_and_headers_of_the_uri_stay) {
  EXPECT_EQ(at_box(registering("Contact: <sip:john;x=1:pw@10.81.179.54:61211;ob;line=%2a?Subject=a>")),
            wire(registering("Contact: <sip:john;x=1:pw@172.30.10.2:43202;ob;line=%2a?Subject=a>")));
}

TEST_F(H1, header_parameters_stay) {
  EXPECT_EQ(
      at_box(registering(R"(Contact: <sip:john@10.81.179.54:61211>;q=0.5;reg-id=1;+sip.instance="<urn:x>")")),
      wire(registering(R"(Contact: <sip:john@172.30.10.2:43202>;q=0.5;reg-id=1;+sip.instance="<urn:x>")")));
}

TEST_F(H1, display_name_stays_even_with_the_address_in_it) {
  EXPECT_EQ(
      at_box(registering(R"(Contact: "a \"<sip:b@10.81.179.54:61211>, c" <sip:john@10.81.179.54:61211>)")),
      wire(registering(R"(Contact: "a \"<sip:b@10.81.179.54:61211>, c" <sip:john@172.30.10.2:43202>)")));
}

TEST_F(H1, display_name_without_quotes_stays) {
  EXPECT_EQ(at_box(registering("Contact: John's phone <sip:john@10.81.179.54:61211>")),
            wire(registering("Contact: John's phone <sip:john@172.30.10.2:43202>")));
}

TEST_F(H1, contact_without_port_gets_one) {
  EXPECT_EQ(at_box(registering("Contact: <sip:john@10.81.179.54>")),
            wire(registering("Contact: <sip:john@172.30.10.2:43202>")));
}

TEST_F(H1, contact_without_user_has_none_afterwards) {
  EXPECT_EQ(at_box(registering("Contact: <sip:10.81.179.54:61211>")),
            wire(registering("Contact: <sip:172.30.10.2:43202>")));
}

TEST_F(H1, host_name_is_replaced) {
  EXPECT_EQ(at_box(registering("Contact: <sip:john@Phone.example.net:61211>")),
            wire(registering("Contact: <sip:john@172.30.10.2:43202>")));
}

TEST_F(H1, ipv6_reference_is_replaced) {
  EXPECT_EQ(at_box(registering("Contact: <sip:john@[2001:db8::54]:61211>")),
            wire(registering("Contact: <sip:john@172.30.10.2:43202>")));
}

TEST_F(H1, star_passes) {
  EXPECT_EQ(at_box(registering("Contact: *")), wire(registering("Contact: *")));
}

TEST_F(H1, sips_stays_sips) {
  EXPECT_EQ(at_box(registering("Contact: <sips:john@10.81.179.54:5061>")),
            wire(registering("Contact: <sips:john@172.30.10.2:43202>")));
}

TEST_F(H1, other_schemes_pass) {
  EXPECT_EQ(at_box(registering("Contact: <mailto:john@10.81.179.54>")),
            wire(registering("Contact: <mailto:john@10.81.179.54>")));
}

TEST_F(H1, two_contacts_in_one_header_are_both_mapped) {
  EXPECT_EQ(
      at_box(registering("Contact: <sip:john@10.81.179.54:61211>, <sip:john@10.81.179.54:61212;ob>;q=0.1")),
      wire(registering("Contact: <sip:john@172.30.10.2:43202>, <sip:john@172.30.10.2:43202;ob>;q=0.1")));
}

TEST_F(H1, two_contacts_in_two_headers_are_both_mapped) {
  EXPECT_EQ(at_box(registering("Contact: <sip:john@10.81.179.54:61211>\nm: <sip:jack@10.81.179.55>")),
            wire(registering("Contact: <sip:john@172.30.10.2:43202>\nm: <sip:jack@172.30.10.2:43202>")));
}

TEST_F(H1, addr_spec_keeps_its_header_parameters) {
  EXPECT_EQ(at_box(registering("Contact: sip:john@10.81.179.54:61211;expires=60;q=1")),
            wire(registering("Contact: sip:john@172.30.10.2:43202;expires=60;q=1")));
}

TEST_F(H1, two_addr_specs_are_both_mapped) {
  EXPECT_EQ(at_box(registering("Contact: sip:john@10.81.179.54:61211,sip:jack@10.81.179.54:61211;q=1")),
            wire(registering("Contact: sip:john@172.30.10.2:43202,sip:jack@172.30.10.2:43202;q=1")));
}

TEST_F(H1, earlier_advertised_address_is_still_the_phones) {
  at_box(registering("Contact: <sip:john@10.81.179.54:61211>"));
  at_box(registering("Contact: <sip:john@10.99.1.1:50000>"));
  EXPECT_EQ(at_box(requesting("Contact: <sip:john@10.81.179.54:61211;ob>")),
            wire(requesting("Contact: <sip:john@172.30.10.2:43202;ob>")));
}

TEST_F(H1, observed_address_with_source_port_is_the_phones) {
  at_box(registering("Contact: <sip:john@10.81.179.54:61211>"));
  EXPECT_EQ(at_box(requesting("Contact: <sip:other@172.20.11.6:62895>")),
            wire(requesting("Contact: <sip:other@172.30.10.2:43202>")));
}

TEST_F(H1, observed_address_with_via_port_is_the_phones) {
  at_box(registering("Contact: <sip:john@10.81.179.54:50000>"));
  EXPECT_EQ(at_box(requesting("Contact: <sip:other@172.20.11.6:61211>")),
            wire(requesting("Contact: <sip:other@172.30.10.2:43202>")));
}

// baresip, pjsip and linphone take the address of `received` and their own port.
TEST_F(H1, our_own_address_with_a_port_of_the_phone_is_the_phones) {
  at_box(registering("Contact: <sip:john@10.81.179.54:50000>"));
  EXPECT_EQ(at_box(requesting("Contact: <sip:other@172.30.10.2:62895>")),
            wire(requesting("Contact: <sip:other@172.30.10.2:43202>")));
  EXPECT_EQ(at_box(requesting("Contact: <sip:other@172.30.10.2:61211>")),
            wire(requesting("Contact: <sip:other@172.30.10.2:43202>")));
}

TEST_F(H1, address_of_the_box_is_not_the_phones) {
  at_box(registering("Contact: <sip:john@10.81.179.54:61211>"));
  EXPECT_EQ(at_box(requesting("Contact: <sip:conference@172.30.10.1:5060>")),
            wire(requesting("Contact: <sip:conference@172.30.10.1:5060>")));
}

TEST_F(H1, transport_follows_the_side_of_the_box) {
  EXPECT_EQ(at_box(registering("Contact: <sip:john@10.81.179.54:61211;transport=TCP;ob>")),
            wire(registering("Contact: <sip:john@172.30.10.2:43202;transport=udp;ob>")));
}

TEST_F(H1, transport_that_is_right_keeps_its_letters) {
  EXPECT_EQ(at_box(registering("Contact: <sip:john@10.81.179.54:61211;Transport=UdP>")),
            wire(registering("Contact: <sip:john@172.30.10.2:43202;Transport=UdP>")));
}

// pjsip moves: ONE REGISTER takes the old Contact away and brings the new one. For the Box they are one.
TEST_F(H1, removal_of_the_old_contact_does_not_remove_the_new_one) {
  at_box(registering("Contact: <sip:john@10.81.179.54:61211;ob>"));
  EXPECT_EQ(at_box(registering("Contact: <sip:john@10.81.179.54:61211;ob>;expires=0\n"
                               "Contact: <sip:john@172.20.11.6:61211;ob>")),
            wire(registering("Contact: <sip:john@172.30.10.2:43202;ob>;expires=900\n"
                             "Contact: <sip:john@172.30.10.2:43202;ob>")));
}

std::string answering(ByteView status, ByteView contact) {
  std::string page = "SIP/2.0 ";
  page.append(status).append(
      "\nVia: SIP/2.0/UDP 172.30.10.1:5060;branch=z9hG4bKinvite\n"
      "From: <sip:0301234567@fritz.box>;tag=i\n"
      "To: <sip:john@172.30.10.2:43202>;tag=p\n"
      "Call-ID: invite\n"
      "CSeq: 7 INVITE\n");
  return page.append(contact).append("\nContent-Length: 0\n\n");
}

class H1Response : public Golden {
 protected:
  H1Response() {
    at_box(registering("Contact: <sip:john@10.81.179.54:61211>"));
    core.box_accepts();
    at_phone(ringing("sip:john@172.30.10.2:43202", "Max-Forwards: 70"));
  }
};

TEST_F(H1Response, contact_of_a_ringing_phone_is_mapped) {
  EXPECT_EQ(at_box(answering("180 Ringing", "Contact: <sip:john@10.81.179.54:61211>")),
            wire(answering("180 Ringing", "Contact: <sip:john@172.30.10.2:43202>")));
}

TEST_F(H1Response, contact_of_an_answered_call_is_mapped) {
  EXPECT_EQ(at_box(answering("200 OK", "Contact: <sip:john@10.81.179.54:61211;ob>")),
            wire(answering("200 OK", "Contact: <sip:john@172.30.10.2:43202;ob>")));
}

TEST_F(H1Response, contacts_of_a_redirection_stay) {
  EXPECT_EQ(at_box(answering("302 Moved", "Contact: <sip:john@10.81.179.54:61211>, <sip:jane@192.0.2.9>")),
            wire(answering("302 Moved", "Contact: <sip:john@10.81.179.54:61211>, <sip:jane@192.0.2.9>")));
}

class H1Tcp : public Golden {
 protected:
  H1Tcp() : Golden(Transport::tcp) {}
};

TEST_F(H1Tcp, transport_follows_the_side_of_the_box) {
  EXPECT_EQ(at_box(registering("Contact: <sip:john@10.81.179.54:61211;transport=udp>")),
            wire(registering("Contact: <sip:john@172.30.10.2:43202;transport=tcp>")));
}

TEST_F(H1Tcp, transport_is_not_added) {
  EXPECT_EQ(at_box(registering("Contact: <sip:john@10.81.179.54:61211>")),
            wire(registering("Contact: <sip:john@172.30.10.2:43202>")));
}

}  // namespace
}  // namespace fapfon::golden
