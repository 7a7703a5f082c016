// SPDX-License-Identifier: GPL-2.0-or-later
// What the fapfon-proxy of 2018 got wrong, one test each, through the core. (A connect() or a send() that
// hangs cannot happen here: see tests/integration for what needs sockets.)
#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

class Defect : public Core {
 protected:
  /// The bytes of `request` as the Box gets them.
  std::string at_box(FlowId phone, const std::string& request) {
    receive(phone, request);
    EXPECT_NE(went_to(), phone) << last();
    return last();
  }
  FlowId registers(FlowId phone, const std::string& request) {
    at_box(phone, request);
    const FlowId box_flow = went_to();
    receive(box_flow, granted(last()));
    EXPECT_EQ(went_to(), phone);
    return box_flow;
  }
  /// "172.30.10.2:43205": where the Box sees the line that `box_flow` belongs to.
  std::string box_facing(FlowId box_flow) { return proxy.flow(box_flow).value().local.to_string(); }
  /// What a Contact becomes, with BOX_FACING for the line's address.
  std::string contact_for(const std::string& contact) {
    const std::string out =
        at_box(udp(), with(register_request(), "<sip:anna@10.81.179.54:61211;ob>", contact));
    const std::string mapped = value_of(out, "Contact");
    return holds(mapped, "172.") ? with(mapped, box_facing(went_to()), "BOX_FACING") : mapped;
  }
};

// --- Reading
// ------------------------------------------------------------------------------------------------

TEST_F(Defect, a_second_message_in_one_tcp_read_waits_for_more_bytes) {
  receive(tcp(), register_request("TCP") + request_from_phone("OPTIONS", "TCP"));
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_TRUE(holds(sent[0].bytes, "REGISTER sip:"));
  EXPECT_TRUE(holds(sent[1].bytes, "OPTIONS sip:"));
}

TEST_F(Defect, both_sides_that_close_at_once_crash_it) {
  const FlowId phone = tcp();
  const FlowId box_flow = registers(phone, register_request("TCP"));
  closed(phone);
  closed(box_flow);
  closed(phone);
  closed(box_flow);
  receive(phone, register_request("TCP"));
  receive(box_flow, invite_from_box("sip:anna@172.30.10.2:43202"));
  pass(25h);
  EXPECT_EQ(proxy.counts().flows, 0U);
  EXPECT_EQ(proxy.counts().lines, 0U);
}

TEST_F(Defect, an_address_at_the_very_end_of_the_session_description_crashes_it) {
  for (const std::string end : {"", "\n", "\r\n"}) {
    const std::string message =
        with_body(request_from_phone("INVITE"), "application/sdp", "v=0\r\nc=IN IP4 10.81.179.54" + end);
    const std::string out = at_box(udp(), message);
    const std::string expected = "v=0\r\nc=IN IP4 172.20.11.6" + end;
    EXPECT_TRUE(out.ends_with("\r\n\r\n" + expected));
    EXPECT_EQ(value_of(out, "Content-Length"), std::to_string(expected.size()));
  }
}

TEST_F(Defect, a_content_length_of_65436_crashes_it) {
  const std::string head =
      with(request_from_phone("MESSAGE", "TCP"), "Content-Length: 0", "Content-Length: 65436");
  const FlowId phone = tcp();
  receive(phone, head);
  EXPECT_TRUE(sent.empty());
  receive(phone, std::string(65435, 'x'));
  EXPECT_TRUE(sent.empty());
  receive(phone, "x");
  EXPECT_TRUE(last().ends_with(std::string(65436, 'x')));
  receive(udp(), head);
  EXPECT_TRUE(holds(last(), "SIP/2.0 400 "));
}

TEST_F(Defect, over_udp_a_missing_content_length_is_taken_for_no_body) {
  std::string message = with_body(request_from_phone("INVITE"), "application/sdp", session());
  message = with(message, header_of(message, "Content-Length"), "");
  const std::string out = at_box(udp(), message);
  EXPECT_TRUE(out.ends_with(session("172.20.11.6")));
  EXPECT_FALSE(holds(out, "Content-Length"));
}

