// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay/reception.hpp"

#include <gtest/gtest.h>

#include "support/rtp.hpp"

namespace fapfon::relay {
namespace {

using std::chrono::microseconds;

constexpr SocketAddress kSource{IpAddress::v4(192, 0, 2, 6), 4'000};
constexpr std::uint32_t kTicks = 160;  // of 20 ms at 8,000 Hz

class ReceptionTest : public testing::Test {
 protected:
  void comes(const std::string& bytes) { reception.update(Packet::read(kSource, bytes), now); }
  void comes() { comes(rtp.bytes()); }
  void comes_with(std::uint16_t sequence) {
    rtp.sequence = sequence;
    comes();
  }
  /// The sender's next packet after `pause`, its timestamp as late; it is lost.
  void is_lost(Duration pause = 20ms) {
    now += pause;
    ++rtp.sequence;
    rtp.timestamp += static_cast<std::uint32_t>(kTicks * (pause / 20ms));
  }
  void talks(int count = 1, Duration pause = 20ms) {
    for (int i = 0; i < count; ++i) {
      is_lost(pause);
      comes();
    }
  }
  void comes_in_order(const std::vector<int>& sequences) {
    for (const int sequence : sequences) comes_with(static_cast<std::uint16_t>(sequence));
  }
  [[nodiscard]] ReceptionFigures figures() const { return reception.figures(); }

  Reception reception{Payload::rtp};
  TimePoint now{1h};
  Rtp rtp{.sequence = 1'000, .timestamp = 5'000};
};

TEST_F(ReceptionTest, of_nothing_there_are_no_figures) {
  EXPECT_FALSE(reception.has_flowed());
  EXPECT_EQ(figures().packet_count, 0U);
  EXPECT_EQ(figures().lost_count, 0U);
  EXPECT_FALSE(figures().format);
}

TEST_F(ReceptionTest, a_perfect_stream_has_no_loss_no_jitter_and_gaps_of_a_packet) {
  talks(500);
  EXPECT_TRUE(reception.has_flowed());
  EXPECT_EQ(figures().packet_count, 500U);
  EXPECT_EQ(figures().payload_bytes, 500U * 172);
  EXPECT_EQ(figures().lost_count, 0U);
  EXPECT_EQ(figures().reordered_count, 0U);
  EXPECT_EQ(figures().duplicated_count, 0U);
  EXPECT_EQ(figures().worst_jitter, 0us);
  EXPECT_EQ(figures().longest_gap, 20ms);
}

TEST_F(ReceptionTest, tells_when_the_first_and_the_last_packet_came) {
  const TimePoint start = now;
  talks(3);
  EXPECT_EQ(figures().first, start + 20ms);
  EXPECT_EQ(figures().last, start + 60ms);
}

TEST_F(ReceptionTest, on_a_port_for_rtp_nothing_else_is_audio) {
  comes("keep-alive");
  comes(rtcp_report(1));
  EXPECT_FALSE(reception.has_flowed());
  EXPECT_EQ(figures().payload_bytes, 0U);
}

TEST_F(ReceptionTest, sequence_numbers_that_are_missing_are_lost) {
  comes_in_order({10, 11, 14, 15, 20});
  EXPECT_EQ(figures().lost_count, 6U);
}

TEST_F(ReceptionTest, loss_is_counted_across_the_wrap_of_sequence_numbers) {
  comes_in_order({65'533, 65'535, 0, 2});
  EXPECT_EQ(figures().lost_count, 2U);
}

TEST_F(ReceptionTest, many_wraps_are_no_loss) {
  talks(200'000);
  EXPECT_EQ(figures().lost_count, 0U);
  EXPECT_EQ(figures().packet_count, 200'000U);
}

TEST_F(ReceptionTest, a_packet_that_comes_late_is_reordered_and_not_lost) {
  comes_in_order({10, 12, 13, 11, 14});
  EXPECT_EQ(figures().lost_count, 0U);
  EXPECT_EQ(figures().reordered_count, 1U);
}

TEST_F(ReceptionTest, behind_a_long_loss_late_packets_are_no_duplicates) {
  comes_in_order({10, 80, 74, 74});
  EXPECT_EQ(figures().lost_count, 68U);
  EXPECT_EQ(figures().reordered_count, 1U);
  EXPECT_EQ(figures().duplicated_count, 1U);
}

TEST_F(ReceptionTest, a_packet_that_comes_twice_is_a_duplicate_and_hides_no_loss) {
  comes_in_order({10, 11, 11, 11, 13, 10});
  EXPECT_EQ(figures().lost_count, 1U);
  EXPECT_EQ(figures().duplicated_count, 3U);
  EXPECT_EQ(figures().reordered_count, 0U);
  EXPECT_EQ(figures().packet_count, 6U);
}

TEST_F(ReceptionTest, packets_before_the_first_one_belong_to_the_stream) {
  comes_in_order({0, 65'534, 1});
  EXPECT_EQ(figures().lost_count, 1U);
  EXPECT_EQ(figures().reordered_count, 1U);
}

TEST_F(ReceptionTest, a_packet_that_comes_seconds_late_is_not_lost_and_ends_no_stream) {
  comes_in_order({10, 12});
  rtp.sequence = 12;
  talks(200);
  comes_with(11);
  EXPECT_EQ(figures().lost_count, 0U);
  EXPECT_EQ(figures().reordered_count, 1U);
}

TEST_F(ReceptionTest, a_packet_from_before_the_first_that_comes_seconds_late_hides_no_loss) {
  comes_in_order({1'000, 1'002});
  rtp.sequence = 1'002;
  talks(100);
  comes_with(990);
  EXPECT_EQ(figures().lost_count, 1U);
}

TEST_F(ReceptionTest, another_ssrc_starts_a_new_count_that_is_added) {
  comes_in_order({10, 12});
  ++rtp.ssrc;
  comes_in_order({40'000, 40'003});
  EXPECT_EQ(figures().lost_count, 3U);
  EXPECT_EQ(figures().packet_count, 4U);
}

// RFC 3550 A.1
TEST_F(ReceptionTest, a_sender_that_starts_again_with_the_same_ssrc_loses_nothing) {
  comes_in_order({10, 12, 40'000, 40'001, 40'003});
  EXPECT_EQ(figures().lost_count, 2U);
}

TEST_F(ReceptionTest, one_packet_from_far_away_changes_no_count) {
  comes_in_order({10, 40'000, 11, 50'000, 12, 50'001, 13});
  EXPECT_EQ(figures().lost_count, 0U);
  EXPECT_EQ(figures().packet_count, 7U);
}

TEST_F(ReceptionTest, jitter_grows_by_a_sixteenth_of_each_deviation) {
  talks(2);
  talks(1);
  now += 8ms;  // the next packet is so much late
  talks(1);
  EXPECT_EQ(figures().jitter, 500us);
  now -= 8ms;  // the one after it is in time again
  talks(1);
  EXPECT_NEAR(static_cast<double>(figures().jitter.count()), 500 + (8'000 - 500) / 16.0, 1.0);
}

TEST_F(ReceptionTest, jitter_settles_at_the_mean_deviation) {
  for (int i = 0; i < 500; ++i) {
    talks(1);
    now += i % 2 == 0 ? 5ms : -5ms;
  }
  EXPECT_NEAR(static_cast<double>(figures().jitter.count()), 5'000, 10);
  EXPECT_NEAR(static_cast<double>(figures().worst_jitter.count()), 5'000, 10);
}

TEST_F(ReceptionTest, the_worst_jitter_is_kept) {
  talks(5);
  now += 160ms;
  talks(500);
  EXPECT_LT(figures().jitter, 1ms);
  EXPECT_EQ(figures().worst_jitter, 10ms);
}

TEST_F(ReceptionTest, loss_is_no_jitter) {
  talks(5);
  for (int i = 0; i < 50; ++i) is_lost();
  talks(5);
  EXPECT_EQ(figures().worst_jitter, 0us);
}

TEST_F(ReceptionTest, a_packet_out_of_order_is_jitter_for_its_timestamp_goes_back) {
  talks(5);
  Rtp late = rtp;
  late.sequence += 1;
  late.timestamp += kTicks;
  rtp = late;
  talks(1);  // 20 ms after the one before it, and 40 ms by its timestamp
  now += 20ms;
  comes(late.bytes());  // 20 ms after, and 20 ms before
  const double first = 20'000 / 16.0;
  EXPECT_NEAR(static_cast<double>(figures().jitter.count()), first + (40'000 - first) / 16, 1.0);
}

TEST_F(ReceptionTest, duplicates_and_packets_from_far_away_are_no_jitter) {
  talks(5);
  now += 8ms;
  comes();
  Rtp wild = rtp;
  wild.sequence += 30'000;
  comes(wild.bytes());
  now -= 8ms;
  talks(5);
  EXPECT_EQ(figures().worst_jitter, 0us);
}

TEST_F(ReceptionTest, another_ssrc_has_timestamps_of_its_own) {
  talks(5);
  ++rtp.ssrc;
  rtp.timestamp += 8'000;
  talks(5);
  EXPECT_EQ(figures().worst_jitter, 0us);
}

TEST_F(ReceptionTest, jitter_goes_by_the_clock_that_sdp_tells) {
  rtp.payload_type = 97;
  reception.know({97, 48'000, "opus"});
  for (int i = 0; i < 50; ++i) {
    now += 20ms;
    ++rtp.sequence;
    rtp.timestamp += 960;
    comes();
  }
  EXPECT_EQ(figures().worst_jitter, 0us);
}

TEST_F(ReceptionTest, without_a_known_clock_there_is_no_jitter) {
  rtp.payload_type = 97;
  talks(50, 40ms);
  EXPECT_EQ(figures().worst_jitter, 0us);
  EXPECT_EQ(figures().longest_gap, 40ms);
}

TEST_F(ReceptionTest, a_clock_that_sdp_tells_late_is_used_from_then_on) {
  rtp.payload_type = 97;
  talks(5);
  reception.know({97, 8'000, "iLBC"});
  talks(2);
  now += 16ms;
  talks(1);
  EXPECT_EQ(figures().worst_jitter, 1ms);
}

TEST_F(ReceptionTest, a_clock_of_0_is_an_unknown_one) {
  rtp.payload_type = 97;
  reception.know({97, 0, "odd"});
  talks(50);
  EXPECT_EQ(figures().worst_jitter, 0us);
}

TEST_F(ReceptionTest, another_clock_in_the_same_stream_is_no_jitter) {
  reception.know({97, 48'000, "opus"});
  talks(5);
  rtp.payload_type = 97;
  rtp.timestamp = 4'000'000'000;
  talks(1);
  EXPECT_EQ(figures().worst_jitter, 0us);
}

TEST_F(ReceptionTest, timestamps_with_a_new_origin_are_no_jitter) {
  talks(5);
  rtp.timestamp += 1'000'000'000;
  talks(5);
  EXPECT_EQ(figures().worst_jitter, 0us);
}

// RFC 4733 section 2.2.1: all packets of a key press have the timestamp of its beginning.
TEST_F(ReceptionTest, key_presses_are_no_jitter) {
  reception.know({101, 8'000, "telephone-event"});
  talks(5);
  const std::uint32_t pressed = rtp.timestamp;
  rtp.payload_type = 101;
  for (int i = 0; i < 10; ++i) {
    is_lost();
    Rtp event = rtp;
    event.timestamp = pressed;
    comes(event.bytes());
  }
  rtp.payload_type = 8;
  talks(5);
  EXPECT_EQ(figures().worst_jitter, 0us);
  EXPECT_EQ(figures().lost_count, 0U);
}

TEST_F(ReceptionTest, a_key_press_with_another_clock_leaves_that_of_the_stream) {
  reception.know({101, 16'000, "telephone-event"});
  talks(5);
  rtp.payload_type = 101;
  talks(1);
  rtp.payload_type = 8;
  now += 16ms;
  talks(1);
  EXPECT_EQ(figures().worst_jitter, 1ms);
}

TEST_F(ReceptionTest, packets_that_are_lost_leave_a_gap) {
  talks(5);
  for (int i = 0; i < 99; ++i) is_lost();
  talks(5);
  EXPECT_EQ(figures().longest_gap, 2s);
}

TEST_F(ReceptionTest, packets_that_are_held_up_leave_a_gap) {
  talks(5);
  now += 2s;
  talks(5);
  EXPECT_EQ(figures().longest_gap, 2'020ms);
}

TEST_F(ReceptionTest, silence_suppression_is_no_gap) {
  talks(5);
  rtp.marker = true;
  talks(1, 30s);
  rtp.marker = false;
  talks(5);
  EXPECT_EQ(figures().longest_gap, 20ms);
  EXPECT_EQ(figures().worst_jitter, 0us);
}

TEST_F(ReceptionTest, comfort_noise_without_markers_is_no_gap) {
  talks(5);
  rtp.payload_type = 13;
  talks(10, 1s);
  EXPECT_EQ(figures().longest_gap, 20ms);
}

TEST_F(ReceptionTest, a_short_pause_is_no_gap_when_the_marker_tells_of_it) {
  talks(5);
  rtp.marker = true;
  talks(1, 100ms);
  EXPECT_EQ(figures().longest_gap, 20ms);
}

TEST_F(ReceptionTest, a_marker_without_a_jump_of_the_timestamp_explains_nothing) {
  talks(5);
  now += 2s;
  rtp.marker = true;
  talks(1);
  EXPECT_EQ(figures().longest_gap, 2'020ms);
}

TEST_F(ReceptionTest, a_jump_of_the_timestamp_behind_a_lost_packet_explains_nothing) {
  talks(5);
  is_lost(1s);
  rtp.marker = true;
  talks(1, 1s);
  EXPECT_EQ(figures().longest_gap, 2s);
}

TEST_F(ReceptionTest, time_on_hold_is_no_gap_and_no_jitter) {
  talks(5);
  reception.pause();
  talks(2);  // on their way when the hold began
  now += 5s;
  talks(1);
  now += 1min;
  reception.resume();
  now += 3s;
  talks(5);
  EXPECT_EQ(figures().longest_gap, 20ms);
  EXPECT_EQ(figures().worst_jitter, 0us);
  EXPECT_EQ(figures().packet_count, 13U);
}

TEST_F(ReceptionTest, a_hold_without_packets_is_no_gap_and_no_jitter) {
  talks(5);
  now += 100ms;
  reception.pause();
  now += 5s;
  reception.resume();
  talks(1);
  EXPECT_EQ(figures().longest_gap, 20ms);
  EXPECT_EQ(figures().worst_jitter, 0us);
}

TEST_F(ReceptionTest, after_a_hold_gaps_count_again) {
  talks(5);
  reception.pause();
  reception.resume();
  talks(1);
  now += 1s;
  talks(1);
  EXPECT_EQ(figures().longest_gap, 1'020ms);
}

TEST_F(ReceptionTest, the_format_is_the_one_seen_most) {
  reception.know({101, 8'000, "telephone-event"});
  rtp.payload_type = 101;
  talks(4);
  rtp.payload_type = 9;
  talks(10);
  rtp.payload_type = 13;
  talks(5);
  EXPECT_EQ(figures().format, PayloadFormat(9, 8'000, "G722"));
}

TEST_F(ReceptionTest, the_format_seen_most_wins_also_among_more_types_than_are_counted) {
  for (int round = 0; round < 50; ++round) {
    rtp.payload_type = 8;
    talks(10);
    rtp.payload_type = static_cast<std::uint8_t>(96 + round % 30);
    talks(1);
  }
  EXPECT_EQ(figures().format, PayloadFormat(8, 8'000, "PCMA"));
}

TEST_F(ReceptionTest, a_format_that_sdp_does_not_tell_of_is_a_number) {
  rtp.payload_type = 97;
  talks(1);
  EXPECT_EQ(figures().format, PayloadFormat(97, 0, ""));
}

TEST_F(ReceptionTest, the_last_word_of_sdp_about_a_type_counts) {
  rtp.payload_type = 97;
  talks(1);
  reception.know({97, 8'000, "iLBC"});
  reception.know({97, 16'000, "speex"});
  EXPECT_EQ(figures().format, PayloadFormat(97, 16'000, "speex"));
}

TEST_F(ReceptionTest, sdp_may_give_a_static_type_another_meaning) {
  talks(1);
  reception.know({8, 16'000, "odd"});
  EXPECT_EQ(figures().format, PayloadFormat(8, 16'000, "odd"));
  reception.know({8, 8'000, "PCMA"});
  EXPECT_EQ(figures().format, PayloadFormat(8, 8'000, "PCMA"));
}

TEST_F(ReceptionTest, of_more_formats_than_are_kept_the_newest_are) {
  for (std::uint8_t type = 96; type < 128; ++type) reception.know({type, 8'000, "name"});
  rtp.payload_type = 127;
  talks(1);
  EXPECT_EQ(figures().format, PayloadFormat(127, 8'000, "name"));
}

TEST_F(ReceptionTest, of_datagrams_packets_bytes_and_gaps_are_counted) {
  reception = Reception(Payload::datagrams);
  comes("fax!");
  now += 700ms;
  comes("fax!");
  rtp.sequence = 1;
  comes();  // looks like RTP, and is not
  comes_with(100);
  EXPECT_EQ(figures().packet_count, 4U);
  EXPECT_EQ(figures().payload_bytes, 8U + 2 * 172);
  EXPECT_EQ(figures().longest_gap, 700ms);
  EXPECT_EQ(figures().lost_count, 0U);
  EXPECT_FALSE(figures().format);
}

TEST_F(ReceptionTest, audio_that_becomes_a_fax_is_one_count) {
  talks(5);
  reception.carry(Payload::datagrams);
  comes("fax!");
  EXPECT_EQ(figures().packet_count, 6U);
  EXPECT_EQ(figures().format, PayloadFormat(8, 8'000, "PCMA"));
}

TEST_F(ReceptionTest, is_small) {
  EXPECT_LE(sizeof(Reception), 400U);
}

}  // namespace
}  // namespace fapfon::relay
