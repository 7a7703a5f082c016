// SPDX-License-Identifier: GPL-2.0-or-later
// `fapfon-proxy setup` as a program: what it refuses, what it writes, and what it asks of systemd. Each run
// has a network namespace of its own, so that nobody is asked, and a systemctl that the test has made, or
// none.
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include "integration/child.hpp"

namespace fapfon::test {
namespace {

constexpr unsigned kNobody = 65534;
constexpr const char* kShipped = "# mine\nBOX=\"\"\nVPN=\"\"\nOPTIONS=\"--verbose=1\"\n";
constexpr const char* kWritten =
    "# mine\nBOX=\"127.0.0.1\"\nVPN=\"198.51.100.0/24\"\nOPTIONS=\"--verbose=1\"\n";

/// What stands for systemd: it writes down what it is asked, and the unit runs once it was started.
constexpr const char* kSystemctl = R"sh(#!/bin/sh
cd "$(dirname "$0")" || exit 1
case $1 in
  show) case $2 in
      *LoadState) echo "LoadState=$(cat loaded)" ;;
      --timestamp=unix) echo "ActiveEnterTimestamp=$(cat since 2>/dev/null)" ;;
      *) [ -e started ] && echo ActiveState=active || echo ActiveState=inactive
         echo "StatusText=$(cat status 2>/dev/null)" ;;
    esac ;;
  start | restart) echo "$1" >>asked; [ -e broken ] || : >started ;;
  *) echo "$1" >>asked ;;
esac
)sh";

void must(bool done) {
  if (!done) ::_exit(126);
}

class SetupCommand : public testing::Test {
 protected:
  SetupCommand() {
    std::string name = "/tmp/fapfon-test-XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) folder_ = name;
    std::filesystem::create_directories(folder_ + "/etc");
    std::filesystem::create_directories(folder_ + "/bin");
    file_ = folder_ + "/etc/fapfon-proxy";
    std::ofstream{file_} << kShipped;
  }
  ~SetupCommand() override { std::filesystem::remove_all(folder_); }

  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, for namespaces of its own";
  }

  [[nodiscard]] static std::string contents(const std::string& path) {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
  }

  void install_systemd(const std::string& loaded) const {
    std::ofstream{folder_ + "/bin/systemctl"} << kSystemctl;
    std::filesystem::permissions(folder_ + "/bin/systemctl", std::filesystem::perms::owner_all);
    std::ofstream{folder_ + "/bin/loaded"} << loaded;
    std::ofstream{folder_ + "/bin/status"}
        << "version 1, phones registered: 1, newest: 620, refused: 0, calls in: 0, calls out: 0, calls "
           "ended: 0, last call: -";
  }

  /// In the namespaces, where /etc/default is ours and PATH leads to the systemctl above.
  [[nodiscard]] std::function<void()> alone() const {
    return [etc = folder_ + "/etc", path = folder_ + "/bin:/usr/bin:/bin", bin = folder_ + "/bin"] {
      must(::unshare(CLONE_NEWNET | CLONE_NEWNS) == 0);
      must(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0);
      must(::mount(etc.c_str(), "/etc/default", nullptr, MS_BIND, nullptr) == 0);
      const bool has_systemctl = ::access((bin + "/systemctl").c_str(), X_OK) == 0;
      ::setenv("PATH", has_systemctl ? path.c_str() : bin.c_str(), 1);
      const int null = ::open("/dev/null", O_RDONLY);
      must(::dup2(null, STDIN_FILENO) == STDIN_FILENO);
    };
  }

  [[nodiscard]] static std::vector<std::string> given() {
    return {"setup", "--yes", "--vpn=198.51.100.0/24", "127.0.0.1"};
  }

  std::string folder_;
  std::string file_;
};

TEST_F(SetupCommand, without_root_says_how_to_run_it) {
  Child child{{"setup"}, [] { must(::setresuid(kNobody, kNobody, kNobody) == 0); }};
  const int code = child.wait_for_exit();
  if (code == 127) GTEST_SKIP() << "the program is in a folder that others cannot enter";
  EXPECT_EQ(code, 1);
  EXPECT_NE(child.complained().find("sudo fapfon-proxy setup"), std::string::npos) << child.complained();
}

TEST_F(SetupCommand, without_a_terminal_says_what_scripts_do) {
  Child child{{"setup"}, alone()};
  EXPECT_EQ(child.wait_for_exit(), 1);
  EXPECT_NE(child.complained().find("fapfon-proxy setup --yes"), std::string::npos) << child.complained();
  EXPECT_EQ(contents(file_), kShipped);
}

