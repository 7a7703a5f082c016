// SPDX-License-Identifier: GPL-2.0-or-later
#include "log/log.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <unistd.h>

#include <gtest/gtest.h>

#include "log/note_line.hpp"

namespace fapfon::log {
namespace {

TEST(LogLine, is_level_subject_sentence_and_values) {
  EXPECT_EQ(format_log_line(Level::detail, "F3.1", "flow opened", {kv("transport", "udp"), kv("count", 7U)}),
            "DETAIL  F3.1    flow opened transport=udp count=7");
}

TEST(LogLine, escapes_what_could_forge_a_line_or_control_a_terminal) {
  EXPECT_EQ(format_log_line(Level::info, "-", "x", {kv("aor", "a\r\nERROR \x1b[31m")}),
            "INFO    -       x aor=\"a\\r\\nERROR \\x1b[31m\"");
}

TEST(LogLine, quotes_values_that_have_blanks_or_are_empty) {
  EXPECT_EQ(format_log_line(Level::info, "-", "x", {kv("a", ""), kv("b", "c d"), kv("e", "\"f\"")}),
            "INFO    -       x a=\"\" b=\"c d\" e=\"\\\"f\\\"\"");
}

TEST(LogLine, clips_long_values) {
  const std::string line = format_log_line(Level::info, "-", "x", {kv("a", std::string(10'000, 'y'))});
  EXPECT_LT(line.size(), Log::kMaxValueBytes + 50);
  EXPECT_EQ(line.substr(line.size() - 3), "...");
}

TEST(LogLine, leaves_out_a_field_without_key) {
  EXPECT_EQ(format_log_line(Level::error, "L1.1", "x", {kv("", "y")}), "ERROR   L1.1    x");
}

TEST(Log, writes_up_to_its_level_only) {
  const std::string path = testing::TempDir() + "fapfon-log-" + std::to_string(::getpid());
  auto log = Log::open(path, Level::info);
  ASSERT_TRUE(log) << log.error();
  log->info("seen", {kv("count", 1U)});
  log->detail("not seen");
  std::ifstream file{path};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  std::filesystem::remove(path);
  std::string shape = text;  // the time differs each day
  std::replace_if(shape.begin(), shape.end(), is_digit, '9');
  EXPECT_EQ(shape, "9999-99-99 99:99:99.999 INFO    -       seen count=9\n");
}

TEST(Log, does_not_make_folders) {
  const auto log = Log::open("/no/such/folder/log", Level::info);
  ASSERT_FALSE(log);
  EXPECT_NE(log.error().find("/no/such/folder/log"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists("/no"));
}

/// The first string of each kv(...) in a source text: kv("box", ...), kv(when(x, "box"), ...).
void collect_keys(ByteView source, std::set<std::string>& keys) {
  constexpr ByteView kCall = "kv(";
  for (std::size_t at = source.find(kCall); at != ByteView::npos; at = source.find(kCall, at + 1)) {
    const ByteView rest = source.substr(at + kCall.size());
    if (rest.front() != '"' && rest.substr(0, 5) != "when(") continue;
    const std::size_t quote = rest.find('"');
    keys.emplace(rest.substr(quote + 1, rest.find('"', quote + 1) - quote - 1));
  }
}

TEST(LogKeys, all_stand_in_the_dictionary) {
  const std::filesystem::path root = std::filesystem::path{FAPFON_TEST_DATA}.parent_path();
  const auto read = [](const std::filesystem::path& path) {
    std::ifstream file{path};
    return std::string{std::istreambuf_iterator<char>{file}, {}};
  };
  std::set<std::string> keys;
  for (const NoteRow& row : kNotes) keys.insert(std::string{row.text_key});
  for (const char* folder : {"src/app", "src/log"}) {
    for (const auto& entry : std::filesystem::directory_iterator{root / folder}) {
      collect_keys(read(entry.path()), keys);
    }
  }
  keys.erase("");
  EXPECT_GT(keys.size(), 10U);
  const std::string dictionary = read(root / "docs/logging-keys.md");
  for (const std::string& key : keys) {
    EXPECT_NE(dictionary.find('`' + key + '`'), std::string::npos)
        << key << " is missing in docs/logging-keys.md";
  }
}

}  // namespace
}  // namespace fapfon::log
