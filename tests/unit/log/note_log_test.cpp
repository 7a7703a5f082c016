// SPDX-License-Identifier: GPL-2.0-or-later
// What is written of a note, and how often. Sentences and keys are in note_line_test.cpp.
#include "log/note_log.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <unistd.h>

#include <gtest/gtest.h>

namespace fapfon::log {
namespace {

using namespace std::chrono_literals;
using Kind = proxy::Note::Kind;

class NoteLogTest : public testing::Test {
 protected:
  explicit NoteLogTest(Level level = Level::verbose) : log(std::move(*Log::open(path, level))) {}
  ~NoteLogTest() override { std::filesystem::remove(path); }

  void write(Kind kind, const std::string& text = {}, std::optional<proxy::Proxy::FlowView> view = {}) {
    notes.write({kind, {5, 2}, {}, text, {}}, view, now);
  }
  std::string written() const {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  std::size_t line_count() const {
    const std::string text = written();
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
  }
  /// The last line, from its level on.
  std::string last_line() const {
    const std::string text = written();
    if (text.empty()) return {};
    const std::size_t start = text.rfind('\n', text.size() - 2);
    const std::string line = text.substr(start == std::string::npos ? 0 : start + 1);
    return line.substr(std::string("2026-01-01 00:00:00.000 ").size());
  }

  std::string path = testing::TempDir() + "fapfon-notes-" + std::to_string(::getpid());
  Log log;
  NoteLog notes{log};
  TimePoint now{std::chrono::hours(1000)};
};

TEST_F(NoteLogTest, a_note_of_a_flow_is_about_the_flow) {
  write(Kind::message_dropped, "unreadable Via");
  EXPECT_EQ(last_line(), "DETAIL  F5.2    message dropped cause=\"unreadable Via\"\n");
}

TEST_F(NoteLogTest, a_note_of_a_line_is_about_the_line_and_names_flow_and_address) {
  notes.write(
      {Kind::line_registered, {5, 2}, {4, 1}, "anna@fritz.box", {IpAddress::v4(172, 30, 10, 2), 43202}},
      std::nullopt, now);
  EXPECT_EQ(last_line(),
            "DETAIL  L4.1    phone registered flow=F5.2 aor=anna@fritz.box box_facing=172.30.10.2:43202\n");
}

TEST_F(NoteLogTest, a_flow_that_is_still_there_is_told_with_its_addresses) {
  const proxy::Proxy::FlowView view{Side::phone,
                                    Transport::tcp,
                                    {IpAddress::v4(172, 20, 11, 1), 5060},
                                    {IpAddress::v4(172, 20, 11, 6), 62895},
                                    {}};
  write(Kind::flow_opened, {}, view);
  EXPECT_EQ(last_line(),
            "DETAIL  F5.2    flow opened transport=tcp local=172.20.11.1:5060 remote=172.20.11.6:62895\n");
}

TEST_F(NoteLogTest, of_faults_20_pass_at_once_and_then_one_each_second_that_tells_how_many_were_left_out) {
  for (int i = 0; i < 25; ++i) write(Kind::message_dropped, "x");
  EXPECT_EQ(line_count(), 20U);
  now += 999ms;
  write(Kind::message_dropped, "x");
  EXPECT_EQ(line_count(), 20U);
  now += 1ms;
  write(Kind::message_dropped, "x");
  EXPECT_EQ(line_count(), 21U);
  EXPECT_EQ(last_line(), "DETAIL  F5.2    message dropped cause=x suppressed=6\n");
}

TEST_F(NoteLogTest, comings_and_goings_of_2000_phones_pass_at_once) {
  for (int i = 0; i < 2'001; ++i) write(Kind::flow_opened);
  EXPECT_EQ(line_count(), 2'000U);
  now += 20ms;
  write(Kind::flow_opened);
  EXPECT_EQ(line_count(), 2'001U);
}

TEST_F(NoteLogTest, one_kind_does_not_use_up_the_rate_of_another) {
  for (int i = 0; i < 30; ++i) write(Kind::message_dropped, "x");
  write(Kind::limit_reached, "lines");
  EXPECT_EQ(last_line(), "INFO    F5.2    limit reached limit=lines\n");
}

TEST_F(NoteLogTest, what_was_left_out_is_reported_once_a_kind) {
  for (int i = 0; i < 23; ++i) write(Kind::message_dropped, "x");
  notes.report_suppressed();
  EXPECT_EQ(last_line(), "DETAIL  -       lines left out sentence=\"message dropped\" suppressed=3\n");
  EXPECT_EQ(line_count(), 21U);
  notes.report_suppressed();
  EXPECT_EQ(line_count(), 21U);
}

class QuietNoteLog : public NoteLogTest {
 protected:
  QuietNoteLog() : NoteLogTest(Level::info) {}
};

TEST_F(QuietNoteLog, shows_only_kinds_of_its_level) {
  EXPECT_FALSE(notes.shows(Kind::message_dropped));
  EXPECT_TRUE(notes.shows(Kind::box_lost));
  EXPECT_TRUE(notes.shows(Kind::box_unreachable));
  for (int i = 0; i < 30; ++i) write(Kind::message_dropped, "x");
  notes.report_suppressed();
  EXPECT_EQ(written(), "");
}

}  // namespace
}  // namespace fapfon::log
