// SPDX-License-Identifier: GPL-2.0-or-later
// The form of the report; whole pages are in tests/golden/check_report_test.cpp.
#include "check/report.hpp"

#include <cstdio>
#include <cstdlib>
#include <sstream>

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace fapfon::check {
namespace {

Finding a_finding(Verdict verdict, const std::string& seen = "seen") {
  return {"media_path", verdict, seen, "a file", "it matters", {}};
}
std::string words(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += i == 0 ? "word" : " word";
  return text;
}

TEST(Report, wraps_words_at_80_columns_and_loses_none) {
  const std::string report = to_report({a_finding(Verdict::wrong, words(60))}, false);
  std::istringstream lines{report};
  std::size_t found = 0;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 80U) << line;
    for (std::size_t at = line.find("word"); at != std::string::npos; at = line.find("word", at + 1)) ++found;
  }
  EXPECT_EQ(found, 60U);
}

TEST(Report, never_wraps_a_command) {
  Finding broken = a_finding(Verdict::wrong);
  const std::string command = "sudo iptables " + words(40);
  broken.remedy = {say("Do this:"), run(command)};
  EXPECT_NE(to_report({broken}, false).find("  " + command + "\n"), std::string::npos);
}

TEST(Report, a_word_longer_than_a_line_stays_whole) {
  const std::string name(200, 'x');
  EXPECT_NE(to_report({a_finding(Verdict::ok, "a " + name + " b")}, false).find(name), std::string::npos);
}

TEST(Report, of_what_is_well_says_only_that) {
  const std::string report = to_report({a_finding(Verdict::ok)}, false);
  EXPECT_EQ(report.find("it matters"), std::string::npos) << report;
  EXPECT_EQ(report.rfind("ok       seen\n", 0), 0U) << report;
}

TEST(Report, colours_mark_the_verdict_and_end_with_it) {
  for (const Verdict verdict : {Verdict::wrong, Verdict::could_not_look, Verdict::note, Verdict::ok}) {
    const std::string plain = to_report({a_finding(verdict)}, false);
    std::string coloured = to_report({a_finding(verdict)}, true);
    EXPECT_EQ(plain.find('\x1b'), std::string::npos);
    ASSERT_EQ(coloured.rfind("\x1b[", 0), 0U) << coloured;
    coloured.erase(0, coloured.find('m') + 1);
    const std::size_t reset = coloured.find("\x1b[0m");
    ASSERT_NE(reset, std::string::npos);
    EXPECT_EQ(coloured.erase(reset, 4), plain) << "without its colours it is the same";
  }
}

TEST(Report, for_scripts_has_all_of_a_finding_and_the_exit_code) {
  Finding broken = a_finding(Verdict::wrong, "a \"quoted\"\nline");
  broken.remedy = {say("Do this:"), run("ls")};
  const auto root = boost::json::parse(to_json({broken, a_finding(Verdict::ok)})).as_object();
  EXPECT_EQ(root.at("verdict").as_string(), "wrong");
  EXPECT_EQ(root.at("exit_code").as_int64(), 1);
  const auto& list = root.at("findings").as_array();
  ASSERT_EQ(list.size(), 2U);
  const auto& first = list[0].as_object();
  EXPECT_EQ(first.at("id").as_string(), "media_path");
  EXPECT_EQ(first.at("seen").as_string(), "a \"quoted\"\nline");
  EXPECT_EQ(first.at("looked_at").as_string(), "a file");
  EXPECT_EQ(first.at("remedy").as_array()[0].as_object().at("say").as_string(), "Do this:");
  EXPECT_EQ(first.at("remedy").as_array()[1].as_object().at("run").as_string(), "ls");
}

TEST(Report, for_scripts_tells_apart_what_is_well_and_what_could_not_be_seen) {
  const auto verdict_of = [](const Findings& findings) {
    const auto root = boost::json::parse(to_json(findings)).as_object();
    return std::string(root.at("verdict").as_string()) + " " +
           std::to_string(root.at("exit_code").as_int64());
  };
  EXPECT_EQ(verdict_of({}), "ok 0");
  EXPECT_EQ(verdict_of({a_finding(Verdict::ok), a_finding(Verdict::note)}), "ok 0");
  EXPECT_EQ(verdict_of({a_finding(Verdict::could_not_look)}), "could_not_look 2");
  EXPECT_EQ(verdict_of({a_finding(Verdict::could_not_look), a_finding(Verdict::wrong)}), "wrong 1");
}

// --- The terminal ------------------------------------------------------------------------------------------

/// Standard output is a terminal, or not, until the test ends.
class Terminal : public testing::Test {
 protected:
  Terminal() {
    ::setenv("TERM", "xterm", 1);
    ::unsetenv("NO_COLOR");
  }
  ~Terminal() override {
    restore();
    ::unsetenv("NO_COLOR");
    if (master >= 0) ::close(master);
    ::close(kept);
  }
  bool becomes_terminal() {
    master = ::posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0) return false;
    return becomes(::ptsname(master));
  }
  bool becomes(const char* path) {
    std::fflush(stdout);
    const int fd = ::open(path, O_RDWR | O_NOCTTY);
    const bool done = fd >= 0 && ::dup2(fd, STDOUT_FILENO) >= 0;
    if (fd >= 0) ::close(fd);
    return done;
  }
  void restore() const { ::dup2(kept, STDOUT_FILENO); }
  /// The answer, with the old standard output back before anything is printed.
  bool shows() const {
    const bool answer = stdout_shows_colours();
    restore();
    return answer;
  }

  int kept = ::dup(STDOUT_FILENO);
  int master = -1;
};

TEST_F(Terminal, shows_colours) {
  if (!becomes_terminal()) GTEST_SKIP() << "no pseudo-terminals here";
  EXPECT_TRUE(shows());
}

TEST_F(Terminal, that_is_dumb_shows_none) {
  if (!becomes_terminal()) GTEST_SKIP() << "no pseudo-terminals here";
  ::setenv("TERM", "dumb", 1);
  EXPECT_FALSE(shows());
}

TEST_F(Terminal, of_somebody_who_wants_none_shows_none) {
  if (!becomes_terminal()) GTEST_SKIP() << "no pseudo-terminals here";
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(shows());
}

TEST_F(Terminal, is_not_what_a_file_is) {
  ASSERT_TRUE(becomes("/dev/null"));
  EXPECT_FALSE(shows());
}

}  // namespace
}  // namespace fapfon::check
