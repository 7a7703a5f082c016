// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/networks.hpp"

#include "home.hpp"

namespace fapfon::check {
namespace {

TEST(Networks, have_a_mask_and_a_sample) {
  EXPECT_EQ(ip4_mask(24), "255.255.255.0");
  EXPECT_EQ(ip4_mask(20), "255.255.240.0");
  EXPECT_EQ(ip4_mask(0), "0.0.0.0");
  EXPECT_EQ(sample_of(range("172.20.11.0/24")), ip("172.20.11.254"));
  EXPECT_EQ(sample_of(range("172.20.11.0/24"), ip("172.20.11.254")), ip("172.20.11.253"));
  EXPECT_EQ(sample_of(range("10.8.0.1/32"), ip("10.8.0.1")), ip("10.8.0.1"));
  EXPECT_EQ(sample_of(range("fd00::/64")), ip("fd00::ffff:ffff:ffff:fffe"));
}

}  // namespace
}  // namespace fapfon::check
