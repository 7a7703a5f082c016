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
  Lines table{limits};
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

TEST_F(LinesTest, L9_limits_count_for_one_source_and_for_all) {
  const LineId first = table.open("a", kSource).id;
  EXPECT_FALSE(table.is_full_for(kSource));
  table.open("b", kSource);
  EXPECT_TRUE(table.is_full_for(kSource));
  EXPECT_FALSE(table.is_full_for(IpAddress::v4(172, 20, 11, 7)));
  EXPECT_FALSE(table.is_full());
  table.open("c", IpAddress::v4(172, 20, 11, 7));
  EXPECT_TRUE(table.is_full());
  table.erase(first);
  EXPECT_FALSE(table.is_full());
  EXPECT_FALSE(table.is_full_for(kSource));
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
