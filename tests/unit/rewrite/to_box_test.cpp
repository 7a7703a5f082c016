// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewrite/to_box.hpp"

#include <chrono>
#include <deque>

#include <gtest/gtest.h>

#include "unit/proxy/core.hpp"

namespace fapfon::rewrite {
namespace {

using proxy::register_request;
using proxy::request_from_phone;
using proxy::value_of;
using proxy::with;

class ToBox : public testing::Test {
 protected:
  ToBox() {
    map.observed = {IpAddress::v4(172, 20, 11, 6), 62895};
    map.local = {IpAddress::v4(172, 20, 11, 1), 5060};
    map.box_facing = {IpAddress::v4(172, 30, 10, 2), 43202};
    map.box = {IpAddress::v4(172, 30, 10, 1), 5060};
    map.via_port = 61211;
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
    std::string out;
    edits.apply(out);
    return out;
  }
  std::string contacts(const std::string& message) {
    return apply(message, [&] { map_contacts(view, map, edits); });
  }
  std::string routing(const std::string& message) {
    return apply(message, [&] { map_routing_uris(view, map, edits); });
  }
  /// `seconds` that each known Contact shall live.
  std::string live(const std::string& message, const std::vector<std::uint32_t>& seconds) {
    std::vector<WantedBinding> wanted;
    for (std::size_t i = 0; i < seconds.size(); ++i) wanted.push_back({map.pairs[i], seconds[i]});
    return apply(message, [&] { keep_live_binding(view, map, wanted, edits); });
  }

