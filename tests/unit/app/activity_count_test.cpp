// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/activity_count.hpp"

#include <gtest/gtest.h>

namespace fapfon::app {
namespace {

using namespace std::chrono_literals;

using setup::CallResult;
using Kind = proxy::Note::Kind;

constexpr proxy::LineId kLine{1, 1};

proxy::Note note(Kind kind, proxy::LineId line = kLine) {
  return {kind, {}, line, "620@fritz.box", {}};
}

proxy::CallReport call(std::initializer_list<Side> heard, Duration talked_for = 10s) {
  proxy::CallReport report;
  report.talked_for = talked_for;
  relay::StreamReport audio;
  for (const Side side : heard) audio.from.of(side).figures.packet_count = 100;
  report.media.streams = {audio};
  return report;
}

TEST(ActivityCount, a_phone_counts_once_however_often_it_registers) {
  ActivityCount count;
  EXPECT_TRUE(count.count(note(Kind::line_registered), Side::phone));
  EXPECT_TRUE(count.count(note(Kind::line_taken_over), Side::phone));
  EXPECT_EQ(count.now().registered, 1U);
  EXPECT_EQ(count.now().newest, "620");
  EXPECT_TRUE(count.count(note(Kind::line_registered, {2, 1}), Side::phone));
  EXPECT_EQ(count.now().registered, 2U);
}

TEST(ActivityCount, a_phone_that_has_gone_does_not_count) {
  for (const Kind end : {Kind::line_unregistered, Kind::line_expired}) {
    ActivityCount count;
    count.count(note(Kind::line_registered), Side::phone);
    EXPECT_TRUE(count.count(note(end), Side::phone));
    EXPECT_EQ(count.now().registered, 0U);
  }
}

TEST(ActivityCount, forgets_phones_but_no_calls) {
  ActivityCount count;
  count.count(note(Kind::line_registered), Side::phone);
  count.count(note(Kind::call_offered), Side::box);
  count.forget_phones();
  EXPECT_EQ(count.now().registered, 0U);
  EXPECT_EQ(count.now().incoming, 1U);
}

TEST(ActivityCount, a_call_is_counted_by_who_has_offered_it) {
  ActivityCount count;
  count.count(note(Kind::call_offered), Side::box);
  count.count(note(Kind::call_offered), Side::box);
  count.count(note(Kind::call_offered), Side::phone);
  EXPECT_EQ(count.now().incoming, 2U);
  EXPECT_EQ(count.now().outgoing, 1U);
}

TEST(ActivityCount, tells_how_the_last_call_went) {
  const std::pair<proxy::CallReport, CallResult> cases[] = {
      {call({Side::phone, Side::box}), CallResult::both_ways},
      {call({Side::phone}), CallResult::from_phone_only},
      {call({Side::box}), CallResult::from_box_only},
      {call({}), CallResult::silent},
      {call({Side::box}, 0s), CallResult::not_answered}};
  for (const auto& [report, result] : cases) {
    ActivityCount count;
    EXPECT_TRUE(count.count(report));
    EXPECT_EQ(count.now().last, result);
    EXPECT_EQ(count.now().ended, 1U);
  }
}

TEST(ActivityCount, direct_audio_is_not_heard_here) {
  ActivityCount count;
  EXPECT_TRUE(count.count(note(Kind::call_ended), Side::phone));
  EXPECT_EQ(count.now().last, CallResult::not_heard);
}

TEST(ActivityCount, other_notes_change_nothing) {
  ActivityCount count;
  EXPECT_FALSE(count.count(note(Kind::flow_opened), Side::phone));
  EXPECT_EQ(count.now(), setup::Activity{});
}

}  // namespace
}  // namespace fapfon::app
