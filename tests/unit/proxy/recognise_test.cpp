// SPDX-License-Identifier: GPL-2.0-or-later
// L1: whose a request is. +sip.instance, the dialog, the Contact and the flow are asked before From, where
// Asterisk, a caller's number or anonymous.invalid may stand. No second line is opened beside one that fits.
#include "proxy/recognise.hpp"

#include <tuple>

#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

constexpr SocketAddress kElsewhere{IpAddress::v4(172, 20, 11, 99), 50000};
constexpr const char* kInstance = "\"<urn:uuid:00000000-0000-1000-8000-000000000001>\"";

class Recognised : public Core {
 protected:
  FlowId registers(FlowId phone, const std::string& user, const std::string& instance = {}) {
    std::string request = register_request("UDP", user, "z9hG4bK-" + user);
    if (!instance.empty()) request = with(request, ";ob>", ";ob>;+sip.instance=" + instance);
    receive(phone, request);
    const FlowId box = went_to();
    receive(box, granted(last()));
    return box;
  }
  /// A request with this From and Contact; an empty Contact leaves the header out.
  std::string says(const std::string& method, const std::string& from, const std::string& contact) {
    std::string request = with(request_from_phone(method, "UDP", "z9hG4bK-" + std::to_string(++count_)),
                               "<sip:anna@fritz.box>", from);
    request = with(request, "call-phone", "call-" + std::to_string(count_));
    const std::string line = header_of(request, "Contact");
    return with(request, line, contact.empty() ? "" : "Contact: " + contact + "\r\n");
  }
  int count_ = 0;
};

class OtherFrom : public Recognised,
                  public testing::WithParamInterface<std::tuple<const char*, const char*>> {
 protected:
  std::string request(const std::string& contact) {
    return says(std::get<0>(GetParam()), std::get<1>(GetParam()), contact);
  }
};

INSTANTIATE_TEST_SUITE_P(
    In, OtherFrom,
    testing::Combine(testing::Values("SUBSCRIBE", "PUBLISH", "MESSAGE", "OPTIONS", "INVITE"),
                     testing::Values("\"Asterisk\" <sip:asterisk@172.20.11.6>", "<sip:0301234567@fritz.box>",
                                     "\"Anonymous\" <sip:anonymous@anonymous.invalid>",
                                     "<tel:+49301234567>")));

TEST_P(OtherFrom, L1_on_a_flow_with_one_line_is_of_that_line) {
  const FlowId phone = udp();
  const FlowId box = registers(phone, "anna");
  for (const char* contact : {"", "<sip:anna@10.81.179.54:61211;ob>", "<sip:asterisk@172.20.11.6:5060>"}) {
    receive(phone, request(contact));
    EXPECT_EQ(went_to(), box) << contact;
  }
  EXPECT_EQ(proxy.counts().lines, 1U);
}

TEST_P(OtherFrom, L1_on_a_flow_with_one_line_and_instance_is_of_that_line) {
  const FlowId phone = udp();
  const FlowId box = registers(phone, "anna", kInstance);
  for (const std::string& contact :
       {std::string(), "<sip:asterisk@172.20.11.6:5060>;+sip.instance=" + std::string(kInstance)}) {
    receive(phone, request(contact));
    EXPECT_EQ(went_to(), box) << contact;
  }
  EXPECT_EQ(proxy.counts().lines, 1U);
}

TEST_P(OtherFrom, L1_on_a_flow_with_two_lines_the_contact_says_whose_it_is) {
  const FlowId phone = udp();
  const FlowId anna = registers(phone, "anna");
  const FlowId berta = registers(phone, "berta");
  EXPECT_NE(anna, berta);
  receive(phone, request("<sip:anna@10.81.179.54:61211;ob>"));
  EXPECT_EQ(went_to(), anna);
  receive(phone, request("<sip:berta@10.81.179.54:61211;ob>"));
  EXPECT_EQ(went_to(), berta);
  receive(phone, request(""));
  EXPECT_TRUE(went_to() == anna || went_to() == berta);
  EXPECT_EQ(proxy.counts().lines, 2U);
}

TEST_P(OtherFrom, L1_on_a_flow_with_two_lines_the_instance_weighs_more_than_the_contact) {
  const FlowId phone = udp();
  const FlowId anna = registers(phone, "anna", kInstance);
  registers(phone, "berta");
  receive(phone, request("<sip:x@10.81.179.54:61211;ob>;+sip.instance=" + std::string(kInstance)));
  EXPECT_EQ(went_to(), anna);
  EXPECT_EQ(proxy.counts().lines, 2U);
}

TEST_P(OtherFrom, L1_on_a_new_flow_the_instance_says_whose_it_is) {
  const FlowId box = registers(udp(), "anna", kInstance);
  receive(udp(kElsewhere), request("<sip:x@172.20.11.99:50000>;+sip.instance=" + std::string(kInstance)));
  EXPECT_EQ(went_to(), box);
  EXPECT_EQ(proxy.counts().lines, 1U);
}

TEST_P(OtherFrom, L1_on_another_flow_of_the_phone_the_contact_says_whose_it_is) {
  const FlowId box = registers(udp(), "anna");
  receive(udp({kPhone.ip, 50001}), request("<sip:anna@10.81.179.54:61211;ob>"));
  EXPECT_EQ(went_to(), box);
  EXPECT_EQ(proxy.counts().lines, 1U);
}

TEST_P(OtherFrom, L1_in_a_dialog_on_a_new_flow_the_dialog_says_whose_it_is) {
  const FlowId phone = udp();
  const FlowId box = registers(phone, "anna");
  receive(phone, says("INVITE", "<sip:anna@fritz.box>", "<sip:anna@10.81.179.54:61211;ob>"));
  std::string inside = with(request("<sip:x@172.20.11.99:50000>"), "call-2", "call-1");
  receive(udp(kElsewhere), with(inside, "To: <sip:**610@fritz.box>", "To: <sip:**610@fritz.box>;tag=box"));
  EXPECT_EQ(went_to(), box);
  EXPECT_EQ(proxy.counts().lines, 1U);
}

TEST_F(Recognised, L1_the_contact_of_somebody_else_on_a_strangers_flow_opens_a_line_of_its_own) {
  const FlowId box = registers(udp(), "anna");
  receive(udp(kStranger), says("MESSAGE", "<sip:eve@fritz.box>", "<sip:anna@10.81.179.54:61211;ob>"));
  EXPECT_NE(went_to(), box) << "the phone is there and has not moved";
  EXPECT_EQ(proxy.counts().lines, 2U);
}

}  // namespace
}  // namespace fapfon::proxy
