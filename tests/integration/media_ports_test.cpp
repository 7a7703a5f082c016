// SPDX-License-Identifier: GPL-2.0-or-later
// M2: the sockets of the relay's port pairs, opened for the core and closed when it gives them back.
#include "app/media_ports.hpp"

#include <set>

#include <gtest/gtest.h>

#include "integration/peer.hpp"

namespace fapfon::test {
namespace {

const IpAddress kLocal = IpAddress::v4(127, 0, 0, 88);
const TimePoint kNow{std::chrono::hours(1)};

/// A core that wants pairs on kLocal, and nothing else.
class MediaPortsTest : public testing::Test {
 protected:
  void SetUp() override {
    relay.add_home(kLocal);
    relay.keep_stock(true);
  }
  void serve(app::MediaPorts& ports, TimePoint now) {
    ports.use(relay);
    ports.serve(now);
  }
  app::MediaPorts ports_in(const PortRange& range) {
    return {loop, range, 4711, [this](const IpAddress&, const net::SystemError&) { ++trouble_count; }};
  }
  /// Even ports of `range` that nobody can bind now.
  static std::set<std::uint16_t> taken_in(const PortRange& range) {
    std::set<std::uint16_t> taken;
    for (std::size_t i = 0; i < range.pair_count(); ++i) {
      if (!Peer::udp({kLocal, range.pair(i)}).is_open()) taken.insert(range.pair(i));
    }
    return taken;
  }

  net::Loop loop;
  relay::Relay relay;
  int trouble_count = 0;
};

TEST_F(MediaPortsTest, opens_as_many_pairs_as_the_relay_wants) {
  app::MediaPorts ports = ports_in({31'000, 31'099});
  const std::size_t wanted = relay.pairs_wanted(kLocal);
  serve(ports, kNow);
  EXPECT_EQ(relay.pairs_wanted(kLocal), 0U);
  EXPECT_EQ(taken_in({31'000, 31'099}).size(), wanted);
  EXPECT_EQ(trouble_count, 0);
}

TEST_F(MediaPortsTest, passes_over_a_port_that_another_program_has) {
  const PortRange range{31'100, 31'119};
  const Peer other = Peer::udp({kLocal, 31'104});
  ASSERT_TRUE(other.is_open());
  app::MediaPorts ports = ports_in(range);
  serve(ports, kNow);
  EXPECT_EQ(relay.pairs_wanted(kLocal), 0U);
  EXPECT_EQ(trouble_count, 0);
}

TEST_F(MediaPortsTest, a_pair_whose_second_port_is_taken_is_no_pair) {
  const Peer other = Peer::udp({kLocal, 31'121});
  ASSERT_TRUE(other.is_open());
  app::MediaPorts ports = ports_in({31'120, 31'121});
  serve(ports, kNow);
  EXPECT_EQ(relay.stock_count(kLocal), 0U);
  EXPECT_TRUE(Peer::udp({kLocal, 31'120}).is_open()) << "its first port stays open";
}

TEST_F(MediaPortsTest, all_ports_in_use_is_no_trouble) {
  app::MediaPorts ports = ports_in({31'200, 31'203});
  serve(ports, kNow);
  serve(ports, kNow);
  EXPECT_EQ(relay.stock_count(kLocal), 2U);
  EXPECT_EQ(trouble_count, 0);
}

TEST_F(MediaPortsTest, clear_closes_all) {
  app::MediaPorts ports = ports_in({31'300, 31'399});
  serve(ports, kNow);
  ports.clear(kNow);
  EXPECT_TRUE(taken_in({31'300, 31'399}).empty());
}

TEST_F(MediaPortsTest, an_address_that_is_not_here_is_trouble_once_and_tried_again_after_a_pause) {
  const IpAddress elsewhere = IpAddress::v4(192, 0, 2, 77);
  relay.add_home(elsewhere);
  app::MediaPorts ports = ports_in({31'400, 31'499});
  serve(ports, kNow);
  serve(ports, kNow + 500ms);
  EXPECT_EQ(trouble_count, 1);
  EXPECT_EQ(relay.pairs_wanted(kLocal), 0U) << "the other address has its ports";
  serve(ports, kNow + 2s);
  EXPECT_EQ(trouble_count, 2);
}

TEST_F(MediaPortsTest, what_the_relay_has_released_is_closed) {
  const PortRange range{31'500, 31'599};
  app::MediaPorts ports = ports_in(range);
  serve(ports, kNow);
  const std::size_t in_stock = taken_in(range).size();
  const relay::SessionId call = relay.open({{kLocal, kLocal}, {kLocal, kLocal}});
  ASSERT_TRUE(relay.reserve(call, {{kLocal, kLocal}, {kLocal, kLocal}}, kNow));
  serve(ports, kNow);
  EXPECT_EQ(taken_in(range).size(), in_stock + 2);
  relay.close(call);
  serve(ports, kNow);
  EXPECT_EQ(taken_in(range).size(), in_stock);
}

}  // namespace
}  // namespace fapfon::test