TEST_F(SetupCommand, writes_nothing_when_something_is_unknown) {
  Child no_box{{"setup", "--yes", "--vpn=198.51.100.0/24"}, alone()};
  EXPECT_EQ(no_box.wait_for_exit(), 1);
  Child no_vpn{{"setup", "--yes", "127.0.0.1"}, alone()};
  EXPECT_EQ(no_vpn.wait_for_exit(), 1);
  EXPECT_NE(no_vpn.printed().find("--vpn=10.8.0.0/24"), std::string::npos) << no_vpn.printed();
  EXPECT_EQ(contents(file_), kShipped);
}

TEST_F(SetupCommand, without_systemd_writes_and_says_how_to_start) {
  Child first{given(), alone()};
  EXPECT_EQ(first.wait_for_exit(), 0);
  EXPECT_NE(first.printed().find("  + BOX=\"127.0.0.1\"\n"), std::string::npos) << first.printed();
  EXPECT_NE(first.printed().find("There is no systemd here"), std::string::npos) << first.printed();
  EXPECT_EQ(contents(file_), kWritten);
  Child second{given(), alone()};
  EXPECT_EQ(second.wait_for_exit(), 0);
  EXPECT_NE(second.printed().find("nothing was changed"), std::string::npos) << second.printed();
  EXPECT_EQ(contents(file_), kWritten);
}

TEST_F(SetupCommand, makes_a_file_that_is_missing) {
  std::filesystem::remove(file_);
  Child child{given(), alone()};
  EXPECT_EQ(child.wait_for_exit(), 0);
  EXPECT_EQ(contents(file_), "BOX=\"127.0.0.1\"\nVPN=\"198.51.100.0/24\"\n");
}

TEST_F(SetupCommand, without_the_unit_says_how_to_start) {
  install_systemd("not-found");
  Child child{given(), alone()};
  EXPECT_EQ(child.wait_for_exit(), 0);
  EXPECT_NE(child.printed().find("is not installed"), std::string::npos) << child.printed();
  EXPECT_EQ(contents(folder_ + "/bin/asked"), "");
}

TEST_F(SetupCommand, starts_the_service_again_only_after_a_change) {
  install_systemd("loaded");
  Child first{given(), alone()};
  EXPECT_EQ(first.wait_for_exit(), 3);  // no program runs, and check says so
  EXPECT_NE(first.printed().find("[x] fapfon-proxy runs"), std::string::npos) << first.printed();
  EXPECT_NE(first.printed().find("[ ] The check finds faults"), std::string::npos) << first.printed();
  EXPECT_EQ(contents(folder_ + "/bin/asked"), "enable\nrestart\n");
  Child second{given(), alone()};
  EXPECT_EQ(second.wait_for_exit(), 3);
  EXPECT_EQ(contents(folder_ + "/bin/asked"), "enable\nrestart\nenable\nstart\n");
}

TEST_F(SetupCommand, starts_the_service_again_when_somebody_else_has_changed_the_settings) {
  install_systemd("loaded");
  std::ofstream{file_} << kWritten;
  std::ofstream{folder_ + "/bin/started"} << "";
  std::ofstream{folder_ + "/bin/since"} << "@1";
  Child child{given(), alone()};
  EXPECT_EQ(child.wait_for_exit(), 3);
  EXPECT_EQ(contents(folder_ + "/bin/asked"), "enable\nrestart\n");
}

TEST_F(SetupCommand, says_so_when_the_service_does_not_start) {
  install_systemd("loaded");
  std::ofstream{folder_ + "/bin/broken"} << "";
  Child child{given(), alone()};
  EXPECT_EQ(child.wait_for_exit(), 3);
  EXPECT_NE(child.printed().find("fapfon-proxy does not start"), std::string::npos) << child.printed();
}

TEST_F(SetupCommand, waits_for_a_phone_and_a_call_when_asked) {
  install_systemd("loaded");
  std::vector<std::string> arguments = given();
  arguments.emplace_back("--wait=1");
  Child child{arguments, alone()};
  EXPECT_EQ(child.wait_for_exit(), 3);
  EXPECT_NE(child.printed().find("[x] A phone is registered: 620\n"), std::string::npos) << child.printed();
  EXPECT_NE(child.printed().find("[ ] No call has come yet\n"), std::string::npos) << child.printed();
}

}  // namespace
}  // namespace fapfon::test
