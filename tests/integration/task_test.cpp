// SPDX-License-Identifier: GPL-2.0-or-later
// Which task is done, and the exit codes. Tasks that change the machine, and the daemon itself, are in the
// lab and in the tests of the whole program.
#include "app/task.hpp"

#include <gtest/gtest.h>

namespace fapfon::app {
namespace {

using options::Options;

class TaskTest : public testing::Test {
 protected:
  int carry_out(Options::Task task) {
    read.options.task = task;
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = carry_out_task(read);
    printed = testing::internal::GetCapturedStdout();
    complained = testing::internal::GetCapturedStderr();
    return code;
  }

  options::ReadOptions read;
  std::string printed;
  std::string complained;
};

TEST_F(TaskTest, help_and_version_go_to_stdout) {
  EXPECT_EQ(carry_out(Options::Task::version), 0);
  EXPECT_EQ(printed, "fapfon-proxy " FAPFON_VERSION "\n");
  EXPECT_EQ(carry_out(Options::Task::help), 0);
  EXPECT_NE(printed.find("--help"), std::string::npos);
  EXPECT_EQ(complained, "");
}

TEST_F(TaskTest, a_configuration_that_is_well_is_named) {
  read.options.config = "/etc/default/x";
  EXPECT_EQ(carry_out(Options::Task::check_config), 0);
  EXPECT_EQ(printed.rfind("/etc/default/x ", 0), 0U) << printed;
}

TEST_F(TaskTest, all_mistakes_of_the_command_line_are_told_and_nothing_is_done) {
  read.command_line_mistakes = {"first", "second"};
  for (const Options::Task task : {Options::Task::run, Options::Task::help, Options::Task::check}) {
    EXPECT_EQ(carry_out(task), 2);
    EXPECT_EQ(complained, "fapfon-proxy: first\nfapfon-proxy: second\n");
    EXPECT_EQ(printed, "");
  }
}

TEST_F(TaskTest, a_mistake_of_the_configuration_stops_what_needs_one) {
  read.configuration_mistakes = {"FILE:3: odd"};
  for (const Options::Task task :
       {Options::Task::run, Options::Task::check_config, Options::Task::nat_setup}) {
    EXPECT_EQ(carry_out(task), 2);
    EXPECT_EQ(complained, "fapfon-proxy: FILE:3: odd\n");
  }
}

TEST_F(TaskTest, a_daemon_that_cannot_write_its_log_ends_with_1) {
  read.options.logfile = "/no/such/folder/log";
  EXPECT_EQ(carry_out(Options::Task::run), 1);
  EXPECT_NE(complained.find("/no/such/folder/log"), std::string::npos) << complained;
}

}  // namespace
}  // namespace fapfon::app
