// SPDX-License-Identifier: GPL-2.0-or-later
// L5: a phone that removes its registration and registers in one breath, in every order of the requests and
// of their answers, with and without a password, with one Call-ID or two, by Contact or by "*". What the Box
// has stored in the end decides whether the line is registered; until then its link to the Box is not cut.
#include <tuple>

#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

struct Way {
  Transport transport = Transport::udp;
  bool has_digest = false;
  bool has_two_call_ids = false;
  bool by_star = false;
  bool removes_first = true;
  bool answers_turn_round = false;
};

using Parameters = std::tuple<Transport, bool, bool, bool, bool, bool>;

class OneBreath : public Core, public testing::WithParamInterface<Parameters> {
 protected:
  OneBreath() {
    std::tie(way.transport, way.has_digest, way.has_two_call_ids, way.by_star, way.removes_first,
             way.answers_turn_round) = GetParam();
    phone = way.transport == Transport::udp ? udp() : tcp();
    receive(phone, request(true, "z9hG4bK-first"));
    box = went_to();
    receive(box, granted(last()));
    number = 1;
  }

  /// A REGISTER that adds or removes; each has the next CSeq.
  std::string request(bool adds, const std::string& branch) {
    std::string text =
        register_request(std::string(way.transport == Transport::udp ? "UDP" : "TCP"), "anna", branch);
    text = with(text, "CSeq: 1 ", "CSeq: " + std::to_string(number++) + " ");
    if (way.has_two_call_ids && !adds) text = with(text, "register-anna", "removal-anna");
    if (adds) return text;
    if (way.by_star) text = with(text, header_of(text, "Contact"), "Contact: *\r\n");
    return with(text, "Expires: 900", "Expires: 0");
  }
  /// As the Box has got it.
  std::string sends(bool adds, const std::string& branch) {
    receive(phone, request(adds, branch));
    EXPECT_EQ(went_to(), box);
    return last();
  }
  void box_answers(const std::string& response) {
    receive(box, response);
    EXPECT_EQ(went_to(), phone) << "nobody has got\n" << response;
    EXPECT_FALSE(was_closed(box)) << "before\n" << response;
  }
  /// The Box works off what it gets one after the other, and lists what it has stored then.
  [[nodiscard]] static std::string answer(const std::string& request, bool adds) {
    return adds ? granted(request) : response_to(request, "200 OK");
  }

  Way way;
  FlowId phone;
  FlowId box;
  unsigned number = 1;
};

INSTANTIATE_TEST_SUITE_P(Ways, OneBreath,
                         testing::Combine(testing::Values(Transport::udp, Transport::tcp), testing::Bool(),
                                          testing::Bool(), testing::Bool(), testing::Bool(),
                                          testing::Bool()));

TEST_P(OneBreath, L5_ends_as_the_box_has_it_and_cuts_nothing_meanwhile) {
  const bool first_adds = !way.removes_first;
  if (way.has_digest) {
    const std::string one = sends(first_adds, "z9hG4bK-c1");
    const std::string two = sends(!first_adds, "z9hG4bK-c2");
    box_answers(response_to(one, "401 Unauthorized"));
    box_answers(response_to(two, "401 Unauthorized"));
  }
  const std::string one = answer(sends(first_adds, "z9hG4bK-1"), first_adds);
  const std::string two = answer(sends(!first_adds, "z9hG4bK-2"), !first_adds);
  box_answers(way.answers_turn_round ? two : one);
  if (way.removes_first) {
    box_answers(way.answers_turn_round ? one : two);
    pass(3min);
    EXPECT_EQ(proxy.counts().lines, 1U);
    EXPECT_FALSE(was_closed(box));
    receive(box, invite_from_box("sip:anna@172.30.10.2:" + std::to_string(proxy.flow(box)->local.port)));
    EXPECT_EQ(went_to(), phone);
  } else {
    receive(box, way.answers_turn_round ? one : two);
    EXPECT_EQ(went_to(), phone);
    EXPECT_EQ(proxy.counts().lines, 0U) << "the last that the Box was told was to remove";
  }
}

