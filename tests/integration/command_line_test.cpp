// SPDX-License-Identifier: GPL-2.0-or-later
// What the program prints and how it exits (SPEC section 6), seen from outside.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "integration/child.hpp"
#include "integration/peer.hpp"

namespace fapfon::test {
namespace {

const SocketAddress kLoopback{IpAddress::v4(127, 0, 0, 1), 0};
const SocketAddress kNoBox{IpAddress::v4(127, 0, 0, 1), 9};

void expect_one_line(const std::string& text) {
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  EXPECT_EQ(text.rfind("fapfon-proxy: ", 0), 0U) << text;
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = "/tmp/fapfon-test-XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) path = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path;
};

std::string contents(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

TEST(CommandLine, help_goes_to_stdout_and_exits_0) {
  Child child{{"--help"}};
  EXPECT_EQ(child.wait_for_exit(), 0);
  EXPECT_NE(child.printed().find("usage: fapfon-proxy [options] [BOX_ADDRESS[:SIP_PORT]]"),
            std::string::npos);
  EXPECT_EQ(child.complained(), "");
}

TEST(CommandLine, version_goes_to_stdout_and_exits_0) {
  Child child{{"-V"}};
  EXPECT_EQ(child.wait_for_exit(), 0);
  EXPECT_EQ(child.printed(), "fapfon-proxy " FAPFON_VERSION "\n");
  EXPECT_EQ(child.complained(), "");
}

TEST(Configuration, that_is_well_exits_0) {
  TemporaryFolder folder;
  const std::string file = folder.path + "/conf";
  std::ofstream{file} << "BOX=192.0.2.1\nVPN=198.51.100.0/24\n";
  Child child{{"--check-config", "--config=" + file}};
  EXPECT_EQ(child.wait_for_exit(), 0);
  EXPECT_EQ(child.printed(), file + " can be used\n");
}

TEST(Configuration, that_is_empty_lacks_the_box) {
  Child child{{"--check-config", "--config=/dev/null"}};
  EXPECT_EQ(child.wait_for_exit(), 2);
  expect_one_line(child.complained());
}

TEST(Configuration, that_cannot_be_read_is_told_and_nothing_starts) {
  for (const char* file : {"/nowhere/conf", "/tmp"}) {
    Child child{{"--config=" + std::string{file}}};
    EXPECT_EQ(child.wait_for_exit(), 2);
    expect_one_line(child.complained());
    EXPECT_NE(child.complained().find(std::string{file} + ": cannot be read: "), std::string::npos);
  }
}

class WrongCommandLine : public testing::TestWithParam<std::vector<std::string>> {};

TEST_P(WrongCommandLine, is_told_in_one_line_and_exits_2) {
  Child child{GetParam()};
  EXPECT_EQ(child.wait_for_exit(), 2);
  EXPECT_EQ(child.printed(), "");
  expect_one_line(child.complained());
}

INSTANTIATE_TEST_SUITE_P(All, WrongCommandLine,
                         testing::Values(std::vector<std::string>{"--no-such-option"},
                                         std::vector<std::string>{"--port=70000", "127.0.0.1"},
                                         std::vector<std::string>{"--port"},
                                         std::vector<std::string>{"127.0.0.1:0"},
                                         std::vector<std::string>{"300.1.2.3"},
                                         std::vector<std::string>{"127.0.0.1", "127.0.0.2"},
                                         std::vector<std::string>{"-v7", "127.0.0.1"},
                                         std::vector<std::string>{"--dump=PHONE", "127.0.0.1"}));

TEST(CommandLine, udp_port_in_use_is_named_and_exits_1) {
  const Peer other = Peer::udp({IpAddress::v4(0, 0, 0, 0), 0});
  const std::string port = std::to_string(other.local().port);
  Child child{{"--udp-port=" + port, "--tcp-port=0", "127.0.0.1"}};
  EXPECT_EQ(child.wait_for_exit(), 1);
  expect_one_line(child.complained());
  EXPECT_NE(child.complained().find("UDP port " + port), std::string::npos) << child.complained();
  EXPECT_NE(child.complained().find("--udp-port"), std::string::npos);
}

TEST(CommandLine, tcp_port_in_use_is_named_and_exits_1) {
  const Peer other = Peer::listening({IpAddress::v4(0, 0, 0, 0), 0});
  const std::string port = std::to_string(other.local().port);
  Child child{{"--tcp-port=" + port, "--udp-port=0", "127.0.0.1"}};
  EXPECT_EQ(child.wait_for_exit(), 1);
  expect_one_line(child.complained());
  EXPECT_NE(child.complained().find("TCP port " + port), std::string::npos) << child.complained();
}

TEST(CommandLine, port_without_permission_is_named_and_exits_1) {
  constexpr unsigned kNobody = 65534;
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to give it up";
  Child child{{"--port=1", "127.0.0.1"}, [] {
                if (::setresuid(kNobody, kNobody, kNobody) != 0) ::_exit(126);
              }};
  const int code = child.wait_for_exit();
  if (code == 127) GTEST_SKIP() << "the program is in a folder that others cannot enter";
  EXPECT_EQ(code, 1);
  expect_one_line(child.complained());
  EXPECT_NE(child.complained().find("port 1 "), std::string::npos) << child.complained();
  EXPECT_NE(child.complained().find("CAP_NET_BIND_SERVICE"), std::string::npos);
}

TEST(CommandLine, log_file_that_cannot_be_written_is_told_and_exits_1) {
  Child child{{"--port=0", "--logfile=/no/such/folder/log", "127.0.0.1"}};
  EXPECT_EQ(child.wait_for_exit(), 1);
  expect_one_line(child.complained());
}

TEST(Program, sigterm_and_sigint_end_it_with_0) {
  for (const int number : {SIGTERM, SIGINT}) {
    Program program{kNoBox};
    ASSERT_TRUE(program.is_up) << program.complained();
    program.signal(number);
    EXPECT_EQ(program.wait_for_exit(), 0);
  }
}

TEST(Program, says_at_start_what_it_serves) {
  Program program{kNoBox};
  ASSERT_TRUE(program.is_up);
  EXPECT_EQ(program.value_of("version"), FAPFON_VERSION);
  EXPECT_EQ(program.value_of("box"), "127.0.0.1:9");
  EXPECT_EQ(program.value_of("local"), "127.0.0.1");
  EXPECT_NE(program.sip.port, 0);
  EXPECT_EQ(program.value_of("tcp"), program.value_of("udp"));
}

TEST(Program, box_name_that_does_not_resolve_is_told_once_and_tried_on) {
  // A label longer than 63 bytes: the resolver knows without asking anybody (RFC 1035 section 2.3.4).
  std::vector<std::string> arguments{"--port=0"};
  arguments.emplace_back(64, 'x');
  Child child{arguments};
  EXPECT_TRUE(child.wait_for("Box cannot be found, trying again"));
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait_for_exit(), 0);
}

TEST(Program, box_by_name_is_resolved) {
  Child child{{"--port=0", "localhost:9"}};
  EXPECT_TRUE(child.wait_for("Box found box=127.0.0.1:9")) << child.complained();
}

TEST(Program, logfile_dash_is_stdout) {
  Program program{kNoBox, {"-l", "-"}};
  ASSERT_TRUE(program.is_up);
  EXPECT_NE(program.printed().find("listening"), std::string::npos);
  EXPECT_EQ(program.complained(), "");
}

TEST(Program, sighup_opens_the_log_file_again) {
  const TemporaryFolder folder;
  const std::string log = folder.path + "/log";
  Child child{{"--port=0", "-l", log, kNoBox.to_string()}};
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  const auto wait_for_line = [&](const std::string& sentence) {
    while (contents(log).find(sentence) == std::string::npos && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
    return contents(log).find(sentence) != std::string::npos;
  };
  ASSERT_TRUE(wait_for_line("listening"));
  std::filesystem::rename(log, log + ".1");
  child.signal(SIGHUP);
  EXPECT_TRUE(wait_for_line("log file opened again"));
  EXPECT_EQ(contents(log + ".1").find("opened again"), std::string::npos);
}

}  // namespace
}  // namespace fapfon::test
