// SPDX-License-Identifier: GPL-2.0-or-later
#include "options/typos.hpp"

#include <gtest/gtest.h>

namespace fapfon::options {
namespace {

TEST(Typos, are_letters_that_change_come_or_go) {
  EXPECT_EQ(typos_between("check", "check"), 0U);
  EXPECT_EQ(typos_between("chek", "check"), 1U);
  EXPECT_EQ(typos_between("checkk", "check"), 1U);
  EXPECT_EQ(typos_between("chack", "check"), 1U);
  EXPECT_EQ(typos_between("chekc", "check"), 2U) << "two letters that changed places";
  EXPECT_EQ(typos_between("", "check"), 5U);
  EXPECT_EQ(typos_between("check", ""), 5U);
}

}  // namespace
}  // namespace fapfon::options
