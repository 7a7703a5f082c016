// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/guest_room.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "proxy/ids.hpp"

namespace fapfon::proxy {
namespace {

constexpr IpAddress kGreedy = IpAddress::v4(10, 8, 0, 7);
constexpr IpAddress kOther = IpAddress::v4(10, 8, 0, 8);
constexpr std::size_t kLimit = 4;

FlowId id(std::uint32_t index) {
  return {index, 1};
}

class Room : public testing::Test {
 protected:
  void add(std::uint32_t index, const IpAddress& ip) { room.add(id(index), ip); }
  std::optional<FlowId> surplus(const IpAddress& ip, std::size_t per_source = kLimit) {
    return room.surplus(ip, kLimit, per_source);
  }
  GuestRoom<FlowId, std::hash<FlowId>> room;
};

TEST_F(Room, nobody_has_to_go_while_there_is_room) {
  for (std::uint32_t i = 1; i <= 3; ++i) add(i, kGreedy);
  EXPECT_FALSE(surplus(kGreedy));
  EXPECT_FALSE(surplus(kOther));
}

TEST_F(Room, L9_the_oldest_of_the_source_that_has_most_goes) {
  add(9, kOther);
  for (std::uint32_t i = 1; i <= 3; ++i) add(i, kGreedy);
  EXPECT_EQ(surplus(IpAddress::v4(10, 8, 0, 9)), id(1));
  EXPECT_EQ(surplus(kOther), id(1));
  EXPECT_EQ(surplus(kGreedy), id(1)) << "who asks for most displaces himself";
}

TEST_F(Room, one_source_has_a_limit_of_its_own) {
  add(1, kGreedy);
  add(2, kGreedy);
  EXPECT_EQ(surplus(kGreedy, 2), id(1));
  EXPECT_FALSE(surplus(kOther, 2));
}

TEST_F(Room, who_has_gone_or_is_accepted_counts_no_more) {
  for (std::uint32_t i = 1; i <= 4; ++i) add(i, kGreedy);
  room.remove(id(1));
  room.remove(id(1));
  EXPECT_FALSE(room.contains(id(1)));
  EXPECT_EQ(room.size(), 3U);
  EXPECT_FALSE(surplus(kOther));
  add(5, kGreedy);
  add(5, kOther);
  EXPECT_EQ(room.count_of(kOther), 0U) << "it is there already";
  EXPECT_EQ(surplus(kOther), id(2));
  for (std::uint32_t i = 2; i <= 5; ++i) room.remove(id(i));
  EXPECT_FALSE(room.oldest());
  EXPECT_FALSE(room.surplus(kOther, 0, 0)) << "nobody is left who could go";
}

TEST_F(Room, L9_all_addresses_of_an_ipv6_64_are_one_source) {
  const auto host = [](std::uint8_t net, std::uint8_t last) {
    return IpAddress::from_bytes(Family::ip6, {0xfd, 0, 0, 8, 0, 0, 0, net, 0, 0, 0, 0, 0, 0, 0, last});
  };
  for (std::uint8_t i = 1; i <= 3; ++i) add(i, host(1, i));
  EXPECT_EQ(room.count_of(host(1, 99)), 3U);
  EXPECT_EQ(room.count_of(host(2, 1)), 0U);
}

}  // namespace
}  // namespace fapfon::proxy
