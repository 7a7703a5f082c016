// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewrite/to_phone.hpp"

#include <deque>

#include <gtest/gtest.h>

#include "unit/proxy/core.hpp"

namespace fapfon::rewrite {
namespace {

using proxy::register_request;
using proxy::response_to;
using proxy::value_of;
using proxy::with;

class ToPhone : public testing::Test {
 protected:
  ToPhone() {
    map.observed = {IpAddress::v4(172, 20, 11, 6), 62895};
    map.box_facing = {IpAddress::v4(172, 30, 10, 2), 43202};
    map.box = {IpAddress::v4(172, 30, 10, 1), 5060};
    knows("sip:anna@10.81.179.54:61211;transport=TCP;ob");
  }
  void knows(const std::string& uri) {
    const sip::Uri parsed = sip::parse_uri(uris.emplace_back(uri)).value();
    map.pairs[map.pair_count++] = &pairs.emplace_back(ContactPair::make(parsed, to_box_uri(parsed, map)));
  }
  template <typename Rule>
  std::string apply(const std::string& message, Rule&& rule) {
    EXPECT_EQ(view.parse_datagram(message), sip::ParseError::none) << message;
    edits.start(view.whole());
    rule();
    std::string applied;
    edits.apply(applied);
    return applied;
  }
  std::string restored(const std::string& contacts) {
    const std::string message = response_to(register_request(), "200 OK", "Contact: " + contacts + "\r\n");
    return value_of(apply(message, [&] { restore_uris(view, map, edits); }), "Contact");
  }
  std::string via(const std::string& params, const ViaChange& change = {}) {
    const std::string message =
        with(response_to(register_request(), "200 OK"), ";rport;branch=z9hG4bK-1", params + ";branch=b");
    return value_of(apply(message, [&] { restore_via(view, map, change, edits); }), "Via");
  }

