// SPDX-License-Identifier: GPL-2.0-or-later
// What the log says of a call that is over, and which advice it gives.
#include "log/call_report_line.hpp"

#include <gtest/gtest.h>

namespace fapfon::log {
namespace {

using namespace std::chrono_literals;

constexpr PortRange kPorts{30'000, 32'767};

/// A call of a minute in which both sides have agreed on audio and 3000 packets came from each.
proxy::CallReport good_call() {
  proxy::CallReport report;
  report.talked_for = 60s;
  relay::StreamReport stream;
  for (const Side leg : {Side::phone, Side::box}) {
    relay::DirectionReport& from = stream.from.of(leg);
    from.was_expected = true;
    from.figures.packet_count = 3000;
    from.figures.worst_jitter = 2'400us;
    from.figures.longest_gap = 41ms;
    from.figures.format = relay::PayloadFormat{8, 8000, "PCMA"};
  }
  report.media.streams = {stream};
  return report;
}

proxy::CallReport silent_from(std::initializer_list<Side> legs) {
  proxy::CallReport report = good_call();
  for (const Side leg : legs) report.media.streams[0].from.of(leg).figures = {};
  return report;
}

CallReportLine line_of(const proxy::CallReport& report) {
  return call_report_line(report, kPorts);
}

TEST(CallReportLine, tells_packets_loss_jitter_gap_and_codec) {
  EXPECT_EQ(line_of(good_call()).from_phone, "3000 packets, none lost, jitter 2 ms, longest gap 41 ms, PCMA");
}

TEST(CallReportLine, a_call_in_which_both_were_heard_needs_no_remark) {
  EXPECT_EQ(line_of(good_call()).remark, "");
  EXPECT_EQ(line_of(good_call()).level, Level::detail);
}

TEST(CallReportLine, loss_is_a_part_of_all_that_was_sent) {
  proxy::CallReport report = good_call();
  report.media.streams[0].from.box.figures.packet_count = 990;
  report.media.streams[0].from.box.figures.lost_count = 10;
  EXPECT_EQ(line_of(report).from_box, "990 packets, 10 lost (1.0 %), jitter 2 ms, longest gap 41 ms, PCMA");
}

TEST(CallReportLine, a_format_without_name_is_told_by_its_number) {
  proxy::CallReport report = good_call();
  report.media.streams[0].from.box.figures.format = relay::PayloadFormat{97, 0, ""};
  EXPECT_TRUE(line_of(report).from_box.ends_with(", payload type 97"));
}

TEST(CallReportLine, the_phones_silence_speaks_of_the_phones_firewall) {
  const CallReportLine line = line_of(silent_from({Side::phone}));
  EXPECT_EQ(line.from_phone, "nothing");
  EXPECT_TRUE(line.remark.starts_with("the phone's audio never arrived")) << line.remark;
  EXPECT_NE(line.remark.find("UDP from the VPN to ports 30000-32767"), std::string::npos) << line.remark;
  EXPECT_EQ(line.level, Level::info);
}

TEST(CallReportLine, the_boxs_silence_speaks_of_the_firewall_on_this_machine) {
  const CallReportLine line = line_of(silent_from({Side::box}));
  EXPECT_TRUE(line.remark.starts_with("the Box's audio never arrived")) << line.remark;
  EXPECT_NE(line.remark.find("30000-32767"), std::string::npos) << line.remark;
  EXPECT_EQ(line.level, Level::info);
}

TEST(CallReportLine, silence_of_both_speaks_of_this_machine) {
  const CallReportLine line = line_of(silent_from({Side::phone, Side::box}));
  EXPECT_TRUE(line.remark.starts_with("no audio came from either side")) << line.remark;
}

TEST(CallReportLine, silence_of_a_side_that_was_not_to_send_is_no_fault) {
  proxy::CallReport report = silent_from({Side::phone});
  report.media.streams[0].from.phone.was_expected = false;
  EXPECT_EQ(line_of(report).from_phone, "nothing, and nothing was expected");
  EXPECT_EQ(line_of(report).remark, "");
}

TEST(CallReportLine, a_call_of_a_moment_may_be_silent) {
  proxy::CallReport report = silent_from({Side::phone, Side::box});
  report.talked_for = 1999ms;
  EXPECT_EQ(line_of(report).remark, "");
  report.talked_for = 2s;
  EXPECT_NE(line_of(report).remark, "");
}

TEST(CallReportLine, a_silent_video_stream_is_no_reason_for_a_remark) {
  proxy::CallReport report = good_call();
  report.media.streams.push_back(silent_from({Side::phone, Side::box}).media.streams[0]);
  report.media.streams[1].type = relay::MediaType::video;
  EXPECT_EQ(line_of(report).remark, "");
}

TEST(CallReportLine, several_streams_are_told_apart) {
  proxy::CallReport report = good_call();
  report.media.streams.push_back(report.media.streams[0]);
  report.media.streams[1].type = relay::MediaType::video;
  const std::string text = line_of(report).from_phone;
  EXPECT_TRUE(text.starts_with("audio: 3000 packets")) << text;
  EXPECT_NE(text.find("; video: 3000 packets"), std::string::npos) << text;
}

TEST(CallReportLine, a_call_of_fax_alone_says_so) {
  proxy::CallReport report = good_call();
  report.media.streams[0].type = relay::MediaType::image;
  report.media.streams[0].from.phone.figures.format.reset();
  EXPECT_EQ(line_of(report).from_phone, "fax: 3000 packets, none lost, jitter 2 ms, longest gap 41 ms");
}

TEST(CallReportLine, a_call_without_streams_says_nothing_came) {
  proxy::CallReport report = good_call();
  report.media.streams.clear();
  EXPECT_EQ(line_of(report).from_box, "nothing");
  EXPECT_EQ(line_of(report).remark, "");
}

}  // namespace
}  // namespace fapfon::log