  std::deque<std::string> uris;
  std::deque<ContactPair> pairs;
  AddressMap map;
  sip::MessageView view;
  Edits edits;
};

TEST_F(ToBox, H1_a_known_contact_becomes_the_box_facing_one_and_keeps_the_rest) {
  knows("sip:anna@10.81.179.54:61211;ob");
  EXPECT_EQ(value_of(contacts(register_request()), "Contact"), "<sip:anna@172.30.10.2:43202;ob>");
}

TEST_F(ToBox, H1_contacts_of_a_redirection_stay) {
  knows("sip:anna@10.81.179.54:61211;ob");
  const std::string message = proxy::response_to(request_from_phone("INVITE"), "302 Moved",
                                                 "Contact: <sip:anna@10.81.179.54:61211;ob>\r\n");
  EXPECT_EQ(contacts(message), message);
}

TEST_F(ToBox, H1_the_transport_parameter_follows_the_transport_of_the_box_side) {
  map.transport = Transport::tcp;
  const auto uri = sip::parse_uri("sip:anna@10.81.179.54:61211;transport=UDP;ob");
  EXPECT_EQ(to_box_uri(*uri, map), "sip:anna@172.30.10.2:43202;transport=tcp;ob");
  const auto right = sip::parse_uri("sip:anna@10.81.179.54:61211;transport=TCP");
  EXPECT_EQ(to_box_uri(*right, map), "sip:anna@172.30.10.2:43202;transport=TCP");
}

TEST_F(ToBox, H1_a_contact_without_port_and_with_ipv6_gets_host_and_port) {
  EXPECT_EQ(to_box_uri(*sip::parse_uri("sip:anna@phone.local"), map), "sip:anna@172.30.10.2:43202");
  EXPECT_EQ(to_box_uri(*sip::parse_uri("sip:anna@[2001:db8::1]:5062;ob"), map),
            "sip:anna@172.30.10.2:43202;ob");
  EXPECT_EQ(to_box_uri(*sip::parse_uri("sips:10.81.179.54"), map), "sips:172.30.10.2:43202");
}

TEST_F(ToBox, H2_routing_headers_are_mapped_where_they_name_the_phone_exactly) {
  knows("sip:anna@10.81.179.54:61211;ob");
  const std::string message =
      with(request_from_phone("REFER"), "Content-Length:",
           "Refer-To: <sip:x@10.81.179.54:61211>\r\nReferred-By: <sip:x@10.81.179.54:61212>\r\n"
           "Route: <sip:172.30.10.1;lr>, <sip:172.20.11.6:62895;lr>\r\nContent-Length:");
  const std::string out = routing(message);
  EXPECT_EQ(value_of(out, "Refer-To"), "<sip:x@172.30.10.2:43202>");
  EXPECT_EQ(value_of(out, "Referred-By"), "<sip:x@10.81.179.54:61212>");
  EXPECT_EQ(value_of(out, "Route"), "<sip:172.30.10.1;lr>, <sip:172.30.10.2:43202;lr>");
}

TEST_F(ToBox, F6_from_to_and_what_looks_like_routing_elsewhere_stay) {
  knows("sip:anna@10.81.179.54:61211;ob");
  const std::string message =
      with(with(request_from_phone("INVITE"), "<sip:anna@fritz.box>", "<sip:anna@10.81.179.54:61211>"),
           "Content-Length:",
           "Subject: <sip:10.81.179.54:61211>\r\nReplaces: a@10.81.179.54:61211\r\nContent-Length:");
  EXPECT_EQ(routing(message), message);
}

TEST_F(ToBox, a_removal_of_the_binding_that_a_newer_contact_lives_on_gets_its_lifetime) {
  knows("sip:anna@10.81.179.54:61211;ob");
  knows("sip:anna@172.20.11.6:62895;ob");
  const std::string message = with(register_request(), "Contact: <sip:anna@10.81.179.54:61211;ob>",
                                   "Contact: <sip:anna@172.20.11.6:62895;ob>, "
                                   "<sip:anna@10.81.179.54:61211;ob>;expires=0");
  EXPECT_EQ(value_of(live(message, {0, 900}), "Contact"),
            "<sip:anna@172.20.11.6:62895;ob>, <sip:anna@10.81.179.54:61211;ob>;expires=900");
}

TEST_F(ToBox, a_removal_by_the_header_gets_the_lifetime_there) {
  knows("sip:anna@10.81.179.54:61211;ob");
  knows("sip:anna@172.20.11.6:62895;ob");
  const std::string message = with(register_request(), "Expires: 900", "Expires: 0");
  EXPECT_EQ(live(message, {0, 250}), with(message, "Expires: 0", "Expires: 250"));
}

TEST_F(ToBox, a_header_that_removes_another_binding_as_well_stays) {
  knows("sip:anna@10.81.179.54:61211;ob");
  knows("sip:anna@172.20.11.6:62895;ob");
  const std::string message = with(with(register_request(), "Expires: 900", "Expires: 0"), "61211;ob>",
                                   "61211;ob>, <sip:bert@10.81.179.54:61211>");
  EXPECT_EQ(live(message, {0, 250}), message);
}

TEST_F(ToBox, a_removal_of_the_live_one_stays_a_removal) {
  knows("sip:anna@10.81.179.54:61211;ob");
  const std::string message = with(register_request(), "61211;ob>", "61211;ob>;expires=0");
  EXPECT_EQ(live(message, {900}), message);
  EXPECT_EQ(live(message, {}), message);
}

TEST_F(ToBox, a_removal_of_another_user_stays_a_removal) {
  knows("sip:anna@10.81.179.54:61211;ob");
  knows("sip:bert@10.81.179.54:61211;ob");
  const std::string message =
      with(register_request(), "61211;ob>", "61211;ob>, <sip:bert@10.81.179.54:61211;ob>;expires=0");
  EXPECT_EQ(live(message, {900, 0}), message);
}

TEST_F(ToBox, a_header_section_full_of_contacts_is_mapped_in_little_time) {
  knows("sip:a");
  std::string list = "Contact: <sip:a>";
  while (list.size() < 15'000) list += ",<sip:a>;expires=0";
  const std::string message = with(register_request(), "Contact: <sip:anna@10.81.179.54:61211;ob>", list);
  const auto begin = std::chrono::steady_clock::now();
  live(message, {900});
  contacts(message);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(1'000));
}

TEST_F(ToBox, H4_rport_is_added_to_a_udp_request_that_has_none) {
  const std::string bare = with(register_request(), ";rport", "");
  bool added = false;
  EXPECT_EQ(value_of(apply(bare, [&] { added = ensure_rport(view, map, edits); }), "Via"),
            "SIP/2.0/UDP 172.20.11.6:61211;branch=z9hG4bK-1;rport");
  EXPECT_TRUE(added);
}

TEST_F(ToBox, H4_rport_is_added_to_the_topmost_of_two_vias_in_one_header) {
  const std::string bare = with(register_request(), ";rport;branch=z9hG4bK-1",
                                ";branch=z9hG4bK-1 , SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK-0");
  EXPECT_EQ(value_of(apply(bare, [&] { ensure_rport(view, map, edits); }), "Via"),
            "SIP/2.0/UDP 172.20.11.6:61211;branch=z9hG4bK-1;rport , SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK-0");
}

TEST_F(ToBox, H4_rport_is_not_added_where_it_stands_on_tcp_or_in_a_response) {
  const std::string message = register_request();
  EXPECT_EQ(apply(message, [&] { EXPECT_FALSE(ensure_rport(view, map, edits)); }), message);
  const std::string response = with(proxy::response_to(message, "200 OK"), ";rport", "");
  EXPECT_EQ(apply(response, [&] { EXPECT_FALSE(ensure_rport(view, map, edits)); }), response);
  map.transport = Transport::tcp;
  const std::string bare = with(message, ";rport", "");
  EXPECT_EQ(apply(bare, [&] { EXPECT_FALSE(ensure_rport(view, map, edits)); }), bare);
}

TEST_F(ToBox, H4_sent_by_is_replaced_between_ip_families_only) {
  EXPECT_EQ(apply(register_request(), [&] { replace_sent_by(view, map, edits); }), register_request());
  map.observed.ip = *IpAddress::parse("2001:db8::6");
  EXPECT_EQ(value_of(apply(register_request(), [&] { replace_sent_by(view, map, edits); }), "Via"),
            "SIP/2.0/UDP 172.30.10.2:43202;rport;branch=z9hG4bK-1");
}

}  // namespace
}  // namespace fapfon::rewrite
