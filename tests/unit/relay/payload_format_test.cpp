// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay/payload_format.hpp"

#include <gtest/gtest.h>

namespace fapfon::relay {
namespace {

TEST(PayloadFormat, static_types_are_known_without_sdp) {
  const auto pcma = PayloadFormat::of_static_type(8).value();
  EXPECT_EQ(pcma.name(), "PCMA");
  EXPECT_EQ(pcma.clock_rate(), 8'000U);
  EXPECT_EQ(PayloadFormat::of_static_type(34).value().clock_rate(), 90'000U);
}

// RFC 3551 section 4.5.2
TEST(PayloadFormat, the_clock_of_g722_is_8000) {
  EXPECT_EQ(PayloadFormat::of_static_type(9), PayloadFormat(9, 8'000, "G722"));
}

TEST(PayloadFormat, of_dynamic_and_reserved_types_only_sdp_can_tell) {
  for (const int type : {1, 2, 19, 35, 72, 96, 101, 127}) {
    EXPECT_FALSE(PayloadFormat::of_static_type(static_cast<std::uint8_t>(type))) << type;
  }
}

TEST(PayloadFormat, a_name_is_kept_as_it_is_spelled_and_cut_when_it_is_too_long) {
  const PayloadFormat event{101, 8'000, "telephone-event"};
  EXPECT_EQ(event.name(), "telephone-event");
  const PayloadFormat odd{102, 8'000, "a-name-that-nobody-has-heard-of"};
  EXPECT_EQ(odd.name(), "a-name-that-nob");
  const PayloadFormat nameless{103, 8'000, ""};
  EXPECT_EQ(nameless.name(), "");
}

TEST(PayloadFormat, key_presses_are_known_by_name_in_any_case) {
  EXPECT_TRUE(PayloadFormat(96, 8'000, "Telephone-Event").is_telephone_event());
  EXPECT_FALSE(PayloadFormat(96, 8'000, "telephone").is_telephone_event());
  EXPECT_FALSE(PayloadFormat().is_telephone_event());
}

}  // namespace
}  // namespace fapfon::relay
