// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/box_addresses.hpp"

#include <gtest/gtest.h>

#include "integration/peer.hpp"

namespace fapfon::test {
namespace {

using box::BoxName;

const IpAddress kItself = IpAddress::v4(127, 0, 0, 1);

TEST(BoxAddresses, of_an_address_are_that_one_and_the_local_one_that_leads_there) {
  const auto places = box::box_addresses(BoxName{kItself, {}, 5061});
  ASSERT_TRUE(places) << places.error();
  ASSERT_EQ(places->size(), 1U);
  EXPECT_EQ(places->front(), (box::BoxPlace{{kItself, 5061}, kItself}));
}

TEST(BoxAddresses, of_a_name_are_all_that_it_has) {
  const auto places = box::box_addresses(BoxName{{}, "localhost", 5061});
  ASSERT_TRUE(places) << places.error();
  ASSERT_FALSE(places->empty());
  for (const box::BoxPlace& place : *places) {
    EXPECT_TRUE(place.box.ip.is_loopback());
    EXPECT_EQ(place.box.port, 5061);
  }
}

TEST(BoxAddresses, of_a_name_that_has_none_are_an_error_that_names_it) {
  const std::string name = std::string(64, 'x') + ".box";  // longer than a label may be: nobody is asked
  const auto places = box::box_addresses(BoxName{{}, name, 5060});
  ASSERT_FALSE(places);
  EXPECT_EQ(places.error().rfind(name + ":5060: ", 0), 0U) << places.error();
  EXPECT_GT(places.error().size(), name.size() + 7) << "the cause is missing";
}

}  // namespace
}  // namespace fapfon::test
