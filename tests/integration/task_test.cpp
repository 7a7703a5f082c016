// SPDX-License-Identifier: GPL-2.0-or-later
// Which task is done, in which language, and the exit codes. Tasks that change the machine, and the daemon
// itself, are in the lab and in the tests of the whole program.
#include "app/task.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace fapfon::app {
namespace {

class TaskTest : public testing::Test {
 protected:
  TaskTest() {
    sources.read_file = [this](const std::string& path) -> Expected<std::string, std::string> {
      if (path == "/settings") return file;
      return Unexpected<std::string>("there is no " + path);
    };
  }

  int carry_out(std::vector<std::string> arguments) {
    sources.arguments = std::move(arguments);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = carry_out_task(sources);
    printed = testing::internal::GetCapturedStdout();
    complained = testing::internal::GetCapturedStderr();
    return code;
  }

  options::Sources sources;
  std::string file;
  std::string printed;
  std::string complained;
};

TEST_F(TaskTest, help_and_version_go_to_stdout) {
  EXPECT_EQ(carry_out({"--version"}), 0);
  EXPECT_EQ(printed, "fapfon-proxy " FAPFON_VERSION "\n");
  EXPECT_EQ(carry_out({"--help"}), 0);
  EXPECT_NE(printed.find("--help"), std::string::npos);
  EXPECT_EQ(complained, "");
}

TEST_F(TaskTest, the_help_speaks_the_language_of_the_environment) {
  EXPECT_EQ(carry_out({"--help"}), 0);
  const std::string english = printed;
  sources.environment = {{"LANG", "de_DE.UTF-8"}};
  EXPECT_EQ(carry_out({"--help"}), 0);
  EXPECT_NE(printed, english);
  EXPECT_EQ(printed.rfind("Aufruf:", 0), 0U) << printed;
}

TEST_F(TaskTest, a_configuration_that_is_well_is_named) {
  file = "BOX=192.0.2.1\n";
  EXPECT_EQ(carry_out({"--config=/settings", "--check-config"}), 0) << complained;
  EXPECT_EQ(printed.rfind("/settings ", 0), 0U) << printed;
}

TEST_F(TaskTest, all_mistakes_of_the_command_line_are_told_and_nothing_is_done) {
  EXPECT_EQ(carry_out({"check", "--port=a", "--media=b"}), 2);
  EXPECT_EQ(std::count(complained.begin(), complained.end(), '\n'), 2) << complained;
  EXPECT_NE(complained.find("--port"), std::string::npos) << complained;
  EXPECT_NE(complained.find("--media"), std::string::npos) << complained;
  EXPECT_EQ(printed, "");
}

TEST_F(TaskTest, a_mistake_of_the_configuration_stops_what_needs_one) {
  file = "BOX=192.0.2.1\nSIP_REDIRECT_PORT=x\n";
  for (const std::vector<std::string>& task :
       {std::vector<std::string>{}, {"--check-config"}, {"nat", "setup"}}) {
    std::vector<std::string> arguments = task;
    arguments.emplace_back("--config=/settings");
    EXPECT_EQ(carry_out(arguments), 2);
    EXPECT_NE(complained.find("/settings:2: "), std::string::npos) << complained;
  }
}

TEST_F(TaskTest, a_daemon_that_cannot_write_its_log_ends_with_1) {
  EXPECT_EQ(carry_out({"--logfile=/no/such/folder/log", "192.0.2.1"}), 1);
  EXPECT_NE(complained.find("/no/such/folder/log"), std::string::npos) << complained;
}

}  // namespace
}  // namespace fapfon::app
