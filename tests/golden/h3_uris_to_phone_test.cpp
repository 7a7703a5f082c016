// SPDX-License-Identifier: GPL-2.0-or-later
// H3: wherever the Box repeats a box-facing Contact of the line, the phone gets back its own URI byte for
// byte.
#include "golden/golden.hpp"

namespace fapfon::golden {
namespace {

class H3 : public Golden {
 protected:
  H3() {
    at_box(registering(
        R"(Contact: "J" <sip:john@10.81.179.54:61211;Transport=UDP;ob>;+sip.instance="<urn:x>")"));
  }

  /// What becomes of these lines of the Box's 200 to the REGISTER.
  void expect(ByteView lines, ByteView at_the_phone) {
    EXPECT_EQ(at_phone(registered(";rport=43202", lines)), wire(registered(";rport=61211", at_the_phone)));
  }
};

TEST_F(H3, contact_of_the_200_is_the_phones_own) {
  expect("Contact: <sip:john@172.30.10.2:43202;Transport=UDP;ob>;expires=300",
         "Contact: <sip:john@10.81.179.54:61211;Transport=UDP;ob>;expires=300");
}

TEST_F(H3, contact_that_the_box_wrote_anew_is_the_phones_own) {
  expect("Contact: <sip:john@172.30.10.2:43202;transport=udp>;expires=300",
         "Contact: <sip:john@10.81.179.54:61211;Transport=UDP;ob>;expires=300");
}

TEST_F(H3, contact_without_brackets_gets_them_for_the_parameters) {
  expect("Contact: sip:john@172.30.10.2:43202;expires=300",
         "Contact: <sip:john@10.81.179.54:61211;Transport=UDP;ob>;expires=300");
}

TEST_F(H3, contact_whose_user_the_registrar_spells_otherwise_is_the_phones_own) {
  expect("Contact: <sip:%6aohn@172.30.10.2:43202;Transport=UDP;ob>;expires=300",
         "Contact: <sip:john@10.81.179.54:61211;Transport=UDP;ob>;expires=300");
}

TEST_F(H3, contact_whose_user_is_another_is_the_phones_own_because_the_port_is) {
  expect("Contact: <sip:620@172.30.10.2:43202>;expires=300",
         "Contact: <sip:john@10.81.179.54:61211;Transport=UDP;ob>;expires=300");
}

TEST_F(H3, request_uri_with_the_registrars_name_for_the_user_is_the_phones_own) {
  core.box_accepts();
  EXPECT_EQ(at_phone(ringing("sip:620@172.30.10.2:43202", "Max-Forwards: 70")),
            wire(ringing("sip:john@10.81.179.54:61211;Transport=UDP;ob", "Max-Forwards: 70")));
}

TEST_F(H3, contacts_of_other_bindings_pass_in_their_order) {
  expect(
      "Contact: <sip:john@192.168.178.20:5060>;expires=10, "
      "<sip:john@172.30.10.2:43202;Transport=UDP;ob>;expires=300,"
      " <sip:john@172.30.10.2:43999>;expires=20\nContact: <sip:jane@172.30.10.1>",
      "Contact: <sip:john@192.168.178.20:5060>;expires=10, "
      "<sip:john@10.81.179.54:61211;Transport=UDP;ob>;expires=300,"
      " <sip:john@172.30.10.2:43999>;expires=20\nContact: <sip:jane@172.30.10.1>");
}

TEST_F(H3, from_and_to_keep_the_address_that_the_box_wrote) {
  core.box_accepts();
  EXPECT_EQ(
      at_phone(ringing("sip:john@172.30.10.2:43202;Transport=UDP;ob", "X: <sip:john@172.30.10.2:43202>")),
      wire(ringing("sip:john@10.81.179.54:61211;Transport=UDP;ob", "X: <sip:john@172.30.10.2:43202>")));
}

TEST_F(H3, route_record_route_and_refer_to_are_restored) {
  core.box_accepts();
  EXPECT_EQ(at_phone(ringing("sip:john@172.30.10.2:43202;Transport=UDP;ob",
                             "Route: <sip:john@172.30.10.2:43202;Transport=UDP;ob>\n"
                             "Record-Route: <sip:172.30.10.1;lr>\n"
                             "Refer-To: <sip:john@172.30.10.2:43202;Transport=UDP;ob>")),
            wire(ringing("sip:john@10.81.179.54:61211;Transport=UDP;ob",
                         "Route: <sip:john@10.81.179.54:61211;Transport=UDP;ob>\n"
                         "Record-Route: <sip:172.30.10.1;lr>\n"
                         "Refer-To: <sip:john@10.81.179.54:61211;Transport=UDP;ob>")));
}

TEST_F(H3, request_uri_without_the_parameters_is_the_phones_own) {
  core.box_accepts();
  EXPECT_EQ(at_phone(ringing("sip:john@172.30.10.2:43202", "Max-Forwards: 70")),
            wire(ringing("sip:john@10.81.179.54:61211;Transport=UDP;ob", "Max-Forwards: 70")));
}

TEST_F(Golden, h3_each_of_two_contacts_finds_its_own_uri) {
  at_box(registering("Contact: <sip:a@10.81.179.54:61211;ob>, \"x\" <sip:b@10.81.179.55>"));
  EXPECT_EQ(at_phone(registered(";rport=43202",
                                "Contact: <sip:b@172.30.10.2:43202>, <sip:a@172.30.10.2:43202;ob>")),
            wire(registered(";rport=61211", "Contact: <sip:b@10.81.179.55>, <sip:a@10.81.179.54:61211;ob>")));
}

TEST_F(Golden, h3_contact_without_port_comes_back_without_port) {
  at_box(registering("Contact: <sip:john@10.81.179.54>"));
  EXPECT_EQ(at_phone(registered(";rport=43202", "Contact: <sip:john@172.30.10.2:43202>;expires=300")),
            wire(registered(";rport=61211", "Contact: <sip:john@10.81.179.54>;expires=300")));
}

}  // namespace
}  // namespace fapfon::golden
