// SPDX-License-Identifier: GPL-2.0-or-later
// pjsip changes its Contact and sends ONE REGISTER with TWO Contacts, the old one with expires=0. Both are
// the same box-facing address to the Box (H1), and a registrar may take them in any order: the phone must
// stay registered.
#include "scenario/scenario.hpp"

namespace fapfon::scenario {
namespace {

struct Order {
  Transport transport;
  bool last_contact_first;
};

class TwoContacts : public Scenario, public testing::WithParamInterface<Order> {
 protected:
  TwoContacts() {
    PhoneProfile profile = over(GetParam().transport, softphone("anna"));
    profile.adopts_nat_address = true;
    anna = &world.add_phone(profile);
    world.box().registrar().last_contact_first = GetParam().last_contact_first;
  }
  Station* anna = nullptr;
};

std::string order_name(const testing::TestParamInfo<Order>& tested) {
  return std::string{to_text(tested.param.transport)} +
         (tested.param.last_contact_first ? "_last_first" : "_first_first");
}

INSTANTIATE_TEST_SUITE_P(InOrder, TwoContacts,
                         testing::Values(Order{Transport::udp, false}, Order{Transport::udp, true},
                                         Order{Transport::tcp, false}, Order{Transport::tcp, true}),
                         order_name);

TEST_P(TwoContacts, H1_the_phone_stays_registered) {
  anna->registers();
  ASSERT_EQ(anna->phone().registration().contact, SocketAddress::parse("172.20.11.6:61211"));
  EXPECT_TRUE(anna->is_registered());
}

TEST_P(TwoContacts, H1_the_box_keeps_one_binding) {
  anna->registers();
  EXPECT_EQ(world.bindings("anna").size(), 1U);
}

TEST_P(TwoContacts, H3_an_incoming_call_names_the_new_contact) {
  anna->registers();
  world.box_calls("anna");
  ASSERT_TRUE(anna->rings());
  EXPECT_EQ(anna->last_call().invite.request_uri(), anna->phone().contact_uri(0, GetParam().transport));
}

TEST_P(TwoContacts, H1_the_same_holds_for_every_refresh) {
  anna->registers();
  world.advance(200s);
  anna->registers();
  EXPECT_TRUE(anna->is_registered());
  EXPECT_EQ(world.bindings("anna").size(), 1U);
}

TEST_P(TwoContacts, L5_a_later_deregistration_ends_the_binding) {
  anna->registers();
  anna->unregisters();
  EXPECT_TRUE(world.bindings("anna").empty());
}

}  // namespace
}  // namespace fapfon::scenario
