// SPDX-License-Identifier: GPL-2.0-or-later
// The language of the program as the environment of a user sets it.
#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>

#include "integration/child.hpp"

namespace fapfon::test {
namespace {

using Environment = std::vector<std::pair<const char*, const char*>>;

/// What the program says of a log file that it cannot write, when it is started with these variables and no
/// others of the language.
std::string complaint_in(const Environment& environment) {
  Child child{{"--port=0", "--logfile=/no/such/folder/log", "127.0.0.1"}, [&] {
                for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"}) ::unsetenv(name);
                for (const auto& [name, value] : environment) ::setenv(name, value, 1);
              }};
  EXPECT_EQ(child.wait_for_exit(), 1);
  return child.complained();
}

bool is_german(const std::string& text) {
  return text.find("lässt sich nicht schreiben") != std::string::npos;
}
bool is_english(const std::string& text) {
  return text.find("cannot write") != std::string::npos;
}

TEST(ProgramLanguage, is_german_where_the_locale_is) {
  for (const Environment& environment : {Environment{{"LANG", "de_DE.UTF-8"}},
                                         {{"LC_ALL", "de_AT.UTF-8"}, {"LANG", "C"}},
                                         {{"LANG", "en_GB.UTF-8"}, {"LANGUAGE", "de"}}}) {
    const std::string complaint = complaint_in(environment);
    EXPECT_TRUE(is_german(complaint)) << complaint;
  }
}

TEST(ProgramLanguage, is_english_elsewhere) {
  for (const Environment& environment : {Environment{},
                                         {{"LANG", "C"}},
                                         {{"LANG", "en_GB.UTF-8"}},
                                         {{"LANG", "fr_FR.UTF-8"}},
                                         {{"LC_ALL", "C"}, {"LANG", "de_DE.UTF-8"}, {"LANGUAGE", "de"}}}) {
    const std::string complaint = complaint_in(environment);
    EXPECT_TRUE(is_english(complaint)) << complaint;
  }
}

/// Of a settings file that is not there, and a few things that this machine lacks.
std::string found_by_check(std::vector<std::string> options) {
  options.insert(options.begin(), {"check", "--config=/no/such/file", "127.0.0.1"});
  Child child{options, [] { ::setenv("LC_ALL", "de_DE.UTF-8", 1); }};
  EXPECT_EQ(child.wait_for_exit(), 1);
  return child.printed();
}

TEST(ProgramLanguage, of_json_is_always_english) {
  const std::string json = found_by_check({"--json"});
  EXPECT_NE(json.find("/no/such/file: cannot be read: No such file or directory"), std::string::npos) << json;
  EXPECT_TRUE(std::all_of(json.begin(), json.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  })) << json;
}

TEST(ProgramLanguage, of_the_report_is_that_of_the_locale) {
  const std::string report = found_by_check({});
  EXPECT_NE(report.find("\n         gesehen in: "), std::string::npos) << report;
  EXPECT_NE(report.find("\n         Abhilfe: "), std::string::npos) << report;
}

/// People search for the sentences of the log, and fail2ban reads them.
TEST(ProgramLanguage, of_the_log_is_always_english) {
  // The kernel sends nothing to this address, and the log says why: one cause with a network, another
  // without.
  Child child{{"--port=0", "255.255.255.255"}, [] { ::setenv("LC_ALL", "de_DE.UTF-8", 1); }};
  EXPECT_TRUE(child.wait_for("listening version=")) << child.complained();
  const std::string& log = child.complained();
  EXPECT_NE(log.find("Box cannot be found, trying again"), std::string::npos) << log;
  const bool is_english = log.find("cause=\"Permission denied\"") != std::string::npos ||
                          log.find("cause=\"Network is unreachable\"") != std::string::npos;
  EXPECT_TRUE(is_english) << log;
}

}  // namespace
}  // namespace fapfon::test
