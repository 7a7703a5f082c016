// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/flows.hpp"

#include <gtest/gtest.h>

#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

class FlowsTest : public testing::Test {
 protected:
  FlowId open(std::uint8_t host, std::uint16_t port, Transport transport = Transport::udp) {
    return table.open_phone(transport, kProxy, {IpAddress::v4(172, 20, 11, host), port}, TimePoint{}).id;
  }
  bool keeps(FlowId id, std::size_t size) {
    Flow& flow = *table.find(id);
    if (!table.has_room_for_input(flow, size)) return false;
    table.keep_input(flow, std::string(size, 'x'));
    return true;
  }

  Guests guests;
  Flows table{guests};
};

TEST_F(FlowsTest, L9_a_phone_is_a_guest_until_the_box_has_accepted_something) {
  const FlowId id = open(1, 1);
  EXPECT_TRUE(table.is_guest(id));
  table.set_accepted(*table.find(id), true);
  EXPECT_FALSE(table.is_guest(id));
  EXPECT_EQ(table.accepted_count(), 1U);
  table.set_accepted(*table.find(id), false);
  EXPECT_TRUE(table.is_guest(id));
  table.erase(id);
  table.erase(id);
  EXPECT_EQ(guests.flows.size(), 0U);
  EXPECT_EQ(table.phone_count(), 0U);
}

TEST_F(FlowsTest, L9_guests_may_keep_a_quarter_of_all_unfinished_bytes) {
  const FlowId guest = open(1, 1, Transport::tcp);
  const FlowId phone = open(2, 1, Transport::tcp);
  table.set_accepted(*table.find(phone), true);
  EXPECT_TRUE(keeps(guest, kMaxBufferedBytes / 4));
  EXPECT_FALSE(keeps(open(3, 1, Transport::tcp), 1));
  EXPECT_TRUE(keeps(phone, kMaxBufferedBytes / 4 * 3));
  EXPECT_FALSE(keeps(phone, kMaxBufferedBytes));
  table.set_accepted(*table.find(guest), true);
  EXPECT_EQ(guests.inputs.size(), 0U) << "it counts with the phones now";
  table.erase(phone);
  EXPECT_TRUE(keeps(open(3, 2, Transport::tcp), 1));
  EXPECT_EQ(guests.inputs.size(), 1U);
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
