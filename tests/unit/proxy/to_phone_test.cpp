// SPDX-License-Identifier: GPL-2.0-or-later
// From the Box to the phone: which flow a message goes to, which call waits, and what a registration changes.
// What the message looks like then is in tests/unit/rewrite and tests/golden.
#include "proxy/to_phone.hpp"

#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

class TowardsPhone : public Core {
 protected:
  explicit TowardsPhone(const Config& config = {}) : Core(config) {}
  FlowId registers(FlowId phone, const std::string& request = register_request()) {
    receive(phone, request);
    const FlowId box = went_to();
    receive(box, granted(last()));
    return box;
  }
  static std::string again(const std::string& branch) { return register_request("UDP", "anna", branch); }
  std::string facing(FlowId box) const { return proxy.flow(box)->local.to_string(); }
  std::string contact_of(FlowId box) const { return "sip:anna@" + facing(box) + ";ob"; }
  static std::string in_dialog(const std::string& invite, const std::string& method) {
    const std::string request = with(with(invite, "INVITE", method), "7 INVITE", "8 " + method);
    return with(with(request, "branch=z9hG4bK-box", "branch=z9hG4bK-8"), "\r\nCall-ID", ";tag=1\r\nCall-ID");
  }
  /// INVITEs that have gone to a phone.
  std::size_t invites_on(FlowId phone) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        sent, [&](const Sent& one) { return one.flow == phone && holds(one.bytes, "INVITE sip:"); }));
  }
  const Note* note(Note::Kind kind) const {
    const auto found = std::ranges::find(notes, kind, &Note::kind);
    return found == notes.end() ? nullptr : &*found;
  }
};

// --- Which flow ------------------------------------------------------------------------------------------

TEST_F(TowardsPhone, L4_the_contact_in_the_request_uri_says_which_flow) {
  const FlowId by_udp = udp();
  const FlowId box = registers(by_udp);
  const FlowId by_tcp = tcp({kPhone.ip, 50000});
  receive(by_tcp, with(register_request("TCP", "anna", "z9hG4bK-tcp"), ";ob>", ";transport=tcp;ob>"));
  receive(went_to(), response_to(last(), "200 OK",
                                 "Contact: <" + contact_of(box) + ">;expires=900\r\n" +
                                     header_of(last(), "Contact") + "Expires: 900\r\n"));
  receive(box, invite_from_box("sip:anna@" + facing(box) + ";transport=tcp;ob", "z9hG4bK-a", "a"));
  EXPECT_EQ(went_to(), by_tcp);
  receive(box, invite_from_box(contact_of(box), "z9hG4bK-b", "b"));
  EXPECT_EQ(went_to(), by_udp);
}

TEST_F(TowardsPhone, L4_any_other_request_uri_goes_to_the_newest_verified_flow) {
  const FlowId box = registers(udp());
  const FlowId newer = udp({kPhone.ip, 50000});
  registers(newer, again("z9hG4bK-newer"));
  receive(box, invite_from_box("sip:somebody@" + facing(box)));
  EXPECT_EQ(went_to(), newer);
  receive(box, invite_from_box("tel:+49301234567", "z9hG4bK-tel", "tel"));
  EXPECT_EQ(went_to(), newer);
}

TEST_F(TowardsPhone, L3_a_flow_that_the_box_has_not_confirmed_gets_nothing) {
  const FlowId phone = udp();
  const FlowId box = registers(phone);
  receive(udp({kPhone.ip, 50000}), again("z9hG4bK-newer"));
  receive(box, invite_from_box(contact_of(box)));
  EXPECT_EQ(went_to(), phone);
}

TEST_F(TowardsPhone, a_line_that_was_never_registered_hears_on_the_flow_that_spoke_last) {
  const FlowId phone = udp();
  receive(phone, request_from_phone("OPTIONS"));
  const FlowId box = went_to();
  const std::string invite = invite_from_box(contact_of(box));
  receive(box, with(with(invite, "INVITE", "OPTIONS"), "7 INVITE", "7 OPTIONS"));
  EXPECT_EQ(went_to(), phone);
  receive(box, invite);
  EXPECT_TRUE(sent.empty()) << "L8: a call is for those that the Box has accepted";
}

TEST_F(TowardsPhone, L8_without_a_phone_a_request_is_dropped_and_not_answered) {
  const FlowId phone = tcp();
  const FlowId box = registers(phone, register_request("TCP"));
  closed(phone);
  receive(box, with(with(invite_from_box(contact_of(box)), "INVITE", "OPTIONS"), "7 INVITE", "7 OPTIONS"));
  EXPECT_TRUE(sent.empty());
  ASSERT_NE(note(Note::Kind::message_dropped), nullptr);
  EXPECT_EQ(note(Note::Kind::message_dropped)->text, "the phone is not connected");
  EXPECT_EQ(note_count(Note::Kind::call_waits), 0U) << "only a call waits";
}

