// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/interfaces.hpp"

#include <gtest/gtest.h>

namespace fapfon::net {
namespace {

TEST(Interfaces, of_this_machine_are_without_loopback) {
  for (const Interface& interface : interfaces_of_this_machine()) {
    EXPECT_NE(interface.name, "lo");
    EXPECT_GT(interface.mtu_bytes, 0U) << interface.name;
  }
}

}  // namespace
}  // namespace fapfon::net
