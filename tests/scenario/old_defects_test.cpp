// SPDX-License-Identifier: GPL-2.0-or-later
// Defects of the old program that ours must not have, those that a message alone can show. The test writes
// the bytes itself, so that they can be as unusual as real phones are. Elsewhere: two messages in one read
// (limits_test), both sides closing at once and a connect that hangs (box_down_test), who may take a line
// over (take_over_test), a datagram of nothing (keep_alive_test), growing memory (lifetime_test).
#include "scenario/scenario.hpp"

namespace fapfon::scenario {
namespace {

class OldDefect : public Scenario {
 protected:
  /// What the Box got when the phone sent this; the phone does not know what the test wrote in its name.
  std::optional<Message> box_gets(const std::string& bytes, Transport transport = Transport::udp) {
    Station& phone = transport == Transport::udp ? carl : anna;
    const std::size_t before = world.box().requests().size();
    phone.sends(bytes);
    world.forget_complaints();
    if (world.box().requests().size() == before) return std::nullopt;
    return world.box().requests().back().message;
  }

  static std::string with_contact(const std::string& contact_line) {
    return "REGISTER sip:172.30.10.1 SIP/2.0\r\n"
           "Via: SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKa\r\n"
           "From: <sip:carl@172.30.10.1>;tag=1\r\nTo: <sip:carl@172.30.10.1>\r\nCall-ID: a@10.81.179.54\r\n"
           "CSeq: 1 REGISTER\r\n" +
           contact_line + "\r\nExpires: 300\r\nContent-Length: 0\r\n\r\n";
  }

  static std::string invite(const std::string& session, const std::string& length_line) {
    return "INVITE sip:**1@172.30.10.1 SIP/2.0\r\n"
           "Via: SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKb\r\n"
           "From: <sip:carl@172.30.10.1>;tag=1\r\nTo: <sip:**1@172.30.10.1>\r\nCall-ID: b@10.81.179.54\r\n"
           "CSeq: 1 INVITE\r\nContact: <sip:carl@10.81.179.54:61211>\r\nContent-Type: application/sdp\r\n" +
           length_line + "\r\n" + session;
  }

