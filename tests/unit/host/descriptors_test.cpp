// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/descriptors.hpp"

#include <sys/resource.h>

#include <gtest/gtest.h>

namespace fapfon::host {
namespace {

class Descriptors : public testing::Test {
 protected:
  Descriptors() { ::getrlimit(RLIMIT_NOFILE, &before); }
  ~Descriptors() override { ::setrlimit(RLIMIT_NOFILE, &before); }
  static rlimit now() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return limit;
  }
  rlimit before{};
};

TEST_F(Descriptors, the_soft_limit_becomes_the_hard_one_and_is_returned) {
  const rlimit low{100, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(raise_descriptor_limit(), before.rlim_max);
  EXPECT_EQ(now().rlim_cur, before.rlim_max);
  EXPECT_EQ(now().rlim_max, before.rlim_max);
}

TEST_F(Descriptors, a_limit_that_is_as_high_as_it_can_be_stays) {
  raise_descriptor_limit();
  EXPECT_EQ(raise_descriptor_limit(), now().rlim_max);
}

}  // namespace
}  // namespace fapfon::host
