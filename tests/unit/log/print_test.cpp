// SPDX-License-Identifier: GPL-2.0-or-later
#include "log/print.hpp"

#include <stdio_ext.h>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace fapfon::log {
namespace {

TEST(Print, writes_the_text_as_it_is_and_at_once) {
  testing::internal::CaptureStdout();
  const int code = print("100 % of it\nwithout another line end");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "100 % of it\nwithout another line end");
  EXPECT_EQ(code, 0);
}

TEST(Print, tells_when_nobody_can_take_the_text) {
  std::fflush(stdout);
  const int kept = ::dup(STDOUT_FILENO);
  const int full = ::open("/dev/full", O_WRONLY);
  ASSERT_GE(full, 0);
  ::dup2(full, STDOUT_FILENO);
  const int code = print("text");
  __fpurge(stdout);
  std::clearerr(stdout);
  ::dup2(kept, STDOUT_FILENO);
  ::close(kept);
  ::close(full);
  EXPECT_EQ(code, 1);
}

TEST(Print, an_error_goes_to_stderr_with_the_name_of_the_program) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int code = fail("cannot do 100 %s of it", 7);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "fapfon-proxy: cannot do 100 %s of it\n");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(code, 7);
}

}  // namespace
}  // namespace fapfon::log
