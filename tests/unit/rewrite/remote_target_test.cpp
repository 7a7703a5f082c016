// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewrite/remote_target.hpp"

#include "unit/proxy/core.hpp"

namespace fapfon::rewrite {
namespace {

using proxy::invite_from_box;
using proxy::request_from_phone;
using proxy::response_to;
using proxy::value_of;
using proxy::with;

class RemoteTarget : public testing::Test {
 protected:
  RemoteTarget() {
    map.observed = {IpAddress::v4(172, 20, 11, 6), 62895};
    map.local = {IpAddress::v4(172, 20, 11, 1), 5060};
    map.box_facing = {IpAddress::v4(172, 30, 10, 2), 43202};
    map.box = {IpAddress::v4(172, 30, 10, 1), 5060};
  }
  void read(const std::string& message) {
    kept = message;
    ASSERT_EQ(view.parse_datagram(kept), sip::ParseError::none) << kept;
    edits.start(view.whole());
  }
  std::string applied() const {
    std::string out;
    edits.apply(out);
    return out;
  }
  /// The Contact that the phone reads.
  std::string hidden(const std::string& message) {
    read(message);
    target = std::string(hide_target(view, map, edits));
    return value_of(applied(), "Contact");
  }
  static std::string of_box(const std::string& contact) {
    return with(invite_from_box("sip:anna@172.30.10.2:43202"), "<sip:1F2E3D@172.30.10.1>", contact);
  }
  /// What the Box reads of a request in the dialog with this Request-URI.
  std::string restored(const std::string& uri, const std::string& method = "BYE",
                       const std::string& more = "") {
    const std::string outside = with(request_from_phone(method), "sip:**610@fritz.box", uri);
    read(with(outside, "\r\nCall-ID", ";tag=box\r\n" + more + "Call-ID"));
    restore_target(view, map, known, edits);
    return applied();
  }
  static std::string uri_of(const std::string& request) {
    const std::size_t start = request.find(' ') + 1;
    return request.substr(start, request.find(' ', start) - start);
  }

