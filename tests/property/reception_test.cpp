// SPDX-License-Identifier: GPL-2.0-or-later
// A stream with loss, duplicates and reordering: what was done to it is what is counted.
#include "relay/reception.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "property/dice.hpp"
#include "support/rtp.hpp"

namespace fapfon::relay {
namespace {

using property::Dice;
using property::for_each_seed;

constexpr SocketAddress kSource{IpAddress::v4(192, 0, 2, 6), 4'000};

/// What a network does to the packets 0 to `count` - 1, and how often it did it.
struct Delivery {
  std::vector<int> order;
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t reordered = 0;
};

Delivery deliver(Dice& dice, int count) {
  Delivery out;
  for (int i = 0; i < count; ++i) {
    const bool is_kept = i == 0 || i == count - 1 || !dice.once_in(10);  // of the ends nobody could tell
    if (is_kept) out.order.push_back(i);
    out.lost += is_kept ? 0 : 1;
  }
  for (std::size_t at = 0; at + 20 < out.order.size(); at += 20) {
    if (!dice.once_in(3)) continue;
    const auto from = out.order.begin() + static_cast<std::ptrdiff_t>(at);
    std::rotate(from, from + 1, from + 2 + static_cast<std::ptrdiff_t>(dice.below(15)));  // one is late
    ++out.reordered;
  }
  std::vector<int> with_duplicates;
  for (const int sequence : out.order) {
    with_duplicates.push_back(sequence);
    if (!dice.once_in(15)) continue;
    with_duplicates.push_back(with_duplicates[with_duplicates.size() - 1 -
                                              dice.below(std::min<std::size_t>(with_duplicates.size(), 20))]);
    ++out.duplicated;
  }
  out.order = with_duplicates;
  return out;
}

TEST(ReceptionProperty, what_the_network_did_is_what_is_counted) {
  for_each_seed(200, [](Dice& dice) {
    Reception reception(Payload::rtp);
    TimePoint now{1h};
    const Delivery delivery = deliver(dice, 2'000);
    const std::size_t first = dice.below(1 << 16);
    for (const int index : delivery.order) {
      const auto sequence = static_cast<std::uint16_t>(first + static_cast<std::size_t>(index));
      now += 20ms;
      const std::string bytes = Rtp{.sequence = sequence, .payload = ""}.bytes();
      reception.update(Packet::read(kSource, bytes), now);
    }
    const ReceptionFigures figures = reception.figures();
    EXPECT_EQ(figures.packet_count, delivery.order.size());
    EXPECT_EQ(figures.lost_count, delivery.lost);
    EXPECT_EQ(figures.duplicated_count, delivery.duplicated);
    EXPECT_EQ(figures.reordered_count, delivery.reordered);
  });
}

TEST(ReceptionProperty, figures_of_nonsense_stay_within_reason) {
  for_each_seed(300, [](Dice& dice) {
    Reception reception(Payload::rtp);
    TimePoint now{1h};
    for (std::size_t i = 0; i < 500; ++i) {
      const auto any = [&](std::size_t count) { return dice.below(count); };
      const Rtp rtp{.sequence = static_cast<std::uint16_t>(any(1 << 16)),
                    .ssrc = static_cast<std::uint32_t>(any(2)),
                    .timestamp = static_cast<std::uint32_t>(any(std::size_t{1} << 32U)),
                    .payload_type = static_cast<std::uint8_t>(any(64)),
                    .marker = any(2) == 0,
                    .payload = ""};
      now += std::chrono::milliseconds(any(10'000));
      if (dice.once_in(10)) {
        reception.know({rtp.payload_type, static_cast<std::uint32_t>(any(std::size_t{1} << 32U)), "x"});
      }
      const std::string bytes = rtp.bytes();
      reception.update(Packet::read(kSource, bytes), now);
      const ReceptionFigures figures = reception.figures();
      EXPECT_EQ(figures.packet_count, i + 1);
      EXPECT_LE(figures.lost_count, (i + 1) * Reception::kMaxDropout);
      EXPECT_LE(figures.worst_jitter, Reception::kLargestDeviation);
      EXPECT_LE(figures.jitter, figures.worst_jitter);
      EXPECT_GE(figures.jitter, 0us);
      EXPECT_LE(figures.longest_gap, 10s);
    }
  });
}

}  // namespace
}  // namespace fapfon::relay
