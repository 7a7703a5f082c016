// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay/port_pool.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace fapfon::relay {
namespace {

constexpr PortRange kFourPairs{30'000, 30'007};
constexpr std::uint64_t kSeed = 20'260;

class PortPoolTest : public testing::Test {
 protected:
  std::vector<std::uint16_t> take_all() {
    std::vector<std::uint16_t> ports;
    while (const auto port = pool.take(now)) ports.push_back(*port);
    return ports;
  }

  PortPool pool{kFourPairs, kSeed};
  TimePoint now{1h};
};

TEST_F(PortPoolTest, gives_each_even_port_once_and_then_none) {
  auto ports = take_all();
  std::sort(ports.begin(), ports.end());
  EXPECT_EQ(ports, (std::vector<std::uint16_t>{30'000, 30'002, 30'004, 30'006}));
  EXPECT_EQ(pool.taken_count(), 4U);
  EXPECT_EQ(pool.pair_count(), 4U);
}

TEST_F(PortPoolTest, a_port_whose_neighbour_is_out_of_the_range_is_not_given) {
  pool = PortPool({30'001, 30'004}, kSeed);
  EXPECT_EQ(take_all(), (std::vector<std::uint16_t>{30'002}));
}

TEST_F(PortPoolTest, a_range_without_pairs_has_nothing_to_give) {
  pool = PortPool({30'001, 30'002}, kSeed);
  EXPECT_FALSE(pool.take(now));
}

TEST_F(PortPoolTest, ports_come_in_no_order_that_can_be_guessed) {
  const PortRange range{30'000, 32'767};
  std::set<std::uint16_t> first_ports;
  for (std::uint64_t seed = 0; seed < 100; ++seed)
    first_ports.insert(PortPool(range, seed).take(now).value());
  EXPECT_GT(first_ports.size(), 80U);
  pool = PortPool(range, kSeed);
  int neighbours = 0;
  for (int last = 0, i = 0; i < 100; ++i) {
    const int port = pool.take(now).value();
    neighbours += std::abs(port - last) == 2 ? 1 : 0;
    last = port;
  }
  EXPECT_LT(neighbours, 5);
}

TEST_F(PortPoolTest, a_port_that_was_given_back_rests_while_others_are_free) {
  const std::uint16_t port = pool.take(now).value();
  pool.give_back(port, now);
  for (int i = 0; i < 3; ++i) EXPECT_NE(pool.take(now), port);
}

TEST_F(PortPoolTest, after_its_rest_it_is_as_any_other) {
  auto ports = take_all();
  for (const auto port : ports) pool.give_back(port, now);
  now += PortPool::kRest;
  std::set<std::uint16_t> first_ports;
  for (int i = 0; i < 100; ++i) {
    const auto port = pool.take(now);
    first_ports.insert(port.value());
    pool.give_back(*port, now);
    now += PortPool::kRest;
  }
  EXPECT_EQ(first_ports.size(), 4U);
}

TEST_F(PortPoolTest, when_nothing_else_is_left_the_port_that_rests_longest_is_given) {
  const auto ports = take_all();
  pool.give_back(ports[2], now);
  now += 1s;
  pool.give_back(ports[0], now);
  EXPECT_EQ(pool.take(now), ports[2]);
  EXPECT_EQ(pool.take(now), ports[0]);
  EXPECT_FALSE(pool.take(now));
}

TEST_F(PortPoolTest, a_port_that_another_program_holds_is_tried_again_after_a_minute) {
  const std::uint16_t held = pool.take(now).value();
  pool.set_aside(held, now);
  const auto others = take_all();
  EXPECT_EQ(others.size(), 3U);
  EXPECT_EQ(std::count(others.begin(), others.end(), held), 0);
  now += PortPool::kSetAsideFor - 1ms;
  EXPECT_FALSE(pool.take(now));
  now += 1ms;
  EXPECT_EQ(pool.take(now), held);
}

TEST_F(PortPoolTest, what_was_not_taken_cannot_be_given_back) {
  const std::uint16_t port = pool.take(now).value();
  for (const int wrong : {port + 1, 29'998, 30'008, 0, 65'535, port == 30'000 ? 30'002 : 30'000}) {
    pool.give_back(static_cast<std::uint16_t>(wrong), now);
    pool.set_aside(static_cast<std::uint16_t>(wrong), now);
  }
  pool.give_back(port, now);
  pool.give_back(port, now);
  EXPECT_EQ(pool.taken_count(), 0U);
  EXPECT_EQ(take_all().size(), 4U);
}

TEST_F(PortPoolTest, the_whole_range_can_be_taken_given_back_and_taken_again) {
  pool = PortPool({1'024, 65'535}, kSeed);
  const auto ports = take_all();
  EXPECT_EQ(std::set(ports.begin(), ports.end()).size(), 32'256U);
  for (const auto port : ports) pool.give_back(port, now);
  EXPECT_EQ(take_all().size(), 32'256U);
}

}  // namespace
}  // namespace fapfon::relay
