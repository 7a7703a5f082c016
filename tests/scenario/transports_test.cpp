// SPDX-License-Identifier: GPL-2.0-or-later
// H7: requests in a dialog find their line by flow and AOR, whatever transport they come by.
#include "scenario/scenario.hpp"

namespace fapfon::scenario {
namespace {

class OtherTransport : public Scenario, public testing::WithParamInterface<Transport> {
 protected:
  OtherTransport() {
    const bool phone_by_tcp = GetParam() == Transport::tcp;
    anna = &world.add_phone(over(GetParam(), app_2018("anna")));
    anna->registers();
    world.box().profile().in_dialog_transport = phone_by_tcp ? Transport::udp : Transport::tcp;
  }
  Station* anna = nullptr;
};

INSTANTIATE_TEST_SUITE_P(PhoneBy, OtherTransport, testing::Values(Transport::udp, Transport::tcp),
                         transport_name);

TEST_P(OtherTransport, H7_the_boxs_bye_reaches_the_phone) {
  anna->calls();
  world.box_hangs_up(0);
  EXPECT_EQ(anna->last_call().state, PhoneCall::State::over);
}

TEST_P(OtherTransport, H7_the_boxs_refresh_is_answered) {
  anna->calls();
  world.box_refreshes(0);
  EXPECT_EQ(world.box_call(0).refreshes, 1);
}

TEST_P(OtherTransport, H7_the_boxs_ack_of_an_answered_call_reaches_the_phone) {
  world.box_calls("anna");
  anna->answers();
  EXPECT_EQ(anna->last_call().state, PhoneCall::State::up);
}

TEST_P(OtherTransport, H7_the_phones_own_bye_goes_the_way_of_its_call) {
  const std::size_t call = anna->calls();
  world.box_refreshes(0);
  anna->hangs_up(call);
  EXPECT_EQ(world.box_call(0).state, BoxCall::State::over);
}

TEST_P(OtherTransport, H7_the_refresh_names_a_request_uri_of_the_phone) {
  anna->calls();
  world.box_refreshes(0);
  EXPECT_EQ(anna->phone().received().back().status() == 0 ? anna->phone().received().back().request_uri()
                                                          : std::string{},
            anna->phone().contact_uri(0, GetParam()));
}

TEST_P(OtherTransport, H7_the_call_of_another_line_is_not_touched) {
  Station& bert = world.add_phone(over(GetParam(), at(kOtherVpnAddress, app_2018("bert"))));
  bert.registers();
  anna->calls();
  bert.calls();
  world.box_hangs_up(0);
  EXPECT_EQ(bert.last_call().state, PhoneCall::State::up);
}

using InDialog = Scenario;

TEST_F(InDialog, H7_two_calls_of_one_phone_are_kept_apart) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.registers();
  anna.calls();
  anna.calls("**611");
  world.box_hangs_up(0);
  EXPECT_EQ(anna.call(0).state, PhoneCall::State::over);
  EXPECT_EQ(anna.call(1).state, PhoneCall::State::up);
}

TEST_F(InDialog, H7_a_phone_by_tcp_whose_connection_broke_goes_on_over_a_new_one) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.registers();
  const std::size_t call = anna.calls();
  anna.disconnects();
  anna.hangs_up(call);
  EXPECT_EQ(world.box_call(0).state, BoxCall::State::over);
}

}  // namespace
}  // namespace fapfon::scenario
