// SPDX-License-Identifier: GPL-2.0-or-later
// H6: a Box that is reached by IPv4 writes an IPv6 Contact, and an IPv6 session, to a phone that is seen at
// an IPv4 address. The phone must be able to send its ACK, its BYE and its audio.
#include "golden/golden.hpp"

namespace fapfon::golden {
namespace {

constexpr ByteView kTarget = "sip:DA3969CE@[2001:db8:fa::c1e6]";
constexpr ByteView kHidden = "sip:DA3969CE@172.30.10.2:5060";

class H6Target : public Golden {
 protected:
  explicit H6Target(Scene scene = {}) : Golden(Transport::udp, std::move(scene)) {
    at_box(registering("Contact: <sip:john@10.81.179.54:61211;ob>"));
    core.box_sends(wire(registered("", "Contact: <sip:john@172.30.10.2:43202;ob>;expires=300")));
  }

  /// The Box's INVITE with this Contact.
  static std::string invite(ByteView contact) {
    std::string page = ringing("sip:john@172.30.10.2:43202;ob", "Max-Forwards: 70");
    const std::string usual = "<sip:3A5F@172.30.10.1>";
    return page.replace(page.find(usual), usual.size(), contact);
  }
  static std::string at_the_phone(std::string page) {
    const std::string uri = "sip:john@172.30.10.2:43202;ob";
    return wire(page.replace(page.find(uri), uri.size(), "sip:john@10.81.179.54:61211;ob"));
  }
  /// A request of the phone in that call.
  static std::string in_call(ByteView method, ByteView uri, ByteView lines = {}) {
    std::string page(method);
    page.append(" ").append(uri).append(
        " SIP/2.0\nVia: SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKcall\n"
        "From: <sip:john@172.30.10.2:43202>;tag=p\nTo: <sip:0301234567@fritz.box>;tag=i\n"
        "Call-ID: invite\nCSeq: 9 ");
    return page.append(method).append("\n").append(lines).append("Content-Length: 0\n\n");
  }
  static std::string angled(ByteView uri) { return "<" + std::string(uri) + ">"; }
  static std::string with_params(ByteView uri) { return angled(std::string(uri) + ";x=y") + ";q=1"; }
};

TEST_F(H6Target, contact_of_the_other_ip_version_becomes_our_address_and_keeps_the_rest) {
  EXPECT_EQ(at_phone(invite(with_params(kTarget))), at_the_phone(invite(with_params(kHidden))));
}

TEST_F(H6Target, contact_that_the_phone_can_reach_stays) {
  for (const ByteView uri : {"<sip:3A5F@172.30.10.1>", "<sip:3A5F@fritz.box>"})
    EXPECT_EQ(at_phone(invite(uri)), at_the_phone(invite(uri)));
}

TEST_F(H6Target, what_the_phone_sends_there_goes_to_the_contact_of_the_box) {
  at_phone(invite(angled(kTarget)));
  for (const ByteView method : {"ACK", "UPDATE", "BYE"})
    EXPECT_EQ(at_box(in_call(method, kHidden)), wire(in_call(method, kTarget)));
}

TEST_F(H6Target, route_that_repeats_it_is_put_back_and_one_that_names_us_as_a_proxy_is_left_to_the_box) {
  at_phone(invite(angled(kTarget)));
  const std::string hidden = "Route: <sip:172.30.10.2;lr>, " + angled(kHidden) + "\n";
  const std::string target = "Route: <sip:172.30.10.2;lr>, " + angled(kTarget) + "\n";
  EXPECT_EQ(at_box(in_call("BYE", "sip:172.30.10.1", hidden)),
            wire(in_call("BYE", "sip:172.30.10.1", target)));
}

TEST_F(H6Target, target_refresh_of_the_box_counts) {
  at_phone(invite(angled(kTarget)));
  std::string refresh = invite("<sip:77@[2001:db8:fa::2]:5070>");
  refresh.replace(refresh.find("CSeq: 7"), 7, "CSeq: 8");
  refresh.replace(refresh.find("z9hG4bKinvite"), 13, "z9hG4bKagain0");
  at_phone(refresh);
  EXPECT_EQ(at_box(in_call("BYE", "sip:77@172.30.10.2:5060")),
            wire(in_call("BYE", "sip:77@[2001:db8:fa::2]:5070")));
}

TEST_F(H6Target, contact_in_the_answer_to_the_phones_own_call_is_hidden_too) {
  const std::string head =
      "Via: SIP/2.0/UDP 172.20.11.6:61211;rport;branch=z9hG4bKout\nFrom: <sip:john@fritz.box>;tag=p\n"
      "To: <sip:**610@fritz.box>";
  at_box("INVITE sip:**610@fritz.box SIP/2.0\n" + head +
         "\nCall-ID: out\nCSeq: 1 INVITE\nContent-Length: 0\n\n");
  const auto answer = [&](ByteView uri) {
    return "SIP/2.0 200 OK\n" + head + ";tag=b\nCall-ID: out\nCSeq: 1 INVITE\nContact: " + angled(uri) +
           "\nContent-Length: 0\n\n";
  };
  EXPECT_EQ(at_phone(answer(kTarget)), wire(answer(kHidden)));
  const auto ack = [&](ByteView uri) {
    return "ACK " + std::string(uri) + " SIP/2.0\n" + head +
           ";tag=b\nCall-ID: out\nCSeq: 1 ACK\nContent-Length: 0\n\n";
  };
  EXPECT_EQ(at_box(ack(kHidden)), wire(ack(kTarget)));
}

TEST_F(H6Target, ack_of_a_refusal_to_an_address_of_ours_that_the_user_has_configured_passes_bit_for_bit) {
  const std::string ack = in_call("ACK", "sip:**610@172.30.10.2");
  EXPECT_EQ(at_box(ack), wire(ack));
}

}  // namespace
}  // namespace fapfon::golden
