// SPDX-License-Identifier: GPL-2.0-or-later
// L3, L4: which flow speaks for a call, and for which dialog of it. UPDATE moves a call as a re-INVITE does;
// what is refused, repeated, late, or of somebody else moves nothing. And what becomes of calls whose phone
// is gone (point 14 of issue 10).
#include "unit/proxy/call_core.hpp"

namespace fapfon::proxy {
namespace {

constexpr SocketAddress kElsewhere{IpAddress::v4(172, 20, 11, 99), 50000};

class CallMoves : public CallCore, public testing::WithParamInterface<const char*> {
 protected:
  std::string refreshes(unsigned cseq, FlowId flow, std::uint16_t port = 4000) {
    return phone_asks(GetParam(), {.cseq = cseq, .to_tag = "box", .port = port}, flow);
  }
  /// The Box's next request in the call goes there.
  FlowId follows(unsigned cseq) {
    box_asks("OPTIONS", {.cseq = cseq, .to_tag = "phone"});
    return went_to();
  }
  FlowId elsewhere = udp(kElsewhere);
};

INSTANTIATE_TEST_SUITE_P(By, CallMoves, testing::Values("INVITE", "UPDATE"),
                         [](const auto& method) { return std::string(method.param); });

TEST_P(CallMoves, L4_a_refresh_from_elsewhere_moves_the_call_and_its_audio) {
  phone_calls();
  const std::string refresh = refreshes(2, elsewhere);
  EXPECT_EQ(follows(900), phone) << "not before the Box has accepted it";
  box_answers(refresh, "200 OK", {.port = 7078});
  EXPECT_EQ(went_to(), elsewhere);
  EXPECT_EQ(follows(901), elsewhere);
  EXPECT_EQ(port_of_box(kElsewhere.ip), 7078);
  EXPECT_EQ(port_of_box(), 0) << "nobody is there any more";
}

TEST_P(CallMoves, L4_a_refresh_that_is_refused_moves_nothing) {
  phone_calls();
  for (const char* status :
       {"401 Unauthorized", "481 Call/Transaction Does Not Exist", "491 Request Pending"}) {
    box_answers(
        phone_asks(GetParam(),
                   {.cseq = 2, .to_tag = "box", .port = 5000, .branch = std::string("z9hG4bK") + status[2]},
                   elsewhere),
        status);
    EXPECT_EQ(follows(900), phone);
    expect_audio(4000, 7078);
  }
}

TEST_P(CallMoves, L4_a_late_200_of_an_earlier_refresh_does_not_move_the_call_back) {
  phone_calls();
  const std::string first = refreshes(2, phone);
  box_answers(first, "200 OK", {.port = 7078});
  box_answers(refreshes(3, elsewhere), "200 OK", {.port = 7078});
  box_answers(first, "200 OK", {.port = 7078});
  EXPECT_EQ(follows(900), elsewhere);
  EXPECT_EQ(port_of_box(kElsewhere.ip), 7078);
}

TEST_P(CallMoves, L4_a_refresh_of_a_dialog_that_nobody_knows_moves_nothing) {
  phone_calls();
  box_answers(phone_asks(GetParam(), {.cseq = 2, .to_tag = "other", .port = 5000}, elsewhere), "200 OK",
              {.port = 7300});
  EXPECT_EQ(follows(900), phone);
  expect_audio(4000, 7078);
}

TEST_P(CallMoves, L4_a_refresh_of_the_box_moves_nothing) {
  phone_calls();
  phone_answers(box_asks(GetParam(), {.cseq = 900, .to_tag = "phone", .port = 7078}), "200 OK",
                {.port = 4000});
  EXPECT_EQ(follows(901), phone);
  expect_audio(4000, 7078);
}

TEST_P(CallMoves, H1_a_refresh_with_another_contact_counts_when_it_is_accepted) {
  phone_calls();
  const auto requested = [&](unsigned cseq) {
    const std::string request = box_asks("OPTIONS", {.cseq = cseq, .to_tag = "phone"});
    return request.substr(0, request.find(" SIP/2.0"));
  };
  Words words{.cseq = 2, .to_tag = "box", .port = 4000, .contact = "<sip:anna@192.168.43.5:5070;ob>"};
  box_answers(phone_asks(GetParam(), words), "488 Not Acceptable Here");
  EXPECT_EQ(requested(900), "OPTIONS sip:anna@10.81.179.54:61211;ob");
  words.cseq = 3;
  const std::string accepted = phone_asks(GetParam(), words);
  EXPECT_EQ(requested(901), "OPTIONS sip:anna@10.81.179.54:61211;ob");
  box_answers(accepted, "200 OK", {.port = 7078});
  EXPECT_EQ(requested(902), "OPTIONS sip:anna@192.168.43.5:5070;ob");
}

using CallFlows = CallCore;

TEST_F(CallFlows, H1_a_200_of_the_phone_that_comes_again_does_not_bring_its_contact_back) {
  const std::string invite = box_asks("INVITE", {.port = 7078});
  phone_answers(invite, "200 OK", {.port = 4000, .contact = "<sip:anna@192.168.43.5;ob>"});
  box_asks("ACK", {.to_tag = "phone"});
  phone_answers(box_asks("INVITE", {.cseq = 2, .to_tag = "phone", .port = 7078}), "200 OK",
                {.port = 4000, .contact = "<sip:anna@192.168.43.6;ob>"});
  const std::string again =
      phone_answers(invite, "200 OK", {.port = 4000, .contact = "<sip:anna@192.168.43.5;ob>"});
  EXPECT_EQ(value_of(again, "Contact"), "<" + target + ">");
  EXPECT_EQ(box_asks("OPTIONS", {.cseq = 3, .to_tag = "phone"}).substr(0, 35),
            "OPTIONS sip:anna@192.168.43.6;ob SI");
}

TEST_F(CallFlows, H1_an_invite_that_comes_late_does_not_bring_its_contact_back) {
  box_answers(phone_asks("INVITE", {.cseq = 1, .port = 4000, .contact = "<sip:anna@192.168.43.5;ob>"}),
              "401 Unauthorized");
  const std::string second =
      phone_asks("INVITE", {.cseq = 2, .port = 4000, .contact = "<sip:anna@192.168.43.6;ob>"});
  phone_asks("INVITE", {.cseq = 1, .port = 4000, .contact = "<sip:anna@192.168.43.5;ob>"});
  box_answers(second, "200 OK", {.port = 7078});
  EXPECT_EQ(box_asks("OPTIONS", {.cseq = 3, .to_tag = "phone"}).substr(0, 35),
            "OPTIONS sip:anna@192.168.43.6;ob SI");
}

/// The phone is registered by UDP and by TCP, and the Box rings both Contacts with one call.
class TwoFlows : public CallCore {
 protected:
  TwoFlows() {
    by_tcp = tcp({kPhone.ip, 40001});
    std::string request = with(register_request("TCP", "anna", "z9hG4bK-tcp"), ";ob", ";transport=tcp");
    request = with(request, "61211;transport", "40001;transport");
    receive(by_tcp, request);
    EXPECT_EQ(proxy.counts().lines, 1U);
    const FlowId box_tcp = went_to();
    receive(box_tcp,
            response_to(last(), "200 OK",
                        header_of(last(), "Contact") + "Contact: <" + target + ">\r\nExpires: 900\r\n"));
    first = ring("z9hG4bK-a", target);
    EXPECT_EQ(went_to(), phone);
    second = ring("z9hG4bK-b", "sip:anna@172.30.10.2:43205;transport=tcp");
    EXPECT_EQ(went_to(), by_tcp);
    phone_answers(first, "180 Ringing", {.to_tag = "first"});
    phone_answers(second, "180 Ringing", {.to_tag = "second"}, by_tcp);
  }
  std::string ring(const std::string& branch, std::string uri) {
    const std::string before = std::exchange(target, std::move(uri));
    const std::string invite = box_asks("INVITE", {.port = 7078, .branch = branch});
    target = before;
    return invite;
  }
  FlowId goes_to(const std::string& method, const std::string& to_tag, unsigned cseq = 2) {
    box_asks(method, {.cseq = cseq, .to_tag = to_tag});
    return went_to();
  }
  FlowId by_tcp;
  std::string first;
  std::string second;
};

TEST_F(TwoFlows, H7_requests_of_each_early_dialog_go_where_it_rings) {
  EXPECT_EQ(goes_to("UPDATE", "first"), phone);
  EXPECT_EQ(goes_to("UPDATE", "second"), by_tcp);
}

TEST_F(TwoFlows, M2_when_both_accept_the_bye_of_one_reaches_that_one_and_leaves_the_other_its_audio) {
  phone_answers(first, "200 OK", {.to_tag = "first", .port = 4000});
  phone_answers(second, "200 OK", {.to_tag = "second", .port = 4100}, by_tcp);
  expect_audio(4000, 7078);
  EXPECT_EQ(goes_to("ACK", "second", 1), by_tcp);
  EXPECT_EQ(goes_to("BYE", "second"), by_tcp);
  EXPECT_EQ(goes_to("OPTIONS", "first"), phone);
  expect_audio(4000, 7078);
  EXPECT_EQ(goes_to("BYE", "first", 3), phone);
  EXPECT_EQ(proxy.counts().relayed_calls, 0U);
}

TEST_F(TwoFlows, M2_a_refusal_of_one_leaves_the_call_of_the_other) {
  phone_answers(second, "486 Busy Here", {.to_tag = "second"}, by_tcp);
  phone_answers(first, "200 OK", {.to_tag = "first", .port = 4000});
  phone_answers(second, "486 Busy Here", {.to_tag = "second"}, by_tcp);
  expect_audio(4000, 7078);
}

// --- Point 14: the phone is gone ---

class Gone : public testing::WithParamInterface<MediaMode>, public CallCore {
 protected:
  Gone() : CallCore(GetParam()) {
    phone = tcp({kPhone.ip, 40001});
    registers(phone, register_request("TCP", "anna", "z9hG4bK-tcp"));
  }
  /// What the Box sends has nobody to go to.
  void box_says(const std::string& method, const Words& words) {
    box_asks(method, words);
    EXPECT_EQ(went_to(), FlowId{});
  }
  [[nodiscard]] std::size_t ended_calls() const { return call_reports + note_count(Note::Kind::call_ended); }
};

INSTANTIATE_TEST_SUITE_P(Audio, Gone, testing::Values(MediaMode::direct, MediaMode::relay),
                         [](const auto& mode) {
                           return mode.param == MediaMode::relay ? "relayed" : "direct";
                         });

TEST_P(Gone, M2_a_bye_of_the_box_ends_the_call) {
  for (const bool by_phone : {true, false}) {
    by_phone ? phone_calls() : box_calls();
    closed(phone);
    box_says("BYE", {.cseq = 900, .to_tag = "phone", .from_tag = "other"});
    EXPECT_EQ(ended_calls(), by_phone ? 0U : 1U) << "of another dialog";
    box_says("BYE", {.cseq = 901, .to_tag = "phone"});
    EXPECT_EQ(ended_calls(), by_phone ? 1U : 2U);
    EXPECT_EQ(proxy.counts().relayed_calls, 0U);
    phone = tcp({kPhone.ip, 40002});
    registers(phone, register_request("TCP", "anna", "z9hG4bK-again"));
  }
}

TEST_P(Gone, M2_a_cancel_of_the_box_ends_the_call) {
  phone_answers(box_asks("INVITE", {.port = 7078}), "180 Ringing");
  closed(phone);
  box_says("CANCEL", {.branch = "z9hG4bK-other"});
  EXPECT_EQ(ended_calls(), 0U);
  box_says("CANCEL", {.branch = "z9hG4bK-INVITE1"});
  EXPECT_EQ(ended_calls(), 1U);
  EXPECT_EQ(proxy.counts().relayed_calls, 0U);
}

TEST_P(Gone, M2_a_cancel_of_one_of_two_branches_leaves_the_other) {
  box_asks("INVITE", {.port = 7078, .branch = "z9hG4bK-a"});
  box_asks("INVITE", {.port = 7078, .branch = "z9hG4bK-b"});
  closed(phone);
  box_says("CANCEL", {.branch = "z9hG4bK-a"});
  EXPECT_EQ(ended_calls(), 0U);
  box_says("CANCEL", {.branch = "z9hG4bK-b"});
  EXPECT_EQ(ended_calls(), 1U);
}

TEST_P(Gone, M2_a_cancel_of_a_call_that_is_up_ends_nothing) {
  box_calls();
  closed(phone);
  box_says("CANCEL", {.branch = "z9hG4bK-INVITE1"});
  EXPECT_EQ(ended_calls(), 0U);
}

}  // namespace
}  // namespace fapfon::proxy
