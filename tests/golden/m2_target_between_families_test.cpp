// SPDX-License-Identifier: GPL-2.0-or-later
// M2 with a phone on IPv6 and a Box on IPv4: the phone must be able to send its ACK and its BYE.
#include "golden/golden.hpp"

namespace fapfon::golden {
namespace {

Scene phone_on_ip6() {
  Scene scene;
  scene.phone = *SocketAddress::parse("[2001:db8:20::6]:62895");
  scene.sip_port = *SocketAddress::parse("[2001:db8:10::2]:5060");
  return scene;
}

/// Headers of the call, from Via on.
std::string call_with(ByteView cseq, ByteView to_tag, ByteView more) {
  return std::string("Via: SIP/2.0/UDP [2001:db8:20::6]:61211;rport;branch=z9hG4bK")
      .append(cseq.substr(0, 1))
      .append("\nFrom: <sip:john@fritz.box>;tag=p\nTo: <sip:**610@fritz.box>")
      .append(to_tag)
      .append("\nCall-ID: families\nCSeq: ")
      .append(cseq)
      .append("\n")
      .append(more)
      .append("Content-Length: 0\n\n");
}

class TargetBetweenFamilies : public Golden {
 protected:
  TargetBetweenFamilies() : Golden(Transport::udp, phone_on_ip6()) {
    at_box("INVITE sip:**610@fritz.box SIP/2.0\n" + call_with("1 INVITE", "", ""));
  }
  std::string answer(ByteView contact) {
    // The Box answers what it got: H4 had put the box-facing address into the Via.
    std::string page =
        "SIP/2.0 200 OK\n" + call_with("1 INVITE", ";tag=b", "Contact: " + std::string(contact) + "\n");
    return at_phone(page);
  }
};

TEST_F(TargetBetweenFamilies, M2_the_phone_gets_our_address_for_the_contact_of_the_box) {
  EXPECT_NE(answer("<sip:A1B2@172.30.10.1>").find("\r\nContact: <sip:A1B2@[2001:db8:10::2]:5060>\r\n"),
            std::string::npos);
}

TEST_F(TargetBetweenFamilies, M2_what_the_phone_sends_there_goes_to_the_contact_of_the_box) {
  answer("<sip:A1B2@172.30.10.1;x=y>");
  for (const ByteView method : {"ACK", "BYE"}) {
    const std::string request = at_box(std::string(method) + " sip:A1B2@[2001:db8:10::2]:5060;x=y SIP/2.0\n" +
                                       call_with("1 " + std::string(method), ";tag=b", ""));
    EXPECT_EQ(request.substr(0, request.find("\r\n")),
              std::string(method) + " sip:A1B2@172.30.10.1;x=y SIP/2.0");
  }
}

TEST_F(TargetBetweenFamilies, M2_after_the_end_of_the_call_it_still_finds_the_box) {
  answer("<sip:A1B2@172.30.10.1>");
  at_box("BYE sip:A1B2@[2001:db8:10::2]:5060 SIP/2.0\n" + call_with("2 BYE", ";tag=b", ""));
  const std::string again =
      at_box("BYE sip:A1B2@[2001:db8:10::2]:5060 SIP/2.0\n" + call_with("2 BYE", ";tag=b", ""));
  EXPECT_EQ(again.substr(0, again.find("\r\n")), "BYE sip:A1B2@172.30.10.1:5060 SIP/2.0");
}

TEST_F(TargetBetweenFamilies, M2_a_host_name_stays) {
  EXPECT_NE(answer("<sip:A1B2@fritz.box>").find("\r\nContact: <sip:A1B2@fritz.box>\r\n"), std::string::npos);
}

}  // namespace
}  // namespace fapfon::golden
