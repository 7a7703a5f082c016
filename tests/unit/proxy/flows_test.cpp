// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/flows.hpp"

#include <gtest/gtest.h>

#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

class FlowsTest : public testing::Test {
 protected:
  FlowsTest() {
    limits.max_flows = 5;
    limits.max_flows_per_source = 3;
  }
  FlowId open(std::uint8_t host, std::uint16_t port, Transport transport = Transport::udp) {
    const Flow* flow =
        table.open_phone(transport, kProxy, {IpAddress::v4(172, 20, 11, host), port}, TimePoint{});
    return flow != nullptr ? flow->id : FlowId{};
  }

  Limits limits;
  Flows table{limits};
};

TEST_F(FlowsTest, L9_one_source_may_have_as_many_as_its_limit_and_no_more) {
  EXPECT_TRUE(open(1, 1) && open(1, 2) && open(1, 3));
  EXPECT_FALSE(open(1, 4));
  EXPECT_TRUE(open(2, 1)) << "others are not touched";
}

TEST_F(FlowsTest, L9_all_may_have_as_many_as_the_limit_and_no_more) {
  for (std::uint8_t host = 1; host <= 5; ++host) EXPECT_TRUE(open(host, 1));
  EXPECT_FALSE(open(6, 1));
  EXPECT_EQ(table.phone_count(), 5U);
}

TEST_F(FlowsTest, a_closed_flow_makes_room_again) {
  const FlowId id = open(1, 1);
  open(1, 2);
  open(1, 3);
  table.erase(id);
  table.erase(id);
  EXPECT_EQ(table.phone_count(), 2U);
  EXPECT_TRUE(open(1, 1));
  EXPECT_FALSE(open(1, 4));
}

TEST_F(FlowsTest, a_udp_flow_is_found_by_both_of_its_addresses) {
  const FlowId id = open(1, 1);
  open(1, 2, Transport::tcp);
  const SocketAddress remote{IpAddress::v4(172, 20, 11, 1), 1};
  EXPECT_EQ(table.find_datagram(kProxy, remote)->id, id);
  EXPECT_EQ(table.find_datagram({kProxy.ip, 5061}, remote), nullptr);
  EXPECT_EQ(table.find_datagram(kProxy, {remote.ip, 2}), nullptr);
  table.erase(id);
  EXPECT_EQ(table.find_datagram(kProxy, remote), nullptr);
}

TEST_F(FlowsTest, box_flows_do_not_count) {
  for (int i = 0; i < 10; ++i) table.open_box(FlowRole::box_udp, kProxy, kBox, TimePoint{});
  EXPECT_EQ(table.phone_count(), 0U);
  EXPECT_TRUE(open(1, 1));
}

}  // namespace
}  // namespace fapfon::proxy
