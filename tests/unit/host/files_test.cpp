// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/files.hpp"

#include <gtest/gtest.h>

namespace fapfon::host {
namespace {

TEST(Files, of_proc_are_read_whole) {
  EXPECT_EQ(text_of_file("/proc/self/comm").value().back(), '\n');
  EXPECT_EQ(text_of_file("/dev/null").value(), "");
}

TEST(Files, that_cannot_be_read_say_why) {
  EXPECT_EQ(text_of_file("/nowhere/file").error(), "No such file or directory");
  EXPECT_EQ(text_of_file("/tmp").error(), "Is a directory");
}

TEST(Files, hold_a_number_or_none) {
  EXPECT_TRUE(number_in_file("/proc/sys/net/ipv4/ip_forward"));
  EXPECT_FALSE(number_in_file("/proc/self/comm"));
  EXPECT_FALSE(number_in_file("/nowhere/file"));
}

}  // namespace
}  // namespace fapfon::host
