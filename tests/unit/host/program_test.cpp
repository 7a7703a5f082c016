// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/program.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "base/time.hpp"

namespace fapfon::host {
namespace {

Finished run_sh(const std::string& script, ByteView input = {}) {
  const auto finished = run("/bin/sh", {"-c", script}, input);
  return finished ? *finished : Finished{-1, "", finished.error()};
}

TEST(Run, gives_input_and_takes_both_outputs_and_the_exit_code) {
  const Finished finished = run_sh("cat; echo no >&2; exit 7", "yes\n");
  EXPECT_EQ(finished.out, "yes\n");
  EXPECT_EQ(finished.err, "no\n");
  EXPECT_EQ(finished.exit_code, 7);
}

TEST(Run, takes_more_than_a_pipe_holds) {
  const std::string input(1U << 20U, 'x');
  EXPECT_EQ(run_sh("cat", input).out, input);
}

TEST(Run, passes_arguments_as_they_are) {
  const auto finished = run("/bin/echo", {"a b", "$HOME", "*"});
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->out, "a b $HOME *\n");
}

TEST(Run, tells_a_signal_as_a_shell_does) {
  EXPECT_EQ(run_sh("kill -TERM $$").exit_code, 128 + SIGTERM);
}

TEST(Run, asks_for_messages_in_English) {
  EXPECT_EQ(run_sh("echo $LC_ALL").out, "C\n");
}

TEST(Run, says_when_there_is_no_such_program) {
  const auto finished = run("/nowhere/nft", {});
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error(), "/nowhere/nft: No such file or directory");
}

TEST(Run, ends_what_does_not_end_by_itself) {
  const TimePoint start = Clock::now();
  const auto finished = run("/bin/sleep", {"60"}, {}, 50ms);
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error(), "/bin/sleep: did not end within 50 ms");
  EXPECT_LT(Clock::now() - start, 30s);
}

TEST(Run, does_not_wait_for_what_is_left_in_the_background) {
  const TimePoint start = Clock::now();
  EXPECT_TRUE(run("/bin/sh", {"-c", "sleep 60 & exit 0"}));
  EXPECT_LT(Clock::now() - start, 30s);
}

/// A PATH for the time of one test.
class FindProgram : public testing::Test {
 protected:
  void TearDown() override { setenv("PATH", before_.c_str(), 1); }

 private:
  std::string before_ = std::getenv("PATH");
};

TEST_F(FindProgram, looks_in_PATH) {
  setenv("PATH", "/nowhere:/bin", 1);
  EXPECT_EQ(find_program("sh"), "/bin/sh");
  EXPECT_EQ(find_program("no-such-program"), std::nullopt);
}

TEST_F(FindProgram, never_looks_in_the_current_folder) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path("/bin");
  for (const char* relative : {"", ".", "../bin"}) {
    setenv("PATH", relative, 1);
    EXPECT_EQ(find_program("sh"), std::nullopt) << "PATH=" << relative;
  }
  std::filesystem::current_path(before);
}

TEST_F(FindProgram, knows_the_folders_that_su_leaves_out) {
  setenv("PATH", "/nowhere", 1);
  EXPECT_EQ(find_program("ldconfig"), "/usr/sbin/ldconfig");
  setenv("PATH", "/nowhere/sbin", 1);
  EXPECT_EQ(find_program("ldconfig"), std::nullopt);
}

}  // namespace
}  // namespace fapfon::host
