// SPDX-License-Identifier: GPL-2.0-or-later
// What a 2xx to REGISTER means for a line (L3, L5), and which Contacts are a phone's own (H1).
#include "proxy/registration.hpp"

#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

class Registration : public Core {
 protected:
  std::string at_box(FlowId from, const std::string& request) {
    receive(from, request);
    box_flow = went_to();
    return last();
  }
  void answers(const std::string& request, const std::string& more) {
    receive(box_flow, response_to(request, "200 OK", more));
  }
  std::size_t registered() const { return note_count(Note::Kind::line_registered); }
  std::size_t unregistered() const { return note_count(Note::Kind::line_unregistered); }

  FlowId phone = udp();
  FlowId box_flow;
};

TEST_F(Registration, a_200_that_lists_the_contact_registers) {
  const std::string request = at_box(phone, register_request());
  answers(request, header_of(request, "Contact"));
  EXPECT_EQ(registered(), 1U);
}

TEST_F(Registration, a_200_without_any_contact_grants_what_was_asked_for) {
  answers(at_box(phone, register_request()), "");
  EXPECT_EQ(registered(), 1U);
  pass(900s + 31s);
  EXPECT_EQ(note_count(Note::Kind::line_expired), 0U);
  pass(2s);
  EXPECT_EQ(note_count(Note::Kind::line_expired), 1U);
}

TEST_F(Registration, a_200_that_lists_only_others_registers_nothing) {
  answers(at_box(phone, register_request()), "Contact: <sip:anna@172.30.10.9>;expires=900\r\n");
  EXPECT_EQ(registered(), 0U);
}

TEST_F(Registration, a_200_that_spells_the_user_otherwise_registers_for_the_time_that_it_says) {
  for (const char* user : {"%61nna", "a%6Ena", "Anna", "620"}) {
    const std::string request = at_box(udp(), register_request());
    const std::string contact = with(header_of(request, "Contact"), "anna@", std::string(user) + "@");
    answers(request, with(contact, "\r\n", ";expires=120\r\n"));
    EXPECT_TRUE(holds(last(), "Contact: <sip:anna@10.81.179.54:61211;ob>;expires=120\r\n")) << last();
    pass(120s + 31s);
    EXPECT_EQ(note_count(Note::Kind::line_expired), 0U) << user;
    pass(2s);
    EXPECT_EQ(note_count(Note::Kind::line_expired), 1U) << user;
    notes.clear();
  }
}

TEST_F(Registration, a_contact_that_only_a_call_has_named_is_no_binding_of_the_registrar) {
  const std::string request = at_box(phone, register_request());
  const std::string contact = header_of(request, "Contact");
  answers(request, contact + "Expires: 900\r\n");
  receive(phone, with(request_from_phone("INVITE"), "anna@10.81.179.54:61211;ob",
                      "anna@10.81.179.54:61211;transport=udp"));
  const std::string again = at_box(phone, register_request("UDP", "anna", "z9hG4bK-2"));
  answers(again, with(contact, ";ob>", ";transport=udp>;expires=900"));
  EXPECT_EQ(unregistered(), 0U);
}

TEST_F(Registration, a_200_with_expires_0_unregisters_and_one_to_a_query_changes_nothing) {
  const std::string request = at_box(phone, register_request());
  const std::string contact = header_of(request, "Contact");
  answers(request, contact + "Expires: 900\r\n");
  const std::string query =
      with(register_request("UDP", "anna", "z9hG4bK-q"), header_of(register_request(), "Contact"), "");
  answers(at_box(phone, query), contact + "Expires: 800\r\n");
  EXPECT_EQ(unregistered(), 0U);
  answers(at_box(phone, with(register_request("UDP", "anna", "z9hG4bK-0"), "Expires: 900", "Expires: 0")),
          "");
  EXPECT_EQ(unregistered(), 1U);
  EXPECT_EQ(proxy.counts().lines, 0U);
}

