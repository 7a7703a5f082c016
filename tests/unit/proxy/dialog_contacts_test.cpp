// SPDX-License-Identifier: GPL-2.0-or-later
// H1: in a dialog the phone's Contact always becomes the box-facing address, whatever it names, and comes
// back to the phone byte for byte, dialog by dialog.
#include "unit/proxy/call_core.hpp"

namespace fapfon::proxy {
namespace {

std::string uri_in(const std::string& contact) {
  const std::size_t start = contact.find('<') + 1;
  return contact.substr(start, contact.find('>') - start);
}

class DialogContacts : public CallCore {
 protected:
  /// The Contact that the Box has read, which must lead to us.
  std::string told(const std::string& at_box) const {
    const std::string uri = uri_in(value_of(at_box, "Contact"));
    EXPECT_TRUE(holds(uri, box_facing.to_string())) << uri;
    return uri;
  }
  /// The Request-URI that the phone reads when the Box asks that URI.
  std::string phone_reads(std::string uri, const std::string& method, const Words& words) {
    const std::string before = std::exchange(target, std::move(uri));
    const std::string request = box_asks(method, words);
    target = before;
    EXPECT_EQ(went_to(), phone);
    const std::size_t start = request.find(' ') + 1;
    return request.substr(start, request.find(" SIP/2.0") - start);
  }
};

class AnyContact : public DialogContacts, public testing::WithParamInterface<const char*> {};

INSTANTIATE_TEST_SUITE_P(Names, AnyContact,
                         testing::Values("sip:anna@10.81.179.54:61211;ob", "sip:anna@192.168.43.5:5070;ob",
                                         "sip:berta@10.81.179.54:61211", "sip:192.168.43.5",
                                         "sip:anna@phone.lan;transport=tcp", "sip:phone.lan:5070",
                                         "sips:anna@10.1.1.1", "sip:anna@172.30.10.1",
                                         "sip:anna@172.30.10.1:5060;x=1", "sip:anna@[2001:db8::5]:5070",
                                         "sip:anna:pw@192.168.43.5;line=%2a", "sip:a%6Ena@192.168.43.5",
                                         "sip:anna@0.0.0.0"));

TEST_P(AnyContact, H1_of_a_caller_is_mapped_and_comes_back) {
  const std::string contact = "<" + std::string(GetParam()) + ">;+sip.ice";
  const std::string invite = phone_asks("INVITE", {.port = 4000, .contact = contact});
  EXPECT_TRUE(holds(invite, ">;+sip.ice\r\n"));
  box_answers(invite, "200 OK", {.port = 7078});
  EXPECT_EQ(phone_reads(told(invite), "INVITE", {.cseq = 900, .to_tag = "phone", .port = 7078}), GetParam());
  EXPECT_EQ(phone_reads(told(invite), "BYE", {.cseq = 901, .to_tag = "phone"}), GetParam());
}

TEST_P(AnyContact, H1_of_a_called_phone_is_mapped_and_comes_back) {
  const std::string invite = box_asks("INVITE", {.port = 7078});
  const std::string contact = "<" + std::string(GetParam()) + ">";
  told(phone_answers(invite, "180 Ringing", {.contact = contact}));
  const std::string uri = told(phone_answers(invite, "200 OK", {.port = 4000, .contact = contact}));
  EXPECT_EQ(phone_reads(uri, "UPDATE", {.cseq = 2, .to_tag = "phone"}), GetParam());
  EXPECT_EQ(phone_reads(uri, "BYE", {.cseq = 3, .to_tag = "phone"}), GetParam());
}

TEST_P(AnyContact, H1_of_a_subscription_is_mapped_and_comes_back) {
  for (const char* method : {"SUBSCRIBE", "REFER"}) {
    const std::string request =
        phone_asks(method, {.call_id = method, .contact = "<" + std::string(GetParam()) + ">"});
    box_answers(request, "202 Accepted");
    EXPECT_EQ(phone_reads(told(request), "NOTIFY", {.cseq = 900, .to_tag = "phone", .call_id = method}),
              GetParam());
  }
}

TEST_P(AnyContact, H1_of_a_subscriber_at_the_box_is_answered_with_one_of_ours) {
  const std::string subscribe = box_asks("SUBSCRIBE", {.call_id = "watched"});
  const std::string contact = "<" + std::string(GetParam()) + ">";
  told(phone_answers(subscribe, "200 OK", {.contact = contact}));
  const std::string notify =
      phone_asks("NOTIFY", {.to_tag = "box", .call_id = "watched", .contact = contact});
  EXPECT_EQ(phone_reads(told(notify), "SUBSCRIBE", {.cseq = 2, .to_tag = "phone", .call_id = "watched"}),
            GetParam());
}

TEST_F(DialogContacts, H1_two_calls_at_once_each_have_their_own) {
  const std::string one = "sip:anna@192.168.43.5:5070;ob";
  const std::string two = "sip:anna@192.168.44.6:5071;ob";
  const std::string first =
      phone_asks("INVITE", {.port = 4000, .call_id = "one", .contact = "<" + one + ">"});
  const std::string second =
      phone_asks("INVITE", {.port = 4100, .call_id = "two", .contact = "<" + two + ">"});
  EXPECT_EQ(told(first), told(second)) << "the Box cannot tell them apart";
  box_answers(first, "200 OK", {.port = 7078});
  box_answers(second, "200 OK", {.port = 7080});
  EXPECT_EQ(phone_reads(told(first), "INVITE", {.cseq = 9, .to_tag = "phone", .call_id = "one"}), one);
  EXPECT_EQ(phone_reads(told(second), "INVITE", {.cseq = 9, .to_tag = "phone", .call_id = "two"}), two);
}

TEST_F(DialogContacts, H1_a_call_on_the_call_id_of_no_other_dialog_leaves_the_registration_as_it_was) {
  phone_asks("INVITE", {.port = 4000, .contact = "<sip:anna@192.168.43.5:5070;ob>"});
  EXPECT_EQ(phone_reads(target, "INVITE", {.cseq = 7, .call_id = "new"}), "sip:anna@10.81.179.54:61211;ob");
  receive(phone, with(register_request("UDP", "anna", "z9hG4bK-again"), "CSeq: 1 ", "CSeq: 2 "));
  receive(box, granted(last()));
  EXPECT_EQ(value_of(last(), "Contact"), "<sip:anna@10.81.179.54:61211;ob>");
}

TEST_F(DialogContacts, H1_a_redirection_and_foreign_bindings_stay) {
  const std::string invite = box_asks("INVITE", {.port = 7078});
  const std::string redirection = phone_answers(
      invite, "302 Moved", {.more = "Contact: <sip:anna@192.168.43.5:5070>, <sip:bob@192.0.2.9>\r\n"});
  EXPECT_EQ(value_of(redirection, "Contact"), "<sip:anna@192.168.43.5:5070>, <sip:bob@192.0.2.9>");
  receive(phone, with(with(register_request("UDP", "anna", "z9hG4bK-again"), "CSeq: 1 ", "CSeq: 2 "),
                      "Expires: 900", "Contact: <sip:anna@192.0.2.77:5060>;expires=0\r\nExpires: 900"));
  EXPECT_TRUE(holds(last(), "<sip:anna@192.0.2.77:5060>;expires=0"));
}

TEST_F(DialogContacts, H1_what_is_no_sip_uri_passes) {
  for (const char* contact : {"<tel:+4930123456>", "*", "<mailto:anna@example.net>", "<urn:x>"}) {
    phone_asks("INVITE", {.port = 4000, .call_id = contact, .contact = contact});
    EXPECT_EQ(value_of(last(), "Contact"), contact);
  }
}

}  // namespace
}  // namespace fapfon::proxy
