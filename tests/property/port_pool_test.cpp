// SPDX-License-Identifier: GPL-2.0-or-later
// Whatever is taken and given back: no pair is given to two, and none is forgotten.
#include "relay/port_pool.hpp"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "property/dice.hpp"

namespace fapfon::relay {
namespace {

using property::Dice;
using property::for_each_seed;

TEST(PortPoolProperty, no_pair_is_given_twice_rests_are_kept_and_none_is_forgotten) {
  for_each_seed(100, [](Dice& dice) {
    const auto first = static_cast<std::uint16_t>(1'024 + dice.below(60'000));
    const PortRange range{first, static_cast<std::uint16_t>(first + 1 + dice.below(60))};
    PortPool pool(range, dice.below(1'000));
    TimePoint now{1h};
    std::set<std::uint16_t> taken;
    std::map<std::uint16_t, TimePoint> held;  // by another program, until
    for (int i = 0; i < 1'000; ++i) {
      now += std::chrono::milliseconds(dice.below(2'000));
      if (taken.empty() || dice.once_in(2)) {
        const auto port = pool.take(now);
        if (!port) {
          for (const auto& [at, until] : held) EXPECT_TRUE(taken.count(at) != 0 || until > now);
          continue;
        }
        EXPECT_EQ(*port % 2, 0);
        EXPECT_TRUE(range.contains(*port) && range.contains(static_cast<std::uint16_t>(*port + 1)));
        EXPECT_TRUE(taken.insert(*port).second);
        EXPECT_TRUE(held.count(*port) == 0 || held[*port] <= now);
      } else {
        const std::uint16_t port = dice.one_of(taken);
        taken.erase(port);
        if (dice.once_in(4)) {
          pool.set_aside(port, now);
          held[port] = now + PortPool::kSetAsideFor;
        } else {
          pool.give_back(port, now);
          held.erase(port);
        }
      }
      EXPECT_EQ(pool.taken_count(), taken.size());
    }
    for (const std::uint16_t port : taken) pool.give_back(port, now);
    now += PortPool::kSetAsideFor;
    for (std::size_t i = 0; i < range.pair_count(); ++i) EXPECT_TRUE(pool.take(now));
    EXPECT_FALSE(pool.take(now));
  });
}

}  // namespace
}  // namespace fapfon::relay