TEST_F(TowardsPhone, a_request_to_an_address_in_stock_is_dropped) {
  const FlowId in_stock = proxy.offer_box_facing({IpAddress::v4(172, 30, 10, 2), 40000}, now).udp;
  receive(in_stock, invite_from_box("sip:anna@172.30.10.2:40000"));
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(note_count(Note::Kind::message_dropped), 1U);
}

// --- A call that waits -------------------------------------------------------------------------------------

class WaitingCallTest : public TowardsPhone {
 protected:
  WaitingCallTest() {
    const FlowId phone = tcp();
    box = registers(phone, register_request("TCP"));
    closed(phone);
    invite = invite_from_box(contact_of(box));
    receive(box, invite);
    EXPECT_TRUE(sent.empty());
  }
  /// The phone is back; what goes to it is in `sent`.
  FlowId comes_back(const std::string& branch = "z9hG4bK-back", std::uint16_t port = 50001) {
    const FlowId phone = tcp({kPhone.ip, port});
    receive(phone, register_request("TCP", "anna", branch));
    receive(went_to(), granted(last()));
    return phone;
  }
  FlowId box;
  std::string invite;
};

TEST_F(WaitingCallTest, L8_rings_as_soon_as_the_phone_has_registered) {
  ASSERT_NE(note(Note::Kind::call_waits), nullptr);
  EXPECT_EQ(note(Note::Kind::call_waits)->text, "call-box");
  pass(31s);
  EXPECT_EQ(invites_on(comes_back()), 1U);
}

TEST_F(WaitingCallTest, L8_is_told_once_however_often_it_is_repeated_and_its_time_does_not_grow) {
  pass(20s);
  receive(box, invite);
  EXPECT_EQ(note_count(Note::Kind::call_waits), 1U);
  pass(12s);
  EXPECT_EQ(invites_on(comes_back()), 0U) << "the Box has given up after 32 s";
}

TEST_F(WaitingCallTest, L8_is_over_after_32_seconds_also_where_the_timer_is_late) {
  now += 32s;
  EXPECT_EQ(invites_on(comes_back()), 0U);
}

TEST_F(WaitingCallTest, L8_a_cancel_forgets_it_and_that_of_another_call_does_not) {
  const std::string cancel = with(with(invite, "INVITE", "CANCEL"), "7 INVITE", "7 CANCEL");
  receive(box, with(cancel, "call-box", "call-other"));
  EXPECT_EQ(invites_on(comes_back()), 1U);
  receive(box, cancel);
  EXPECT_EQ(invites_on(comes_back("z9hG4bK-2", 50002)), 0U);
}

TEST_F(WaitingCallTest, L8_the_newest_one_takes_its_place) {
  receive(box, invite_from_box(contact_of(box), "z9hG4bK-second", "call-second"));
  EXPECT_EQ(note_count(Note::Kind::call_waits), 2U);
  const FlowId phone = comes_back();
  EXPECT_EQ(invites_on(phone), 1U);
  EXPECT_TRUE(holds(last_on(phone), "call-second"));
}

TEST_F(WaitingCallTest, L4_goes_to_each_flow_once_until_the_phone_answers) {
  const FlowId phone = comes_back();
  ASSERT_EQ(invites_on(phone), 1U);
  receive(phone, register_request("TCP", "anna", "z9hG4bK-refresh"));
  receive(went_to(), granted(last()));
  EXPECT_EQ(invites_on(phone), 0U) << "it has got it already";
  EXPECT_EQ(invites_on(comes_back("z9hG4bK-other", 50003)), 1U);
}

TEST_F(WaitingCallTest, a_request_in_a_dialog_does_not_wait) {
  receive(box, in_dialog(invite, "INVITE"));
  EXPECT_EQ(note_count(Note::Kind::call_waits), 1U);
  const FlowId phone = comes_back();
  EXPECT_EQ(invites_on(phone), 1U);
  EXPECT_FALSE(holds(last_on(phone), ";tag=1\r\nCall-ID"));
}

class WithoutPorts : public TowardsPhone {
 protected:
  static Config relaying() {
    Config config;
    config.media = MediaMode::relay;
    return config;
  }
  WithoutPorts() : TowardsPhone(relaying()) {}
};

TEST_F(WithoutPorts, M2_a_call_of_the_box_gets_503_and_does_not_wait_for_the_phone) {
  const FlowId box = registers(udp());
  receive(box, with_body(invite_from_box(contact_of(box)), "application/sdp", session("172.30.10.1")));
  EXPECT_EQ(went_to(), box);
  EXPECT_TRUE(holds(last(), "SIP/2.0 503 ")) << last();
  EXPECT_EQ(proxy.counts().relayed_calls, 0U);
  EXPECT_EQ(proxy.counts().pending, 0U);
  const FlowId elsewhere = udp({kPhone.ip, 50000});
  registers(elsewhere, again("z9hG4bK-moved"));
  EXPECT_EQ(sent.size(), 1U) << "only the 200: neither the call nor another 503";
}

// --- Responses -------------------------------------------------------------------------------------------

