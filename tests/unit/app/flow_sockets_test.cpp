// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/flow_sockets.hpp"

#include <gtest/gtest.h>

namespace fapfon::app {
namespace {

using Kind = FlowSocket::Kind;

TEST(FlowSockets, find_what_was_put_until_it_is_erased) {
  FlowSockets flows;
  EXPECT_EQ(flows.find({5, 1}), nullptr);
  flows.put({5, 1}, Kind::phone_udp);
  ASSERT_NE(flows.find({5, 1}), nullptr);
  flows.erase({5, 1});
  EXPECT_EQ(flows.find({5, 1}), nullptr);
}

TEST(FlowSockets, an_old_id_finds_nothing_and_erases_nothing) {
  FlowSockets flows;
  flows.put({5, 1}, Kind::phone_udp);
  flows.put({5, 2}, Kind::phone_tcp);
  EXPECT_EQ(flows.find({5, 1}), nullptr);
  flows.erase({5, 1});
  ASSERT_NE(flows.find({5, 2}), nullptr);
  EXPECT_EQ(flows.find({5, 2})->kind, Kind::phone_tcp);
}

TEST(FlowSockets, no_id_names_nothing) {
  FlowSockets flows;
  flows.put({1, 1}, Kind::phone_udp);
  EXPECT_EQ(flows.find({}), nullptr);
}

TEST(FlowSockets, tags_carry_the_whole_id) {
  const proxy::FlowId id{0xfffffffe, 0x80000001};
  EXPECT_EQ(flow_of(tag_of(id)), id);
}

}  // namespace
}  // namespace fapfon::app
