// SPDX-License-Identifier: GPL-2.0-or-later
// L3 against somebody who knows the rules: whoever is inside the VPN and knows a user name may send
// anything, but gets nothing that belongs to the owner.
#include "scenario/scenario.hpp"

namespace fapfon::scenario {
namespace {

class Attacker : public Scenario, public testing::WithParamInterface<Transport> {
 protected:
  void SetUp() override { anna.registers(); }

  void expect_the_owner_rings() {
    world.box_calls("anna");
    EXPECT_TRUE(anna.rings());
    EXPECT_FALSE(mallory.rings());
  }
  void mallory_sends(const std::string& bytes) {
    mallory.sends(bytes);
    world.forget_complaints();  // of bytes that are meant to be wrong
  }
  [[nodiscard]] std::string via(const std::string& branch) const {
    const std::string transport = GetParam() == Transport::tcp ? "TCP" : "UDP";
    return "Via: SIP/2.0/" + transport + " 172.20.11.7:61211;rport;branch=" + branch + "\r\n";
  }

  Station& anna = world.add_phone(over(GetParam(), app_2018("anna")));
  Station& mallory =
      world.add_stranger(with_password("guess", over(GetParam(), at(kOtherVpnAddress, app_2018("anna")))));
};

INSTANTIATE_TEST_SUITE_P(By, Attacker, testing::Values(Transport::udp, Transport::tcp), transport_name);

TEST_P(Attacker, L3_a_2xx_to_anything_but_a_register_is_no_proof) {
  mallory.sends_message("**1", "the Box answers this with 200");
  expect_the_owner_rings();
}

TEST_P(Attacker, L3_an_answer_that_the_attacker_writes_itself_is_no_proof) {
  mallory.registers();
  const std::string request = mallory.registration().request.text();
  const std::size_t via_begin = request.find("Via:");
  const std::string own_via = request.substr(via_begin, request.find("\r\n", via_begin) + 2 - via_begin);
  mallory_sends("SIP/2.0 200 OK\r\n" + own_via +
                "From: <sip:anna@172.30.10.1>;tag=1\r\nTo: <sip:anna@172.30.10.1>;tag=2\r\nCall-ID: " +
                mallory.registration().call_id + "\r\nCSeq: " + std::to_string(mallory.registration().cseq) +
                " REGISTER\r\nContact: <sip:anna@10.81.179.54:61211;transport=TCP;ob>;expires=900\r\n"
                "Content-Length: 0\r\n\r\n");
  expect_the_owner_rings();
}

TEST_P(Attacker, L3_a_registration_of_ones_own_account_proves_nothing_for_another) {
  PhoneProfile profile = over(GetParam(), at(kThirdVpnAddress, app_2018("eve")));
  profile.accounts[0].instance = instance_of("anna");
  Station& eve = world.add_phone(profile);
  eve.registers();
  EXPECT_TRUE(eve.is_registered());
  world.box_calls("anna");
  EXPECT_TRUE(anna.rings());
  EXPECT_FALSE(eve.rings());
}

TEST_P(Attacker, L3_a_from_of_the_owner_beside_a_to_of_ones_own_proves_nothing) {
  // The registrar looks at To and at the digest; what is in From must not decide whose line it is.
  Station& eve = world.add_phone(over(GetParam(), at(kThirdVpnAddress, app_2018("eve"))));
  eve.phone().profile().from_user = "anna";
  eve.registers();
  world.forget_complaints();
  world.box_calls("anna");
  EXPECT_TRUE(anna.rings());
  EXPECT_FALSE(eve.rings());
}

TEST_P(Attacker, L3_the_contact_of_the_owner_may_not_be_claimed) {
  PhoneProfile profile = over(GetParam(), at(kThirdVpnAddress, app_2018("eve")));
  Station& eve = world.add_phone(profile);
  eve.registers();
  anna.registers();
  EXPECT_NE(box_facing("eve"), box_facing("anna"));
  world.box_calls("eve");
  EXPECT_TRUE(eve.rings());
  EXPECT_FALSE(anna.rings());
}

TEST_P(Attacker, L3_many_wrong_registrations_do_not_stop_the_owner) {
  for (int i = 0; i < 300; ++i) mallory.registers();
  EXPECT_TRUE(anna.registers().is_registered());
  anna.calls();
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::up);
}

TEST_P(Attacker, L9_requests_that_the_box_never_answers_do_not_stop_the_owner) {
  // The Box gives no answer to a Request-URI with a user part: each such request stays pending.
  for (int i = 0; i < 1000; ++i) {
    const std::string n = std::to_string(i);
    mallory_sends(
        "REGISTER sip:x@172.30.10.1 SIP/2.0\r\n" + via("z9hG4bKm" + n) +
        "From: <sip:anna@172.30.10.1>;tag=" + n + "\r\nTo: <sip:anna@172.30.10.1>\r\nCall-ID: m" + n +
        "\r\nCSeq: 1 REGISTER\r\nContact: <sip:anna@10.81.179.54:61211>\r\nContent-Length: 0\r\n\r\n");
  }
  EXPECT_TRUE(anna.registers().is_registered());
  anna.calls();
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::up);
}

TEST_P(Attacker, L3_a_bye_with_guessed_tags_does_not_end_the_owners_call) {
  anna.calls();
  mallory_sends(
      "BYE sip:x@172.30.10.1 SIP/2.0\r\n" + via("z9hG4bKbye") +
      "From: <sip:anna@172.30.10.1>;tag=guess\r\nTo: <sip:**610@172.30.10.1>;tag=guess\r\nCall-ID: " +
      anna.last_call().call_id + "\r\nCSeq: 9 BYE\r\nContent-Length: 0\r\n\r\n");
  world.box_refreshes(0);
  EXPECT_EQ(anna.last_call().refreshes, 1);
}

TEST_P(Attacker, L3_a_branch_used_twice_does_not_steal_the_owners_answer) {
  world.box().profile().far_end = BoxProfile::FarEnd::rings;
  anna.calls();
  const std::string branch = parameter(anna.last_call().invite.get("Via"), "branch").value_or("");
  mallory_sends("INVITE sip:**1@172.30.10.1 SIP/2.0\r\n" + via(branch) +
                "From: <sip:anna@172.30.10.1>;tag=m\r\nTo: <sip:**1@172.30.10.1>\r\nCall-ID: theft\r\n"
                "CSeq: 1 INVITE\r\nContact: <sip:anna@10.81.179.54:61211>\r\nContent-Length: 0\r\n\r\n");
  world.far_end_picks_up(0);
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::up);
}

}  // namespace
}  // namespace fapfon::scenario