TEST_F(TowardsPhone, F8_a_response_without_a_request_is_dropped) {
  const FlowId box = registers(udp());
  receive(box, response_to(request_from_phone("OPTIONS"), "200 OK"));
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(note(Note::Kind::message_dropped)->text, "no request for this response");
}

TEST_F(TowardsPhone, L4_when_the_flow_of_the_request_is_gone_the_response_goes_where_the_phone_is_now) {
  const FlowId first = tcp();
  registers(first, register_request("TCP"));
  receive(first, request_from_phone("OPTIONS", "TCP"));
  const FlowId box = went_to();
  const std::string options = last();
  closed(first);
  const FlowId second = tcp({kPhone.ip, 50001});
  registers(second, register_request("TCP", "anna", "z9hG4bK-second"));
  receive(box, response_to(options, "200 OK"));
  EXPECT_EQ(went_to(), second);
}

TEST_F(TowardsPhone, a_response_for_a_phone_that_is_gone_is_dropped_and_ends_its_transaction) {
  const FlowId phone = tcp();
  receive(phone, register_request("TCP"));
  const FlowId box = went_to();
  const std::string request = last();
  closed(phone);
  receive(box, granted(request));
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(note(Note::Kind::message_dropped)->text, "the phone is not connected");
  EXPECT_EQ(proxy.counts().pending, 0U);
  EXPECT_EQ(note_count(Note::Kind::line_registered), 0U);
}

// --- Registration ----------------------------------------------------------------------------------------

TEST_F(TowardsPhone, L6_a_registration_is_made_shorter_by_udp_and_left_alone_by_tcp) {
  const FlowId phone = udp();
  registers(phone);
  EXPECT_TRUE(holds(last_on(phone), "Expires: 300\r\n")) << last();
  const FlowId by_tcp = tcp({kPhone.ip, 50000});
  registers(by_tcp, register_request("TCP", "anna", "z9hG4bK-tcp"));
  EXPECT_TRUE(holds(last_on(by_tcp), "Expires: 900\r\n")) << last();
}

TEST_F(TowardsPhone, a_registration_is_told_with_account_and_box_facing_address) {
  const FlowId box = registers(udp());
  const Note* registered = note(Note::Kind::line_registered);
  ASSERT_NE(registered, nullptr);
  EXPECT_EQ(registered->text, "anna@fritz.box");
  EXPECT_EQ(registered->box_facing, proxy.flow(box)->local);
  registers(udp(), again("z9hG4bK-refresh"));
  EXPECT_EQ(note_count(Note::Kind::line_registered), 1U) << "a refresh is no news";
}

TEST_F(TowardsPhone, L3_another_flow_of_the_same_phone_takes_the_line_over) {
  registers(udp());
  const FlowId newer = udp({kPhone.ip, 50000});
  registers(newer, again("z9hG4bK-newer"));
  const Note* taken = note(Note::Kind::line_taken_over);
  ASSERT_NE(taken, nullptr);
  EXPECT_EQ(taken->flow, newer);
}

TEST_F(TowardsPhone, a_refusal_is_told_with_its_status_and_a_challenge_is_not) {
  const FlowId phone = udp();
  for (const char* status : {"401 Unauthorized", "407 Proxy Authentication Required", "100 Trying"}) {
    receive(phone, register_request("UDP", "anna", std::string("z9hG4bK-") + status[0] + status[2]));
    receive(went_to(), response_to(last(), status));
  }
  EXPECT_EQ(note(Note::Kind::registration_refused), nullptr);
  receive(phone, again("z9hG4bK-last"));
  receive(went_to(), response_to(last(), "403 Forbidden"));
  ASSERT_NE(note(Note::Kind::registration_refused), nullptr);
  EXPECT_EQ(note(Note::Kind::registration_refused)->text, "403");
  EXPECT_EQ(note_count(Note::Kind::line_registered), 0U);
}

TEST_F(TowardsPhone, N6_each_registration_that_the_box_confirms_has_to_survive_a_restart) {
  const FlowId phone = udp();
  receive(phone, register_request());
  const FlowId box = went_to();
  proxy.receive(box, granted(last()), now, actions);
  const LineId line = proxy.flow(box)->line;
  EXPECT_TRUE(std::ranges::any_of(actions.list(), [&](const Action& action) {
    const auto* changed = std::get_if<Changed>(&action);
    return changed != nullptr && changed->line == line;
  }));
}

TEST_F(TowardsPhone, L7_only_while_it_is_registered_a_flow_by_udp_is_kept_alive) {
  const FlowId phone = udp();
  const FlowId box = registers(phone);
  pass(25s);
  EXPECT_EQ(last_on(phone), "\r\n");
  receive(phone, with(again("z9hG4bK-end"), "Expires: 900", "Expires: 0"));
  receive(box, response_to(last(), "200 OK"));
  EXPECT_EQ(note_count(Note::Kind::line_unregistered), 1U);
  pass(60s);
  EXPECT_EQ(last_on(phone), "");
}

}  // namespace
}  // namespace fapfon::proxy
