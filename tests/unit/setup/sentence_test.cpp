// SPDX-License-Identifier: GPL-2.0-or-later
#include "setup/sentence.hpp"

#include <gtest/gtest.h>

namespace fapfon::setup {
namespace {

using namespace std::string_literals;

TEST(Sentence, takes_values_in_their_order_or_by_number) {
  EXPECT_EQ(trf("{} on {}.", "10.6.0.0/24"s, "wg0"s), "10.6.0.0/24 on wg0.");
  EXPECT_EQ(trf("{1} has {0}.", "10.6.0.0/24"s, "wg0"s), "wg0 has 10.6.0.0/24.");
}

TEST(Sentence, braces_in_values_are_not_places) {
  EXPECT_EQ(trf("{} and {}", "{}"s, "{0}"s), "{} and {0}");
}

TEST(Sentence, a_place_without_a_value_is_empty) {
  EXPECT_EQ(fill("{} {} {7}", {"one"}), "one  ");
}

}  // namespace
}  // namespace fapfon::setup