using PasswordBetween = OneBreath;
INSTANTIATE_TEST_SUITE_P(Ways, PasswordBetween,
                         testing::Combine(testing::Values(Transport::udp, Transport::tcp),
                                          testing::Values(true), testing::Bool(), testing::Bool(),
                                          testing::Values(true), testing::Values(false)));

/// The two requests of a phone with a password need not alternate as above.
TEST_P(PasswordBetween, L5_the_removal_is_through_before_the_phone_has_sent_its_password_for_the_other) {
  const std::string removal = sends(false, "z9hG4bK-c1");
  const std::string addition = sends(true, "z9hG4bK-c2");
  box_answers(response_to(removal, "401 Unauthorized"));
  box_answers(response_to(addition, "401 Unauthorized"));
  box_answers(answer(sends(false, "z9hG4bK-1"), false));
  EXPECT_EQ(proxy.counts().lines, 1U) << "the other one is on its way";
  box_answers(answer(sends(true, "z9hG4bK-2"), true));
  pass(3min);
  EXPECT_FALSE(was_closed(box));
}

TEST_P(PasswordBetween, L5_a_challenge_that_nobody_takes_up_holds_a_removed_line_for_a_minute_only) {
  const std::string removal = sends(false, "z9hG4bK-c1");
  const std::string addition = sends(true, "z9hG4bK-c2");
  box_answers(response_to(removal, "401 Unauthorized"));
  box_answers(response_to(addition, "401 Unauthorized"));
  box_answers(answer(sends(false, "z9hG4bK-1"), false));
  pass(65s);
  EXPECT_EQ(proxy.counts().lines, 0U);
}

class RenewedLate : public Core {};

TEST_F(RenewedLate, L5_a_registration_that_is_renewed_in_its_last_second_gets_its_answer) {
  const FlowId phone = tcp();
  receive(phone, register_request("TCP"));
  const FlowId box = went_to();
  receive(box, granted(last()));
  pass(931s);
  receive(phone, register_request("TCP", "anna", "z9hG4bK-2"));
  const std::string request = last();
  pass(5s);
  EXPECT_FALSE(was_closed(box));
  receive(box, granted(request));
  EXPECT_EQ(went_to(), phone);
  EXPECT_EQ(proxy.counts().lines, 1U);
}

/// A phone that has moved registers its new Contact and then removes the earlier one, which is the same
/// binding for the Box.
class NewContactThenOldRemoved : public Core,
                                 public testing::WithParamInterface<std::tuple<bool, bool, bool>> {
 protected:
  std::string request(unsigned contact, std::string_view expires, const std::string& branch) {
    std::string text =
        with(register_request("UDP", "anna", branch), "CSeq: 1 ", "CSeq: " + std::to_string(++number) + " ");
    const std::string port = std::to_string(61210 + contact);
    text = with(text, header_of(text, "Contact"),
                "Contact: <sip:anna@10.81.179.54:" + port + ";ob>" + (by_parameter ? ";expires=" : "") +
                    (by_parameter ? std::string(expires) : "") + "\r\n");
    if (!by_parameter) text = with(text, "Expires: 900", "Expires: " + std::string(expires));
    return has_two_call_ids && contact == 1 ? with(text, "register-anna", "earlier-anna") : text;
  }
  void registers(unsigned contact, const std::string& branch) {
    receive(phone, request(contact, "900", branch));
    receive(went_to(), granted(last()));
  }
  /// The removal of a Contact as the Box gets it.
  std::string removes(unsigned contact, const std::string& branch) {
    receive(phone, request(contact, "0", branch));
    return last();
  }
  [[nodiscard]] static bool is_removal(const std::string& text) {
    return holds(text, "Expires: 0\r\n") || holds(text, "expires=0\r\n");
  }

  bool by_parameter = std::get<0>(GetParam());
  bool has_two_call_ids = std::get<1>(GetParam());
  bool is_answered = std::get<2>(GetParam());  ///< the new one is, before the removal
  FlowId phone = udp();
  unsigned number = 0;
};