TEST_F(Defect, two_vias_cut_the_phone_off) {
  const FlowId phone = udp();
  const std::string second = "Via: SIP/2.0/UDP 192.0.2.9;rport=7;branch=z9hG4bK-0\r\n";
  const std::string two = with(register_request(), "Max-", second + "Max-");
  EXPECT_TRUE(holds(at_box(phone, two), header_of(two, "Via") + second));
  const std::string response = with(two, "REGISTER sip:172.30.10.1 SIP/2.0", "SIP/2.0 200 OK");
  receive(went_to(), with(response, ";rport;", ";rport=43202;received=172.30.10.2;"));
  EXPECT_EQ(went_to(), phone);
  EXPECT_TRUE(holds(last(),
                    "Via: SIP/2.0/UDP 172.20.11.6:61211;rport=61211;received=172.20.11.6;"
                    "branch=z9hG4bK-1\r\n" +
                        second));
}

TEST_F(Defect, compact_header_names_cut_the_phone_off) {
  std::string message = register_request();
  for (const char* row : {"Via v", "From f", "To t", "Call-ID i", "Contact m", "Content-Length l"}) {
    const std::string names = row;
    const std::size_t blank = names.find(' ');
    message = with(message, "\r\n" + names.substr(0, blank) + ":", "\r\n" + names.substr(blank + 1) + ":");
  }
  const std::string out = at_box(udp(), message);
  EXPECT_EQ(out, with(message, "10.81.179.54:61211", box_facing(went_to())));
}

TEST_F(Defect, a_folded_header_cuts_the_phone_off) {
  const std::string message = with(register_request(), "Contact: <", "Contact:\r\n \"Anna\"\r\n\t<");
  EXPECT_TRUE(holds(at_box(udp(), message), "Contact:\r\n \"Anna\"\r\n\t<sip:anna@172.30.10.2:"));
}

TEST_F(Defect, an_empty_header_value_cuts_the_phone_off) {
  const std::string message =
      with(register_request(), "Max-Forwards: 70\r\n", "Max-Forwards: 70\r\nSubject:\r\nAllow: \r\n");
  EXPECT_TRUE(holds(at_box(udp(), message), "\r\nSubject:\r\nAllow: \r\n"));
}

// --- Contact
// ------------------------------------------------------------------------------------------------

TEST_F(Defect, a_contact_with_a_display_name_cuts_the_phone_off) {
  EXPECT_EQ(contact_for("\"Anna, <home>\" <sip:anna@10.81.179.54:61211>;q=1"),
            "\"Anna, <home>\" <sip:anna@BOX_FACING>;q=1");
}

TEST_F(Defect, a_contact_without_port_cuts_the_phone_off) {
  EXPECT_EQ(contact_for("<sip:anna@10.81.179.54>"), "<sip:anna@BOX_FACING>");
}

TEST_F(Defect, a_contact_without_brackets_cuts_the_phone_off) {
  EXPECT_EQ(contact_for("sip:anna@10.81.179.54:61211;expires=60"), "sip:anna@BOX_FACING;expires=60");
}

TEST_F(Defect, a_contact_with_a_host_name_cuts_the_phone_off) {
  EXPECT_EQ(contact_for("<sip:anna@phone.local:5062>"), "<sip:anna@BOX_FACING>");
}

TEST_F(Defect, a_contact_with_sips_cuts_the_phone_off) {
  EXPECT_EQ(contact_for("<sips:anna@10.81.179.54:61211>"), "<sips:anna@BOX_FACING>");
}

TEST_F(Defect, a_contact_of_everything_cuts_the_phone_off) {
  EXPECT_EQ(contact_for("*"), "*");
}

TEST_F(Defect, over_udp_the_contact_stays_as_it_was) {
  const FlowId phone = udp();
  const std::string out = at_box(phone, register_request());
  EXPECT_FALSE(holds(out, "10.81.179.54"));
  receive(went_to(), granted(out));
  EXPECT_TRUE(holds(last(), "Contact: <sip:anna@10.81.179.54:61211;ob>\r\n"));
}

TEST_F(Defect, a_phone_that_took_our_own_address_for_its_contact_is_passed_on_as_it_is) {
  const FlowId phone = udp();
  const FlowId box_flow = registers(phone, register_request());
  const std::string adopted =
      with(register_request("UDP", "anna", "z9hG4bK-3"), "10.81.179.54:61211", "172.30.10.2:61211");
  const std::string out = at_box(phone, adopted);
  EXPECT_EQ(went_to(), box_flow);
  EXPECT_EQ(value_of(out, "Contact"), "<sip:anna@" + box_facing(box_flow) + ";ob>");
  receive(box_flow, granted(out));
  EXPECT_TRUE(holds(last(), "Contact: <sip:anna@172.30.10.2:61211;ob>\r\n"));
}

// --- What is nobody's business
// ------------------------------------------------------------------------------