  std::deque<std::string> uris;
  std::deque<ContactPair> pairs;
  AddressMap map;
  sip::MessageView view;
  Edits edits;
};

TEST_F(ToPhone, H3_the_phone_gets_its_own_uri_byte_for_byte) {
  EXPECT_EQ(restored("<sip:anna@172.30.10.2:43202;transport=udp;ob>;expires=300"),
            "<sip:anna@10.81.179.54:61211;transport=TCP;ob>;expires=300");
}

TEST_F(ToPhone, H3_also_when_the_box_drops_or_reorders_the_parameters) {
  EXPECT_EQ(restored("<sip:anna@172.30.10.2:43202>"), "<sip:anna@10.81.179.54:61211;transport=TCP;ob>");
  EXPECT_EQ(restored("sip:anna@172.30.10.2:43202;q=1"), "<sip:anna@10.81.179.54:61211;transport=TCP;ob>;q=1");
}

TEST_F(ToPhone, H3_other_bindings_pass_unchanged_and_in_order) {
  EXPECT_EQ(
      restored("<sip:anna@172.30.10.2:43203>, <sip:anna@172.30.10.2:43202;transport=udp;ob>, "
               "<sip:anna@172.30.10.9>"),
      "<sip:anna@172.30.10.2:43203>, <sip:anna@10.81.179.54:61211;transport=TCP;ob>, <sip:anna@172.30.10.9>");
}

TEST_F(ToPhone, H3_of_two_contacts_of_one_user_the_same_text_or_transport_wins) {
  knows("sip:anna@10.81.179.54:61211;ob");
  EXPECT_EQ(restored("<sip:anna@172.30.10.2:43202;ob>"), "<sip:anna@10.81.179.54:61211;ob>");
  EXPECT_EQ(restored("<sip:anna@172.30.10.2:43202>"), "<sip:anna@10.81.179.54:61211;ob>");
}

TEST_F(ToPhone, H3_whatever_user_a_registrar_writes_the_port_is_the_lines_and_the_uri_the_phones_own) {
  for (const char* user : {"a%6ena", "a%6Ena", "%61%6e%6E%61", "Anna", "bert", "620"})
    EXPECT_EQ(restored(std::string("<sip:") + user + "@172.30.10.2:43202;x>;expires=300"),
              "<sip:anna@10.81.179.54:61211;transport=TCP;ob>;expires=300");
  EXPECT_EQ(restored("<sip:172.30.10.2:43202>"), "<sip:anna@10.81.179.54:61211;transport=TCP;ob>");
}

TEST_F(ToPhone, H3_of_two_contacts_an_unknown_user_is_the_one_with_its_transport_or_the_likeliest) {
  knows("sip:bert@10.81.179.54:61299");
  EXPECT_EQ(restored("<sip:x@172.30.10.2:43202;transport=udp>, <sip:x@172.30.10.2:43202>, "
                     "<sip:x@172.30.10.2:43202;transport=tls>, <sip:%62ert@172.30.10.2:43202;transport=udp>"),
            "<sip:anna@10.81.179.54:61211;transport=TCP;ob>, <sip:bert@10.81.179.54:61299>, "
            "<sip:anna@10.81.179.54:61211;transport=TCP;ob>, <sip:bert@10.81.179.54:61299>");
}

TEST_F(ToPhone, H3_outside_of_contacts_an_unknown_user_stays_and_only_the_address_is_restored) {
  const std::string message =
      response_to(register_request(), "200 OK", "Refer-To: <sip:bert@172.30.10.2:43202;x>\r\n");
  EXPECT_EQ(value_of(apply(message, [&] { restore_uris(view, map, edits); }), "Refer-To"),
            "<sip:bert@10.81.179.54:61211;x>");
}

TEST_F(ToPhone, H3_a_request_uri_is_restored_without_the_headers_of_the_contact) {
  map.pair_count = 0;
  knows("sip:anna@10.81.179.54:61211;ob?subject=x");
  const std::string invite = proxy::invite_from_box("sip:anna@172.30.10.2:43202;ob");
  const std::string text = apply(invite, [&] { restore_uris(view, map, edits); });
  EXPECT_TRUE(text.starts_with("INVITE sip:anna@10.81.179.54:61211;ob SIP/2.0\r\n"));
  EXPECT_EQ(value_of(text, "To"), value_of(invite, "To")) << "F6";
}

TEST_F(ToPhone, H5_rport_becomes_the_port_of_sent_by_and_received_the_observed_address) {
  EXPECT_EQ(via(";rport=43202;received=172.30.10.2"),
            "SIP/2.0/UDP 172.20.11.6:61211;rport=61211;received=172.20.11.6;branch=b");
}

TEST_F(ToPhone, H5_nothing_is_added_where_the_box_sent_nothing) {
  for (const char* params : {"", ";rport", ";received"})
    EXPECT_EQ(via(params), std::string("SIP/2.0/UDP 172.20.11.6:61211") + params + ";branch=b");
}

TEST_F(ToPhone, H5_an_ipv6_address_is_told_without_brackets) {
  map.observed.ip = *IpAddress::parse("2001:db8::6");
  EXPECT_EQ(via(";received=[2001:db8::2]"), "SIP/2.0/UDP 172.20.11.6:61211;received=2001:db8::6;branch=b");
}

TEST_F(ToPhone, H5_nat_report_source_and_mirror) {
  map.nat_report = NatReport::source;
  EXPECT_EQ(via(";rport=1;received=172.30.10.2"),
            "SIP/2.0/UDP 172.20.11.6:61211;rport=62895;received=172.20.11.6;branch=b");
  map.nat_report = NatReport::mirror;
  EXPECT_EQ(via(";rport=1;received=172.30.10.2"),
            "SIP/2.0/UDP 172.20.11.6:61211;rport=61211;received=10.81.179.54;branch=b");
}

TEST_F(ToPhone, H5_nat_report_box_leaves_received_as_the_box_wrote_it) {
  map.nat_report = NatReport::box;
  for (const std::string received : {"172.30.10.2", "[2001:db8::2]", "0172.030.010.002"})
    EXPECT_EQ(via(";rport=43202;received=" + received),
              "SIP/2.0/UDP 172.20.11.6:61211;rport=61211;received=" + received + ";branch=b");
}

TEST_F(ToPhone, H4_an_rport_that_we_added_is_taken_out_and_sent_by_put_back) {
  EXPECT_EQ(via(";rport=43202", {true, "[2001:db8::6]:5070"}), "SIP/2.0/UDP [2001:db8::6]:5070;branch=b");
}

TEST_F(ToPhone, L6_what_is_granted_is_capped_in_the_own_contact_and_in_expires_only) {
  const std::string message =
      response_to(register_request(), "200 OK",
                  "Contact: <sip:anna@172.30.10.2:43202>;expires=900, <sip:x@172.30.10.9>;expires=900\r\n"
                  "Expires: 301\r\n");
  const auto capped = [&](std::chrono::seconds longest) {
    return apply(message, [&] { cap_expires(view, map, longest, edits); });
  };
  EXPECT_EQ(value_of(capped(std::chrono::seconds(300)), "Contact"),
            "<sip:anna@172.30.10.2:43202>;expires=300, <sip:x@172.30.10.9>;expires=900");
  EXPECT_EQ(value_of(capped(std::chrono::seconds(300)), "Expires"), "300");
  EXPECT_EQ(value_of(capped(std::chrono::seconds(301)), "Expires"), "301");
  EXPECT_EQ(capped(std::chrono::seconds(900)), message);
}

}  // namespace
}  // namespace fapfon::rewrite