INSTANTIATE_TEST_SUITE_P(Ways, NewContactThenOldRemoved,
                         testing::Combine(testing::Bool(), testing::Bool(), testing::Bool()));

TEST_P(NewContactThenOldRemoved, L5_the_new_one_stays_registered) {
  registers(1, "z9hG4bK-1");
  receive(phone, request(2, "900", "z9hG4bK-2"));
  const FlowId box = went_to();
  const std::string addition = last();
  if (is_answered) receive(box, granted(addition));
  for (const char* branch : {"z9hG4bK-3", "z9hG4bK-4"}) {  // without and with a password
    const std::string removal = removes(1, branch);
    EXPECT_FALSE(is_removal(removal)) << removal;
    EXPECT_TRUE(holds(removal, by_parameter ? ";expires=900\r\n" : "Expires: 900\r\n")) << removal;
    receive(box, branch == std::string_view("z9hG4bK-3") ? response_to(removal, "401 Unauthorized")
                                                         : granted(removal));
  }
  if (!is_answered) receive(box, granted(addition));
  receive(box, invite_from_box("sip:anna@172.30.10.2:" + std::to_string(proxy.flow(box)->local.port)));
  EXPECT_EQ(went_to(), phone);
  EXPECT_TRUE(holds(last(), "INVITE sip:anna@10.81.179.54:61212")) << last();
}

TEST_P(NewContactThenOldRemoved, L5_the_lifetime_is_what_is_left_of_it) {
  registers(1, "z9hG4bK-1");
  registers(2, "z9hG4bK-2");
  pass(100s);
  const std::string removal = removes(1, "z9hG4bK-3");
  EXPECT_TRUE(holds(removal, by_parameter ? ";expires=800\r\n" : "Expires: 800\r\n")) << removal;
}

TEST_P(NewContactThenOldRemoved, L5_a_removal_of_the_newest_one_is_one_and_so_is_each_that_follows) {
  registers(1, "z9hG4bK-1");
  registers(2, "z9hG4bK-2");
  EXPECT_TRUE(is_removal(removes(2, "z9hG4bK-3")));
  EXPECT_TRUE(is_removal(removes(2, "z9hG4bK-4"))) << "with its password";
  EXPECT_TRUE(is_removal(removes(1, "z9hG4bK-5")));
}

TEST_P(NewContactThenOldRemoved, L5_what_is_registered_again_is_the_newest) {
  registers(1, "z9hG4bK-1");
  registers(2, "z9hG4bK-2");
  registers(1, "z9hG4bK-3");
  EXPECT_FALSE(is_removal(removes(2, "z9hG4bK-4")));
  EXPECT_TRUE(is_removal(removes(1, "z9hG4bK-5")));
}

TEST_P(NewContactThenOldRemoved, L5_after_a_removal_of_all_there_is_nothing_to_keep) {
  registers(1, "z9hG4bK-1");
  registers(2, "z9hG4bK-2");
  const std::string all = request(2, "0", "z9hG4bK-3");
  receive(phone, with(all, header_of(all, "Contact"), "Contact: *\r\n"));
  EXPECT_TRUE(is_removal(removes(1, "z9hG4bK-4")));
}

TEST_P(NewContactThenOldRemoved, L5_a_new_one_that_the_box_never_took_is_not_kept_for_long) {
  registers(1, "z9hG4bK-1");
  receive(phone, request(2, "900", "z9hG4bK-2"));
  pass(33s);
  EXPECT_TRUE(is_removal(removes(1, "z9hG4bK-3")));
}

}  // namespace
}  // namespace fapfon::proxy