TEST_F(Defect, the_digest_the_call_id_and_the_text_of_a_message_are_edited) {
  const FlowId phone = udp();
  const FlowId box_flow = registers(phone, register_request());
  std::string message = with_body(request_from_phone("MESSAGE"), "text/plain",
                                  "c=IN IP4 10.81.179.54\r\nsip:anna@10.81.179.54:61211 172.20.11.6:62895");
  message = with(message, "Call-ID: call-phone", "Call-ID: call@10.81.179.54:61211");
  message = with(message, "CSeq:",
                 "Authorization: Digest username=\"anna\", uri=\"sip:anna@10.81.179.54:61211\", "
                 "response=\"10.81.179.54\"\r\nSubject: <sip:anna@10.81.179.54:61211>\r\nCSeq:");
  EXPECT_EQ(at_box(phone, message), with(message, "Contact: <sip:anna@10.81.179.54:61211;ob>",
                                         "Contact: <sip:anna@" + box_facing(box_flow) + ";ob>"));
}

TEST_F(Defect, with_proxy_and_box_on_one_machine_the_boxs_address_in_from_and_to_is_edited) {
  const SocketAddress local{kBox.ip, 6060};  // the program runs on the Box (SIP_REDIRECT_PORT)
  const FlowId phone = proxy.phone_datagram(local, kPhone, kAnyMessage, now, actions).value();
  std::string message = register_request();
  message = with(with(message, "anna@fritz.box", "anna@172.30.10.1"), "anna@fritz.box", "anna@172.30.10.1");
  const std::string at = at_box(phone, message);
  EXPECT_EQ(value_of(at, "From"), "<sip:anna@172.30.10.1>;tag=1");
  EXPECT_EQ(value_of(at, "To"), "<sip:anna@172.30.10.1>");
  EXPECT_TRUE(at.starts_with("REGISTER sip:172.30.10.1 SIP/2.0\r\n"));
  receive(went_to(), granted(at));
  EXPECT_EQ(value_of(last(), "From"), "<sip:anna@172.30.10.1>;tag=1");
  EXPECT_EQ(value_of(last(), "To"), "<sip:anna@172.30.10.1>");
}

// --- Lives
// --------------------------------------------------------------------------------------------------

TEST_F(Defect, a_datagram_of_nothing_ends_the_registration) {
  const FlowId phone = udp();
  const FlowId box_flow = registers(phone, register_request());
  receive(phone, "");
  receive(box_flow, "");
  EXPECT_TRUE(sent.empty());
  receive(box_flow, invite_from_box("sip:anna@" + box_facing(box_flow)));
  EXPECT_EQ(went_to(), phone);
}

TEST_F(Defect, anyone_who_knows_a_user_name_cuts_the_owner_off) {
  for (const bool by_tcp : {false, true}) {
    const std::string user = by_tcp ? "bert" : "anna";
    const std::string transport = by_tcp ? "TCP" : "UDP";
    const FlowId owner = by_tcp ? tcp() : udp();
    const FlowId box_flow = registers(owner, register_request(transport, user));
    pass(60s);
    const FlowId stranger = by_tcp ? tcp(kStranger) : udp(kStranger);
    for (const std::string status : {"401 Unauthorized", "403 Forbidden", "404 Not Found"}) {
      receive(stranger, register_request(transport, user, "z9hG4bK-" + status.substr(0, 3)));
      ASSERT_NE(went_to(), stranger);
      receive(went_to(), response_to(last(), status));
      EXPECT_EQ(went_to(), stranger) << "his answers are his";
    }
    receive(box_flow, invite_from_box("sip:" + user + "@" + box_facing(box_flow), "z9hG4bK-" + user, user));
    EXPECT_EQ(went_to(), owner);
    EXPECT_FALSE(was_closed(owner));
  }
}

TEST_F(Defect, a_stranger_who_removes_all_bindings_without_a_password_removes_something) {
  const FlowId owner = udp();
  const FlowId box_flow = registers(owner, register_request());
  pass(60s);
  const FlowId stranger = udp(kStranger);
  const std::string all =
      with(register_request("UDP", "anna", "z9hG4bK-s"), "<sip:anna@10.81.179.54:61211;ob>", "*");
  receive(stranger, with(all, "Expires: 900", "Expires: 0"));
  receive(went_to(), response_to(last(), "401 Unauthorized"));
  receive(box_flow, invite_from_box("sip:anna@" + box_facing(box_flow)));
  EXPECT_EQ(went_to(), owner);
}

}  // namespace
}  // namespace fapfon::proxy
