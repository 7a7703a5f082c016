// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/lines.hpp"

#include <gtest/gtest.h>

namespace fapfon::proxy {
namespace {

constexpr IpAddress kSource = IpAddress::v4(172, 20, 11, 6);

class LinesTest : public testing::Test {
 protected:
  LinesTest() {
    limits.max_lines = 3;
    limits.max_lines_per_source = 2;
    for (std::uint16_t port = 1; port <= 5; ++port)
      table.add_stock({{IpAddress::v4(172, 30, 10, 2), port}, {}, {}});
  }

  Limits limits;
  Guests guests;
  Lines table{limits, guests};
};

TEST_F(LinesTest, are_found_by_id_and_by_aor_the_oldest_first) {
  const LineId first = table.open("anna@fritz.box", kSource).id;
  const LineId second = table.open("anna@fritz.box", kSource).id;
  EXPECT_EQ(table.of_aor("anna@fritz.box"), (std::vector<LineId>{first, second}));
  EXPECT_TRUE(table.of_aor("bert@fritz.box").empty());
  table.erase(first);
  EXPECT_EQ(table.of_aor("anna@fritz.box"), std::vector<LineId>{second});
  EXPECT_EQ(table.find(first), nullptr);
}

TEST_F(LinesTest, each_takes_an_address_of_its_own_from_the_stock) {
  const SocketAddress first = table.open("a", kSource).box_facing;
  EXPECT_NE(table.open("b", kSource).box_facing, first);
  EXPECT_EQ(table.stock_count(), 3U);
}

TEST_F(LinesTest, L9_all_are_counted_and_are_guests_until_the_box_has_accepted_them) {
  Line& first = table.open("a", kSource);
  table.open("b", kSource);
  EXPECT_FALSE(table.is_full());
  table.open("c", IpAddress::v4(172, 20, 11, 7));
  EXPECT_TRUE(table.is_full());
  EXPECT_EQ(guests.lines.size(), 3U);
  table.set_accepted(first);
  EXPECT_FALSE(table.is_guest(first.id));
  EXPECT_EQ(table.accepted_count(), 1U);
  table.erase(first.id);
  EXPECT_FALSE(table.is_full());
  EXPECT_EQ(table.accepted_count(), 0U);
}

TEST_F(LinesTest, L9_a_reservation_is_surplus_when_it_takes_the_room_of_guests) {
  Line& first = table.open("a", kSource);
  Line& second = table.open("b", kSource);
  table.set_accepted(first);
  table.set_accepted(second);
  first.state = LineState::reserved;
  EXPECT_EQ(table.surplus_reservation(), nullptr) << "one of three is left";
  table.set_accepted(table.open("c", kSource));
  EXPECT_EQ(table.surplus_reservation(), &first);
}

TEST_F(LinesTest, a_reserved_line_is_not_in_use_and_the_oldest_goes_first) {
  Line& first = table.open("a", kSource);
  Line& second = table.open("b", kSource);
  EXPECT_EQ(table.oldest_reserved(), nullptr);
  first.state = second.state = LineState::reserved;
  first.reserved_until = TimePoint{} + std::chrono::hours(2);
  second.reserved_until = TimePoint{} + std::chrono::hours(1);
  EXPECT_EQ(table.oldest_reserved(), &second);
  EXPECT_EQ(table.count_in_use(), 0U);
  EXPECT_EQ(table.size(), 2U);
}

}  // namespace
}  // namespace fapfon::proxy
