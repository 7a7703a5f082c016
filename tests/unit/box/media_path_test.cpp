// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/media_path.hpp"

#include <gtest/gtest.h>

namespace fapfon::box {
namespace {

IpAddress ip(ByteView text) {
  return IpAddress::parse(text).value();
}

TEST(MediaPath, is_direct_when_the_box_sees_the_address_it_was_asked_from) {
  EXPECT_EQ(media_path(ip("172.20.11.1"), ProbeAnswer{ip("172.20.11.1")}), MediaPath::direct);
  EXPECT_EQ(media_path(ip("172.20.11.1"), ProbeAnswer{}), MediaPath::direct);
}

TEST(MediaPath, is_masqueraded_when_the_box_sees_another) {
  EXPECT_EQ(media_path(ip("172.20.11.1"), ProbeAnswer{ip("172.30.10.2")}), MediaPath::masqueraded);
}

TEST(MediaPath, has_no_route_when_nothing_comes_back) {
  EXPECT_EQ(media_path(ip("172.20.11.1"), std::nullopt), MediaPath::no_route);
}

}  // namespace
}  // namespace fapfon::box
