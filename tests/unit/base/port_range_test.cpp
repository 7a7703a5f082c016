// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/port_range.hpp"

#include <optional>

#include <gtest/gtest.h>

namespace fapfon {
namespace {

std::optional<PortRangeError> error_of(ByteView text) {
  const auto range = PortRange::parse(text);
  return range ? std::nullopt : std::optional{range.error()};
}

TEST(PortRange, first_and_last_port_are_read_and_both_belong_to_it) {
  const auto range = PortRange::parse("30000-32767").value();
  EXPECT_EQ(range, (PortRange{30'000, 32'767}));
  EXPECT_TRUE(range.contains(30'000));
  EXPECT_TRUE(range.contains(32'767));
  EXPECT_FALSE(range.contains(29'999));
  EXPECT_FALSE(range.contains(32'768));
}

TEST(PortRange, all_ports_that_may_be_used_can_be_given) {
  EXPECT_EQ(PortRange::parse("1024-65535").value(), (PortRange{1'024, 65'535}));
}

TEST(PortRange, is_written_as_it_is_read) {
  EXPECT_EQ(PortRange::parse("30000-32767").value().to_string(), "30000-32767");
}

TEST(PortRange, what_is_no_range_is_told) {
  for (const char* text : {"", "-", "30000", "30000-", "-32767", "a-b", "30000-32767-", "30000 - 32767",
                           "30000-32767x", "+30000-32767", "30000:32767"}) {
    EXPECT_EQ(error_of(text), PortRangeError::no_range) << text;
  }
}

TEST(PortRange, ports_of_the_system_and_above_65535_are_refused) {
  for (const char* text : {"1023-2000", "0-2000", "30000-65536", "65536-70000", "2000-80"}) {
    EXPECT_EQ(error_of(text), PortRangeError::out_of_range) << text;
  }
}

TEST(PortRange, a_range_that_runs_backwards_is_refused) {
  EXPECT_EQ(error_of("32767-30000"), PortRangeError::ends_before_begin);
}

TEST(PortRange, a_range_without_an_even_port_and_its_odd_neighbour_is_refused) {
  for (const char* text : {"30000-30000", "30001-30001", "30001-30002"}) {
    EXPECT_EQ(error_of(text), PortRangeError::too_small) << text;
  }
  EXPECT_EQ(error_of("30000-30001"), std::nullopt);
}

TEST(PortRange, pairs_are_even_ports_whose_odd_neighbour_is_in_the_range) {
  EXPECT_EQ((PortRange{30'000, 32'767}.pair_count()), 1'384U);
  EXPECT_EQ((PortRange{30'001, 30'006}.pair_count()), 2U);
  EXPECT_EQ((PortRange{30'001, 30'006}.pair(0)), 30'002U);
  EXPECT_EQ((PortRange{30'001, 30'006}.pair(1)), 30'004U);
  EXPECT_EQ((PortRange{65'534, 65'535}.pair_count()), 1U);
  EXPECT_EQ((PortRange{65'534, 65'535}.pair(0)), 65'534U);
  EXPECT_EQ((PortRange{65'535, 65'535}.pair_count()), 0U);
}

}  // namespace
}  // namespace fapfon