TEST_F(Registration, the_longest_expiry_that_a_header_can_say_is_no_problem) {
  const std::string request = at_box(phone, with(register_request(), "Expires: 900", "Expires: 4294967295"));
  answers(request, header_of(request, "Contact") + "Expires: 4294967295\r\n");
  EXPECT_EQ(registered(), 1U);
  pass(24h);
  EXPECT_EQ(note_count(Note::Kind::line_expired), 0U);
}

TEST_F(Registration, any_other_final_response_registers_nothing) {
  for (const char* status : {"401 Unauthorized", "407 Proxy", "403 Forbidden", "302 Moved", "500 Oops"}) {
    const std::string request =
        at_box(phone, register_request("UDP", "anna", std::string("z9hG4bK-") + status[2] + status[0]));
    receive(box_flow, response_to(request, status, header_of(request, "Contact")));
  }
  EXPECT_EQ(registered(), 0U);
  EXPECT_EQ(note_count(Note::Kind::registration_refused), 3U);
}

TEST_F(Registration, pjsips_register_with_two_contacts_leaves_one_live_binding) {
  const std::string first = at_box(phone, register_request());
  answers(first, header_of(first, "Contact") + "Expires: 900\r\n");
  const std::string two =
      with(register_request("UDP", "anna", "z9hG4bK-2"), "Contact: <sip:anna@10.81.179.54:61211;ob>",
           "Contact: <sip:anna@172.20.11.6:62895;ob>\r\nContact: <sip:anna@10.81.179.54:61211;ob>;expires=0");
  const std::string out_two = at_box(phone, two);
  EXPECT_FALSE(holds(out_two, "expires=0"));
  EXPECT_EQ(count_of(out_two, "@172.30.10.2:"), 2U);
  answers(out_two, header_of(out_two, "Contact") + "Expires: 900\r\n");
  EXPECT_EQ(unregistered(), 0U);
  EXPECT_TRUE(holds(last(), "Contact: <sip:anna@172.20.11.6:62895;ob>\r\n"));
}

TEST_F(Registration, another_account_on_the_same_flow_is_another_line) {
  const std::string first = at_box(phone, register_request());
  const FlowId first_flow = box_flow;
  at_box(phone, register_request("UDP", "bert"));
  EXPECT_NE(box_flow, first_flow);
  EXPECT_EQ(proxy.counts().lines, 2U);
}

TEST_F(Registration, a_second_device_that_speaks_while_the_first_is_heard_gets_a_line_of_its_own) {
  const std::string first = at_box(phone, register_request());
  answers(first, header_of(first, "Contact"));
  const FlowId first_flow = box_flow;
  pass(39s);
  const std::string second = register_request("UDP", "anna", "z9hG4bK-2");
  at_box(udp(kStranger), second);
  EXPECT_NE(box_flow, first_flow);
}

TEST_F(Registration, after_40_seconds_of_silence_it_is_the_same_phone) {
  const std::string first = at_box(phone, register_request());
  answers(first, header_of(first, "Contact"));
  const FlowId first_flow = box_flow;
  pass(40s);
  at_box(udp(kStranger), register_request("UDP", "anna", "z9hG4bK-2"));
  EXPECT_EQ(box_flow, first_flow);
}

TEST_F(Registration, another_instance_is_another_phone_however_silent_the_first_is) {
  const auto with_instance = [](const std::string& id, const std::string& branch) {
    return with(register_request("UDP", "anna", branch), ";ob>",
                ";ob>;+sip.instance=\"<urn:uuid:" + id + ">\"");
  };
  const std::string first = at_box(phone, with_instance("1", "z9hG4bK-1"));
  answers(first, header_of(first, "Contact"));
  const FlowId first_flow = box_flow;
  pass(60s);
  at_box(udp(kStranger), with_instance("2", "z9hG4bK-2"));
  EXPECT_NE(box_flow, first_flow);
  at_box(udp({kStranger.ip, 2}), with_instance("1", "z9hG4bK-3"));
  EXPECT_EQ(box_flow, first_flow);
}

}  // namespace
}  // namespace fapfon::proxy
