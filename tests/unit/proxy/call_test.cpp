// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/call.hpp"

#include <gtest/gtest.h>

namespace fapfon::proxy {
namespace {

relay::Description audio_at(std::uint16_t port) {
  relay::Description description;
  description.count = 1;
  description.list[0].rtp_port = port;
  return description;
}

Dialog dialog(const DialogTags& tags) {
  Dialog made;
  made.tags = tags;
  return made;
}

TEST(Call, a_dialog_is_found_by_both_tags) {
  Call call;
  call.dialogs = {dialog({1, 2}), dialog({1, 3}), dialog({4, 2})};
  EXPECT_EQ(call.find({1, 3}), &call.dialogs[1]);
  EXPECT_EQ(call.find({4, 2}), &call.dialogs[2]);
  EXPECT_EQ(call.find({4, 3}), nullptr);
  EXPECT_EQ(call.find({2, 1}), nullptr) << "each tag belongs to its side";
}

TEST(Call, a_dialog_that_is_over_is_known_but_not_live) {
  Call call;
  call.dialogs = {dialog({1, 2})};
  EXPECT_EQ(call.find_live({1, 2}), &call.dialogs[0]);
  call.dialogs[0].is_over = true;
  EXPECT_EQ(call.find({1, 2}), &call.dialogs[0]);
  EXPECT_EQ(call.find_live({1, 2}), nullptr);
  EXPECT_EQ(call.find_live({1, 3}), nullptr);
}

TEST(Call, a_confirmed_dialog_counts_until_it_is_over) {
  Call call;
  EXPECT_FALSE(call.has_confirmed_dialog());
  call.dialogs = {dialog({1, 2}), dialog({1, 3})};
  EXPECT_FALSE(call.has_confirmed_dialog());
  call.dialogs[1].is_confirmed = true;
  EXPECT_TRUE(call.has_confirmed_dialog());
  call.dialogs[1].is_over = true;
  EXPECT_FALSE(call.has_confirmed_dialog());
}

TEST(Call, the_flow_that_accepted_it_speaks_before_it_the_one_it_was_offered_on) {
  Call call;
  EXPECT_FALSE(call.is_accepted());
  EXPECT_FALSE(call.speaker());
  call.offered_on = {1, 1};
  EXPECT_FALSE(call.is_accepted());
  EXPECT_EQ(call.speaker(), (FlowId{1, 1}));
  call.carrier = {2, 1};
  EXPECT_TRUE(call.is_accepted());
  EXPECT_EQ(call.speaker(), (FlowId{2, 1}));
}

TEST(Call, before_any_dialog_the_offer_of_the_caller_is_in_force_and_nothing_of_the_other_side) {
  Call call;
  call.invite.caller = Side::box;
  EXPECT_EQ(call.in_force(Side::box), nullptr) << "it made no offer";
  call.invite.offer = audio_at(4000);
  ASSERT_NE(call.in_force(Side::box), nullptr);
  EXPECT_EQ(call.in_force(Side::box)->list[0].rtp_port, 4000);
  EXPECT_EQ(call.in_force(Side::phone), nullptr);
}

TEST(Call, of_several_dialogs_the_one_that_speaks_is_heard) {
  Call call;
  call.invite.offer = audio_at(4000);
  call.dialogs = {dialog({1, 2}), dialog({1, 3})};
  const relay::Description offer = audio_at(4000);
  const relay::Description answer = audio_at(7078);
  call.dialogs[1].session.begin({Side::phone, 1, sip::Method::invite}, &offer, false);
  call.dialogs[1].session.take_response({Side::phone, 1, sip::Method::invite}, 200, 0, &answer);
  EXPECT_EQ(call.in_force(Side::box), nullptr);
  EXPECT_EQ(call.in_force(Side::phone), nullptr) << "the INVITE's offer no longer counts by itself";
  call.speaking = 1;
  ASSERT_NE(call.in_force(Side::box), nullptr);
  EXPECT_EQ(call.in_force(Side::box)->list[0].rtp_port, 7078);
  EXPECT_EQ(call.in_force(Side::phone)->list[0].rtp_port, 4000);
}

}  // namespace
}  // namespace fapfon::proxy
