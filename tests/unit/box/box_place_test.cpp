// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/box_place.hpp"

#include <gtest/gtest.h>

namespace fapfon::box {
namespace {

TEST(BoxPlaces, of_this_machine_are_reached_from_the_same_address) {
  const IpAddress here = IpAddress::v4(127, 0, 0, 1);
  const auto places = places_of({here}, 5060);
  ASSERT_TRUE(places) << places.error();
  EXPECT_EQ(*places, (std::vector<BoxPlace>{{{here, 5060}, here}}));
}

TEST(BoxPlaces, of_no_address_are_an_error_that_says_so) {
  const auto places = places_of({}, 5060);
  ASSERT_FALSE(places);
  EXPECT_EQ(places.error(), "the name has no address");
}

}  // namespace
}  // namespace fapfon::box