  Station& anna = world.add_phone(at(kOtherVpnAddress, app_2018("anna")));
  Station& carl = world.add_phone(softphone("carl"));
};

struct Form {
  const char* name;
  const char* line;
};

class ContactForm : public OldDefect, public testing::WithParamInterface<Form> {};

constexpr Form kForms[] = {
    {"display_name", "Contact: \"Carl, at home\" <sip:carl@10.81.179.54:61211>"},
    {"without_port", "Contact: <sip:carl@10.81.179.54>"},
    {"host_name", "Contact: <sip:carl@phone.example.org:61211>"},
    {"without_brackets", "Contact: sip:carl@10.81.179.54:61211;expires=300"},
    {"sips", "Contact: <sips:carl@10.81.179.54:61211>"},
    {"without_user", "Contact: <sip:10.81.179.54:61211>"},
    {"folded", "Contact:\r\n <sip:carl@10.81.179.54:61211>\r\n ;expires=300"},
    {"blank_before_colon", "Contact : <sip:carl@10.81.179.54:61211>"},
    {"lower_case", "contact: <sip:carl@10.81.179.54:61211>"},
    {"after_an_empty_header", "Subject:\r\nContact: <sip:carl@10.81.179.54:61211>"},
    {"learned_from_received", "Contact: <sip:carl@172.30.10.2:61211>"},
    {"observed_and_source_port", "Contact: <sip:carl@172.20.11.6:61211>"},
};

std::string form_name(const testing::TestParamInfo<Form>& form) {
  return form.param.name;
}

INSTANTIATE_TEST_SUITE_P(H1, ContactForm, testing::ValuesIn(kForms), form_name);

TEST_P(ContactForm, reaches_the_box_as_the_box_facing_address) {
  carl.registers();
  const auto ours = box_facing("carl");
  ASSERT_TRUE(ours.has_value());
  carl.sends(with_contact(GetParam().line));
  world.forget_complaints();  // the Box's reader knows no folding
  const std::string seen = world.last_bytes_to_box();
  EXPECT_NE(seen.find(ours->to_string()), std::string::npos) << seen;
  EXPECT_EQ(seen.find("sip:carl@10.81.179.54"), std::string::npos) << seen;
}

TEST_F(OldDefect, F4_compact_names_are_understood) {
  carl.registers();
  const auto ours = box_facing("carl");
  std::string bytes = with_contact("m: <sip:carl@10.81.179.54:61211>");
  carl.sends(bytes);
  world.forget_complaints();
  EXPECT_NE(world.last_bytes_to_box().find("m: <sip:carl@" + ours->to_string()), std::string::npos);
}

TEST_F(OldDefect, F6_the_call_id_keeps_the_address_in_it) {
  const auto seen = box_gets(with_contact("Contact: <sip:carl@10.81.179.54:61211>"));
  ASSERT_TRUE(seen.has_value());
  EXPECT_EQ(seen->get("Call-ID"), "a@10.81.179.54");
}

TEST_F(OldDefect, a_message_with_two_vias_passes) {
  std::string bytes = with_contact("Contact: <sip:carl@10.81.179.54:61211>");
  bytes.insert(bytes.find("From:"), "Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKinner\r\n");
  const auto seen = box_gets(bytes);
  ASSERT_TRUE(seen.has_value());
  EXPECT_EQ(seen->values("Via").size(), 2U);
}

TEST_F(OldDefect, an_empty_header_value_passes) {
  std::string bytes = with_contact("Contact: <sip:carl@10.81.179.54:61211>");
  bytes.insert(bytes.find("From:"), "Subject:\r\nOrganization: \r\n");
  const auto seen = box_gets(bytes);
  ASSERT_TRUE(seen.has_value());
  EXPECT_TRUE(seen->has("Organization"));
}

TEST_F(OldDefect, F1_a_missing_content_length_on_udp_reaches_to_the_end_of_the_datagram) {
  const auto seen =
      box_gets(invite("v=0\r\no=- 1 1 IN IP4 10.81.179.54\r\ns=-\r\nc=IN IP4 10.81.179.54\r\nt=0 0\r\n"
                      "m=audio 4000 RTP/AVP 8\r\n",
                      ""));
  ASSERT_TRUE(seen.has_value());
  EXPECT_NE(seen->body.find("c=IN IP4 172.20.11.6\r\n"), std::string::npos);
  EXPECT_TRUE(seen->body.ends_with("m=audio 4000 RTP/AVP 8\r\n"));
}

TEST_F(OldDefect, the_last_line_of_the_sdp_may_hold_the_address) {
  const std::string session =
      "v=0\r\no=- 1 1 IN IP4 10.81.179.54\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"
      "c=IN IP4 10.81.179.54";
  const auto seen = box_gets(invite(session, "Content-Length: " + std::to_string(session.size()) + "\r\n"));
  ASSERT_TRUE(seen.has_value());
  EXPECT_TRUE(seen->body.ends_with("c=IN IP4 172.20.11.6"));
  EXPECT_EQ(seen->get("Content-Length"), std::to_string(seen->body.size()));
}

TEST_F(OldDefect, a_body_of_65436_bytes_passes_whole) {
  std::string bytes = with_contact("Contact: <sip:anna@10.81.179.54:61211>");
  const std::string length = "Content-Length: ";
  bytes.replace(bytes.find(length), length.size() + 1, length + "65436");
  const auto seen = box_gets(bytes + std::string(65436, 'x'), Transport::tcp);
  ASSERT_TRUE(seen.has_value());
  EXPECT_EQ(seen->body.size(), 65436U);
}

TEST_F(OldDefect, the_next_message_on_that_connection_passes_too) {
  std::string bytes = with_contact("Contact: <sip:anna@10.81.179.54:61211>");
  const std::string length = "Content-Length: ";
  bytes.replace(bytes.find(length), length.size() + 1, length + "65436");
  box_gets(bytes + std::string(65436, 'x'), Transport::tcp);
  EXPECT_TRUE(anna.registers().is_registered());
}

/// Proxy and Box on one machine: the box-facing address has the Box's own IP address.
class OneMachine : public Scenario {
 protected:
  OneMachine() : Scenario({}, Path::through_proxy, Home{.lan = IpAddress::v4(172, 30, 10, 1)}) {}
};

TEST_F(OneMachine, F6_the_boxs_own_address_in_from_and_to_stays) {
  Station& anna = world.add_phone(app_2018("anna"));
  EXPECT_TRUE(anna.registers().is_registered());
  EXPECT_EQ(world.box().requests("REGISTER").back().message.get("To"), "<sip:anna@172.30.10.1>");
}

TEST_F(OneMachine, calls_work_in_both_directions) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.registers();
  anna.calls();
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::up);
  world.box_calls("anna");
  EXPECT_TRUE(anna.rings());
}

TEST_F(OneMachine, S3_the_box_is_asked_for_audio_at_its_own_address_only) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.registers();
  anna.calls();
  EXPECT_EQ(anna.last_call().audio, SocketAddress::parse("172.30.10.1:7078"));
  EXPECT_EQ(world.last_box_call().audio, SocketAddress::parse("172.20.11.6:4000"));
}

}  // namespace
}  // namespace fapfon::scenario
