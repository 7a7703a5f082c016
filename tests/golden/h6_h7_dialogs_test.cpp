// SPDX-License-Identifier: GPL-2.0-or-later
// H6: the Via of the Box passes both ways untouched. H7: requests in a dialog find their line on every
// transport.
#include "golden/golden.hpp"

namespace fapfon::golden {
namespace {

constexpr const char* kBye = R"(
BYE sip:john@172.30.10.2:43202;ob SIP/2.0
Via: SIP/2.0/UDP 172.30.10.1:5060;branch=z9hG4bKbye
From: <sip:0301234567@fritz.box>;tag=i
To: <sip:john@fritz.box>;tag=p
Call-ID: invite
CSeq: 8 BYE
Content-Length: 0

)";

constexpr const char* kByeAtPhone = R"(
BYE sip:john@10.81.179.54:61211;ob SIP/2.0
Via: SIP/2.0/UDP 172.30.10.1:5060;branch=z9hG4bKbye
From: <sip:0301234567@fritz.box>;tag=i
To: <sip:john@fritz.box>;tag=p
Call-ID: invite
CSeq: 8 BYE
Content-Length: 0

)";

constexpr const char* kByeAnswer = R"(
SIP/2.0 200 OK
Via: SIP/2.0/UDP 172.30.10.1:5060;branch=z9hG4bKbye
From: <sip:0301234567@fritz.box>;tag=i
To: <sip:john@fritz.box>;tag=p
Call-ID: invite
CSeq: 8 BYE
Content-Length: 0

)";

class H6 : public Golden {
 protected:
  H6() { at_box(registering("Contact: <sip:john@10.81.179.54:61211;ob>")); }
};

TEST_F(H6, via_of_the_box_reaches_the_phone_untouched) {
  EXPECT_EQ(at_phone(kBye), wire(kByeAtPhone));
}

TEST_F(H6, answer_of_the_phone_passes_bit_for_bit) {
  at_phone(kBye);
  EXPECT_EQ(at_box(kByeAnswer), wire(kByeAnswer));
}

TEST_F(H6, received_that_a_phone_adds_passes) {
  at_phone(kBye);
  std::string answer = kByeAnswer;
  answer.insert(answer.find("\nFrom"), ";received=172.30.10.2;rport=43202");
  EXPECT_EQ(at_box(answer), wire(answer));
}

class H7Tcp : public Golden {
 protected:
  H7Tcp() : Golden(Transport::tcp) { at_box(registering("Contact: <sip:john@10.81.179.54:61211;ob>")); }
};

TEST_F(H7Tcp, request_that_the_box_sends_by_udp_reaches_the_phone_on_tcp) {
  const Reaction reaction = core.box_sends(wire(kBye), Transport::udp);
  EXPECT_EQ(only(reaction.to_phone, reaction.to_box), wire(kByeAtPhone));
}

TEST_F(H7Tcp, answer_to_a_request_by_udp_passes) {
  core.box_sends(wire(kBye), Transport::udp);
  EXPECT_EQ(at_box(kByeAnswer), wire(kByeAnswer));
}

TEST_F(H7Tcp, request_of_the_phone_by_udp_is_of_the_same_line) {
  const Reaction reaction =
      core.phone_sends(wire(requesting("Contact: <sip:john@10.81.179.54:61211;ob>")), Transport::udp);
  EXPECT_EQ(only(reaction.to_box, reaction.to_phone),
            wire(requesting("Contact: <sip:john@172.30.10.2:43202;ob>")));
}

}  // namespace
}  // namespace fapfon::golden
