// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/slot_map.hpp"

#include <gtest/gtest.h>

namespace fapfon {
namespace {

using ThingId = Id<struct ThingTag>;

struct Thing {
  ThingId id;
  int value = 0;
};

TEST(SlotMap, an_id_finds_its_object_and_no_other_after_it) {
  SlotMap<Thing, ThingId> map;
  const ThingId first = map.emplace().id;
  ASSERT_NE(map.find(first), nullptr);
  map.erase(first);
  EXPECT_EQ(map.find(first), nullptr);
  const ThingId second = map.emplace().id;
  EXPECT_EQ(second.index, first.index) << "the slot is used again";
  EXPECT_NE(second, first);
  EXPECT_EQ(map.find(first), nullptr);
  EXPECT_EQ(map.size(), 1U);
}

TEST(SlotMap, the_id_of_nothing_finds_nothing) {
  SlotMap<Thing, ThingId> map;
  map.emplace();
  EXPECT_EQ(map.find(ThingId{}), nullptr);
  EXPECT_EQ(map.find(ThingId{99, 1}), nullptr);
}

TEST(SlotMap, erasing_twice_frees_once) {
  SlotMap<Thing, ThingId> map;
  const ThingId id = map.emplace().id;
  map.erase(id);
  map.erase(id);
  EXPECT_EQ(map.size(), 0U);
  EXPECT_NE(map.emplace().id.index, map.emplace().id.index);
}

TEST(SlotMap, objects_stay_where_they_are) {
  SlotMap<Thing, ThingId> map;
  Thing& first = map.emplace();
  for (int i = 0; i < 10'000; ++i) map.emplace();
  EXPECT_EQ(map.find(first.id), &first);
}

TEST(SlotMap, an_object_begins_anew_in_a_used_slot) {
  SlotMap<Thing, ThingId> map;
  Thing& first = map.emplace();
  first.value = 7;
  map.erase(first.id);
  EXPECT_EQ(map.emplace().value, 0);
}

}  // namespace
}  // namespace fapfon