  AddressMap map;
  sip::MessageView view;
  Edits edits;
  std::string kept;
  std::string target;
  std::string known = "sip:1F2E3D@[2001:db8::1]:5061;x=y";
};

// --- hide_target -----------------------------------------------------------------------------------------

TEST_F(RemoteTarget, H6_a_contact_of_the_other_ip_version_names_us_and_is_returned_as_it_was) {
  EXPECT_EQ(hidden(of_box("\"Box\" <sip:1F2E3D@[2001:db8::1]:5061;x=y>;q=1")),
            "\"Box\" <sip:1F2E3D@172.20.11.1:5060;x=y>;q=1");
  EXPECT_EQ(target, "sip:1F2E3D@[2001:db8::1]:5061;x=y");
}

TEST_F(RemoteTarget, H6_a_phone_by_ip6_gets_our_ip6_address) {
  map.observed = {*IpAddress::parse("2001:db8::6"), 5060};
  map.local = {*IpAddress::parse("2001:db8::2"), 5060};
  EXPECT_EQ(hidden(of_box("<sip:1F2E3D@172.30.10.1>")), "<sip:1F2E3D@[2001:db8::2]:5060>");
}

TEST_F(RemoteTarget, H6_what_the_phone_can_reach_and_a_name_stay) {
  for (const char* contact : {"<sip:1F2E3D@172.30.10.1>", "<sip:1F2E3D@fritz.box>"}) {
    EXPECT_EQ(hidden(of_box(contact)), contact);
    EXPECT_EQ(target, "");
  }
}

TEST_F(RemoteTarget, H3_contacts_that_name_others_stay) {
  const std::string contact = "<sip:1F2E3D@[2001:db8::1]>";
  const std::string line = "Contact: " + contact + "\r\n";
  const std::string invite = request_from_phone("INVITE");
  EXPECT_EQ(hidden(response_to(invite, "302 Moved Temporarily", line)), contact);
  EXPECT_EQ(hidden(response_to(proxy::register_request(), "200 OK", line)), contact);
  EXPECT_EQ(hidden(of_box(contact + ", " + contact)), contact + ", " + contact) << "several: not a dialog";
  EXPECT_EQ(target, "");
  EXPECT_NE(hidden(response_to(invite, "200 OK", line)), contact);
}

TEST_F(RemoteTarget, a_message_without_contact_stays) {
  EXPECT_EQ(hidden(response_to(request_from_phone("BYE"), "200 OK")), "");
  EXPECT_TRUE(edits.empty());
}

// --- restore_target --------------------------------------------------------------------------------------

TEST_F(RemoteTarget, H6_a_request_uri_that_names_us_becomes_what_the_box_wrote) {
  EXPECT_EQ(uri_of(restored("sip:1F2E3D@172.20.11.1:5060;x=y")), known);
  EXPECT_EQ(uri_of(restored("sip:1F2E3D@172.20.11.1")), known) << "5060 may be left out, parameters may go";
}

TEST_F(RemoteTarget, H6_also_at_another_address_of_ours_that_the_phone_had_before) {
  EXPECT_EQ(uri_of(restored("sip:1F2E3D@172.20.99.1:5060")), known);
}

TEST_F(RemoteTarget, H6_another_user_or_the_box_itself_is_meant_as_it_is_written) {
  EXPECT_EQ(uri_of(restored("sip:other@172.20.99.1:5060")), "sip:other@172.20.99.1:5060");
  EXPECT_EQ(uri_of(restored("sip:1F2E3D@172.30.10.1:5070")), "sip:1F2E3D@172.30.10.1:5070");
  EXPECT_EQ(uri_of(restored("sip:1F2E3D@fritz.box")), "sip:1F2E3D@fritz.box");
  EXPECT_EQ(uri_of(restored("tel:+49301234567")), "tel:+49301234567");
}

TEST_F(RemoteTarget, H6_when_the_target_is_not_known_any_more_the_box_is_meant) {
  known.clear();
  EXPECT_EQ(uri_of(restored("sip:1F2E3D@172.20.11.1:5060;x=y")), "sip:1F2E3D@172.30.10.1:5060;x=y");
  EXPECT_EQ(uri_of(restored("sip:1F2E3D@172.20.99.1:5060")), "sip:1F2E3D@172.20.99.1:5060");
}

TEST_F(RemoteTarget, F6_outside_of_a_dialog_nothing_is_changed) {
  read(with(request_from_phone("INVITE"), "sip:**610@fritz.box", "sip:1F2E3D@172.20.11.1:5060"));
  restore_target(view, map, known, edits);
  EXPECT_TRUE(edits.empty());
}

TEST_F(RemoteTarget, the_ack_of_a_refusal_repeats_what_the_user_has_configured) {
  known.clear();
  const std::string uri = "sip:**610@172.20.11.1:5060";
  EXPECT_EQ(uri_of(restored(uri, "ACK")), uri);
  map.observed.ip = *IpAddress::parse("2001:db8::6");
  EXPECT_EQ(uri_of(restored(uri, "ACK")), "sip:**610@172.30.10.1:5060")
      << "between IPv4 and IPv6 only we write it";
}

TEST_F(RemoteTarget, H6_a_route_that_repeats_the_target_is_put_back_too) {
  const std::string route = "Route: <sip:other@172.20.11.1>, <sip:1F2E3D@172.20.11.1:5060;lr>\r\n";
  const std::string request = restored("sip:1F2E3D@172.20.11.1:5060", "BYE", route);
  EXPECT_EQ(value_of(request, "Route"), "<sip:other@172.20.11.1>, <" + known + ">");
  EXPECT_EQ(uri_of(request), known);
}

TEST_F(RemoteTarget, H2_a_route_without_user_names_us_as_a_proxy_and_stays) {
  known = "sip:[2001:db8::1]:5061";
  const std::string request = restored("sip:172.20.11.1:5060", "BYE", "Route: <sip:172.20.11.1;lr>\r\n");
  EXPECT_EQ(value_of(request, "Route"), "<sip:172.20.11.1;lr>");
  EXPECT_EQ(uri_of(request), known);
}

TEST_F(RemoteTarget, a_target_without_user_is_meant_only_at_our_own_address) {
  known = "sip:[2001:db8::1]:5061";
  EXPECT_EQ(uri_of(restored("sip:172.20.99.1:5060")), "sip:172.20.99.1:5060");
}

}  // namespace
}  // namespace fapfon::rewrite
