// SPDX-License-Identifier: GPL-2.0-or-later
// SPEC M2: who is listened to, and where packets go.
#include "relay/latch.hpp"

#include <gtest/gtest.h>

#include "support/rtp.hpp"

namespace fapfon::relay {
namespace {

constexpr IpAddress kPhone = IpAddress::v4(192, 0, 2, 6);
constexpr IpAddress kOther = IpAddress::v4(198, 51, 100, 9);
constexpr std::uint16_t kAnnounced = 4'000;
constexpr std::uint16_t kMapped = 40'001;   // what a masquerade has made of it
constexpr std::uint16_t kRebound = 40'002;  // what it makes of it later
constexpr std::uint16_t kStranger = 666;

class LatchTest : public testing::Test {
 protected:
  explicit LatchTest(Payload payload = Payload::rtp, Target target = Target::learned)
      : latch(payload, target) {}
  void SetUp() override { expect(); }

  void expect(std::uint16_t port = kAnnounced, const IpAddress& ip = kPhone) { latch.expect(ip, port, now); }
  bool comes(std::uint16_t port, const std::string& bytes, const IpAddress& ip = kPhone) {
    return latch.take(Packet::read({ip, port}, bytes), now);
  }
  /// The next packet of the phone's stream.
  bool talks(std::uint16_t port, const IpAddress& ip = kPhone) {
    pass(20ms);
    ++stream.sequence;
    return comes(port, stream.bytes(), ip);
  }
  /// `count` packets of a stream, 20 ms apart, each from `port`; how many were taken.
  int talks(std::uint16_t port, int count) {
    int taken = 0;
    for (int i = 0; i < count; ++i) taken += talks(port) ? 1 : 0;
    return taken;
  }
  /// The same of another stream. Time stands still, so that its packets are a burst between two of the
  /// phone's.
  int bursts(std::uint16_t port, int count, const IpAddress& ip = kPhone) {
    int taken = 0;
    for (int i = 0; i < count; ++i) {
      ++strange.sequence;
      taken += comes(port, strange.bytes(), ip) ? 1 : 0;
    }
    return taken;
  }
  void latched_to(std::uint16_t port) {
    ASSERT_EQ(talks(port, 100), 100);
    ASSERT_EQ(learned_port(), port);
  }
  void pass(Duration duration) { now += duration; }
  [[nodiscard]] std::uint16_t learned_port() const { return latch.learned().value_or(SocketAddress{}).port; }
  [[nodiscard]] std::uint16_t sends_to() const { return latch.destination().value_or(SocketAddress{}).port; }

  Latch latch;
  TimePoint now{1h};
  Rtp stream{.sequence = 100, .ssrc = 0xaaaaaaaa};
  Rtp strange{.sequence = 20'000, .ssrc = 0xbbbbbbbb};
};

TEST_F(LatchTest, before_any_sdp_nobody_is_listened_to_and_nothing_is_sent) {
  latch = Latch(Payload::rtp, Target::learned);
  EXPECT_FALSE(talks(kAnnounced));
  EXPECT_FALSE(comes(kAnnounced, stream.bytes(), IpAddress{}));
  EXPECT_FALSE(latch.destination());
  EXPECT_FALSE(latch.learned());
}

TEST_F(LatchTest, before_the_first_packet_it_sends_to_what_sdp_says) {
  EXPECT_EQ(latch.destination(), (SocketAddress{kPhone, kAnnounced}));
  EXPECT_FALSE(latch.learned());
}

TEST_F(LatchTest, the_first_packet_is_learned_from_and_answered) {
  EXPECT_TRUE(talks(kMapped));
  EXPECT_EQ(latch.learned(), (SocketAddress{kPhone, kMapped}));
  EXPECT_EQ(latch.destination(), (SocketAddress{kPhone, kMapped}));
}

TEST_F(LatchTest, the_first_packet_may_be_anything) {
  for (const char* bytes : {"", "\r\n", "\x16\xfe\xff DTLS"}) {
    latch = Latch(Payload::rtp, Target::learned);
    expect();
    EXPECT_TRUE(comes(kMapped, bytes));
    EXPECT_EQ(sends_to(), kMapped);
  }
}

TEST_F(LatchTest, a_third_address_is_never_listened_to) {
  EXPECT_FALSE(talks(kAnnounced, kOther));
  EXPECT_FALSE(latch.learned());
  latched_to(kMapped);
  pass(1min);
  EXPECT_EQ(bursts(kMapped, 1'000, kOther), 0);
  EXPECT_FALSE(talks(kMapped, kOther));
  EXPECT_EQ(learned_port(), kMapped);
}

TEST_F(LatchTest, port_0_is_nobodys) {
  EXPECT_FALSE(talks(0));
  EXPECT_FALSE(latch.learned());
}

TEST_F(LatchTest, the_announced_port_replaces_another_within_the_first_second) {
  EXPECT_TRUE(comes(kStranger, "keep-alive"));
  pass(Latch::kLearningWindow - 21ms);
  EXPECT_TRUE(talks(kAnnounced));
  EXPECT_EQ(learned_port(), kAnnounced);
}

TEST_F(LatchTest, the_announced_port_replaces_also_a_stream_within_the_first_second) {
  ASSERT_EQ(talks(kMapped, 10), 10);
  EXPECT_EQ(bursts(kAnnounced, 1), 1);
}

TEST_F(LatchTest, after_the_first_second_the_announced_port_is_as_any_other) {
  latched_to(kMapped);
  EXPECT_EQ(bursts(kAnnounced, 10), 0);
  EXPECT_EQ(learned_port(), kMapped);
}

TEST_F(LatchTest, after_the_first_second_the_announced_port_has_to_prove_itself_even_to_a_keep_alive) {
  ASSERT_TRUE(comes(kMapped, "keep-alive"));
  pass(Latch::kLearningWindow);
  EXPECT_EQ(bursts(kAnnounced, 4), 0);
  EXPECT_EQ(bursts(kAnnounced, 1), 1);
}

TEST_F(LatchTest, who_came_from_the_announced_port_is_not_replaced_by_another) {
  ASSERT_TRUE(talks(kAnnounced));
  EXPECT_EQ(bursts(kStranger, 10), 0);
  EXPECT_EQ(learned_port(), kAnnounced);
}

TEST_F(LatchTest, a_stray_packet_that_came_first_loses_to_a_stream) {
  ASSERT_TRUE(comes(kStranger, strange.bytes()));
  EXPECT_EQ(talks(kMapped, 4), 0);
  EXPECT_TRUE(talks(kMapped));
  EXPECT_EQ(learned_port(), kMapped);
  EXPECT_EQ(bursts(kStranger, 10), 0);
}

TEST_F(LatchTest, a_keep_alive_that_came_first_loses_to_a_stream_also_much_later) {
  ASSERT_TRUE(comes(kStranger, "keep-alive"));
  pass(10min);
  ASSERT_TRUE(comes(kStranger, "keep-alive"));
  EXPECT_EQ(talks(kMapped, 5), 1);
  EXPECT_EQ(learned_port(), kMapped);
}

TEST_F(LatchTest, a_stream_that_came_first_is_not_replaced_by_another) {
  ASSERT_EQ(talks(kMapped, 5), 5);
  EXPECT_EQ(bursts(kStranger, 100), 0);
  EXPECT_EQ(learned_port(), kMapped);
}

TEST_F(LatchTest, one_stray_packet_moves_nothing_also_in_silence) {
  latched_to(kMapped);
  pass(5min);
  EXPECT_EQ(bursts(kStranger, 1), 0);
  EXPECT_EQ(sends_to(), kMapped);
  EXPECT_TRUE(talks(kMapped));
}

TEST_F(LatchTest, a_flood_between_the_packets_of_a_stream_moves_nothing) {
  latched_to(kMapped);
  for (int second = 0; second < 20; ++second) {
    EXPECT_EQ(bursts(kStranger, 1'000), 0);
    EXPECT_EQ(talks(kMapped, 50), 50);
  }
  EXPECT_EQ(learned_port(), kMapped);
}

TEST_F(LatchTest, bytes_that_are_no_rtp_never_take_a_stream_over) {
  latched_to(kMapped);
  pass(5min);
  for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(comes(kStranger, "STUN, DTLS, keep-alive"));
  EXPECT_EQ(learned_port(), kMapped);
}

TEST_F(LatchTest, packets_of_another_kind_from_the_learned_source_are_taken) {
  latched_to(kMapped);
  EXPECT_TRUE(comes(kMapped, "DTLS"));
  EXPECT_TRUE(comes(kMapped, rtcp_report(stream.ssrc)));
}

TEST_F(LatchTest, a_stream_that_goes_on_from_another_port_is_followed_at_once) {
  latched_to(kMapped);
  EXPECT_TRUE(talks(kRebound));
  EXPECT_EQ(sends_to(), kRebound);
}

TEST_F(LatchTest, it_is_followed_across_the_wrap_of_sequence_numbers) {
  stream.sequence = 65'535 - 100;
  latched_to(kMapped);
  ASSERT_EQ(stream.sequence, 65'535);
  EXPECT_TRUE(talks(kRebound));
}

TEST_F(LatchTest, it_is_followed_after_a_minute_of_loss) {
  latched_to(kMapped);
  stream.sequence = static_cast<std::uint16_t>(stream.sequence + Latch::kMostAhead - 1);
  EXPECT_TRUE(talks(kRebound));
}

TEST_F(LatchTest, a_packet_far_ahead_or_repeated_or_old_is_no_continuation) {
  latched_to(kMapped);
  const std::uint16_t last = stream.sequence;
  for (const int step : {0, -1, -3'000, Latch::kMostAhead + 1, 32'768}) {
    stream.sequence = static_cast<std::uint16_t>(last + step);
    EXPECT_FALSE(comes(kRebound, stream.bytes())) << step;
  }
  EXPECT_EQ(learned_port(), kMapped);
}

TEST_F(LatchTest, late_packets_of_the_old_port_do_not_move_the_stream_back) {
  latched_to(kMapped);
  Rtp late = stream;
  ++stream.sequence;
  ASSERT_TRUE(talks(kRebound));
  ++late.sequence;
  EXPECT_FALSE(comes(kMapped, late.bytes()));
  EXPECT_EQ(sends_to(), kRebound);
}

TEST_F(LatchTest, a_late_packet_of_the_learned_source_does_not_make_an_old_one_a_continuation) {
  latched_to(kMapped);
  Rtp old = stream;
  old.sequence = static_cast<std::uint16_t>(stream.sequence - 50);
  EXPECT_TRUE(comes(kMapped, old.bytes()));
  old.sequence = static_cast<std::uint16_t>(stream.sequence - 20);
  EXPECT_FALSE(comes(kRebound, old.bytes()));
}

TEST_F(LatchTest, rtcp_on_the_same_port_tells_by_its_ssrc_where_a_silent_phone_has_gone) {
  latched_to(kMapped);
  pass(10s);
  EXPECT_FALSE(comes(kRebound, rtcp_report(strange.ssrc)));
  EXPECT_TRUE(comes(kRebound, rtcp_report(stream.ssrc)));
  EXPECT_EQ(sends_to(), kRebound);
}

TEST_F(LatchTest, a_stream_that_has_changed_its_ssrc_is_followed_by_the_new_one) {
  latched_to(kMapped);
  ++stream.ssrc;
  stream.sequence = static_cast<std::uint16_t>(stream.sequence - 50);
  EXPECT_TRUE(talks(kMapped));
  EXPECT_TRUE(talks(kRebound));
}

TEST_F(LatchTest, rtcp_of_the_learned_source_does_not_make_an_old_packet_a_continuation) {
  latched_to(kMapped);
  EXPECT_TRUE(comes(kMapped, rtcp_report(stream.ssrc)));
  EXPECT_FALSE(comes(kRebound, stream.bytes()));
}

TEST_F(LatchTest, a_new_stream_takes_over_when_it_has_proved_itself_and_the_old_one_is_silent) {
  latched_to(kMapped);
  pass(Latch::kRtpSilence);
  EXPECT_EQ(bursts(kRebound, 4), 0);
  EXPECT_EQ(bursts(kRebound, 1), 1);
  EXPECT_EQ(sends_to(), kRebound);
}

TEST_F(LatchTest, while_the_old_stream_is_not_silent_for_long_enough_a_new_one_waits) {
  latched_to(kMapped);
  pass(Latch::kRtpSilence - 1ms);
  EXPECT_EQ(bursts(kRebound, 100), 0);
  pass(1ms);
  EXPECT_EQ(bursts(kRebound, 1), 1);
}

TEST_F(LatchTest, a_proof_is_one_ssrc_in_sequence_from_one_port) {
  latched_to(kMapped);
  pass(Latch::kRtpSilence);
  EXPECT_EQ(bursts(kRebound, 4), 0);
  ++strange.sequence;  // one is lost
  EXPECT_EQ(bursts(kRebound, 4), 0);
  ++strange.ssrc;
  EXPECT_EQ(bursts(kRebound, 4), 0);
  EXPECT_EQ(bursts(kRebound + 1, 4), 0);
  EXPECT_EQ(learned_port(), kMapped);
}

TEST_F(LatchTest, sdp_that_changes_nothing_ends_no_proof) {
  latched_to(kMapped);
  pass(Latch::kRtpSilence);
  EXPECT_EQ(bursts(kRebound, 4), 0);
  latch.carry(Payload::rtp);
  expect();
  EXPECT_EQ(bursts(kRebound, 1), 1);
}

TEST_F(LatchTest, the_same_packet_again_and_again_is_no_proof) {
  latched_to(kMapped);
  pass(1min);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(comes(kRebound, strange.bytes()));
}

// L4: the phone's VPN has come back with another address, and the line has moved to it.
TEST_F(LatchTest, after_a_move_of_the_line_only_the_new_address_is_listened_to) {
  latched_to(kMapped);
  expect(kAnnounced, kOther);
  EXPECT_EQ(latch.destination(), (SocketAddress{kOther, kAnnounced}));
  EXPECT_FALSE(talks(kMapped));
  EXPECT_TRUE(talks(kRebound, kOther));
  EXPECT_EQ(latch.destination(), (SocketAddress{kOther, kRebound}));
}

TEST_F(LatchTest, another_announced_port_is_taken_at_once_and_the_old_source_until_then) {
  latched_to(kMapped);
  expect(5'000);
  EXPECT_TRUE(talks(kMapped));
  EXPECT_EQ(sends_to(), kMapped);
  EXPECT_TRUE(comes(5'000, "keep-alive"));
  EXPECT_EQ(sends_to(), 5'000);
  EXPECT_EQ(bursts(kMapped, 10), 0);
}

TEST_F(LatchTest, after_another_announced_port_a_mapped_one_takes_over_by_a_proof) {
  latched_to(kMapped);
  expect(5'000);
  EXPECT_TRUE(talks(kMapped));
  EXPECT_EQ(bursts(kStranger, 1), 0);
  EXPECT_EQ(bursts(kRebound, 5), 1);
  EXPECT_EQ(sends_to(), kRebound);
}

TEST_F(LatchTest, a_change_that_is_not_used_ends_with_the_invite) {
  latched_to(kMapped);
  expect(5'000);
  pass(Latch::kReopenedFor);
  EXPECT_TRUE(talks(kMapped));
  EXPECT_EQ(bursts(kRebound, 10), 0);
}

TEST_F(LatchTest, sdp_that_is_sent_again_does_not_end_a_change) {
  latched_to(kMapped);
  expect(5'000);
  expect(5'000);
  EXPECT_TRUE(talks(kMapped));
  EXPECT_EQ(bursts(kRebound, 5), 1);
}

TEST_F(LatchTest, sdp_that_repeats_what_is_known_changes_nothing_while_the_stream_flows) {
  latched_to(kMapped);
  expect();
  EXPECT_EQ(bursts(kStranger, 100), 0);
  EXPECT_EQ(bursts(kAnnounced, 100), 0);
  EXPECT_EQ(sends_to(), kMapped);
}

TEST_F(LatchTest, sdp_that_repeats_what_is_known_lets_a_source_that_is_silent_be_replaced_soon) {
  latched_to(kMapped);
  expect();
  pass(Latch::kRefreshedSilence);
  EXPECT_EQ(bursts(kRebound, 5), 1);
  EXPECT_EQ(sends_to(), kRebound);
}

TEST_F(LatchTest, also_when_the_phone_was_first_heard_from_its_announced_port) {
  latched_to(kAnnounced);
  expect(5'000);
  expect(kAnnounced);
  pass(Latch::kRefreshedSilence - 1ms);
  EXPECT_EQ(bursts(kRebound, 10), 0);
  pass(1ms);
  EXPECT_EQ(bursts(kRebound, 1), 1);
}

TEST_F(LatchTest, a_refresh_lasts_as_long_as_an_invite_from_the_last_sdp_on) {
  latched_to(kMapped);
  expect();
  pass(Latch::kReopenedFor - 1s);
  expect();
  pass(2s);
  EXPECT_TRUE(talks(kMapped));
  pass(Latch::kRefreshedSilence);
  EXPECT_EQ(bursts(kRebound, 5), 1);
}

TEST_F(LatchTest, a_refresh_in_a_long_silence_does_not_let_strays_in) {
  latched_to(kMapped);
  pass(5min);
  expect();
  EXPECT_EQ(bursts(kStranger, 1), 0);
  EXPECT_FALSE(comes(kStranger, "keep-alive"));
  EXPECT_EQ(sends_to(), kMapped);
}

TEST_F(LatchTest, sdp_that_comes_again_in_the_first_second_leaves_it_open) {
  ASSERT_TRUE(comes(kStranger, "keep-alive"));
  expect();
  EXPECT_TRUE(talks(kAnnounced));
}

TEST_F(LatchTest, on_hold_nothing_is_sent_and_the_known_source_is_heard) {
  latched_to(kMapped);
  latch.expect_nobody();
  EXPECT_FALSE(latch.destination());
  EXPECT_TRUE(talks(kMapped));
  EXPECT_EQ(bursts(kStranger, 100), 0);
  expect();
  EXPECT_EQ(sends_to(), kMapped);
}

TEST_F(LatchTest, an_address_of_zeros_is_hold_and_forgets_nothing) {
  latched_to(kMapped);
  for (const char* hold : {"0.0.0.0", "::"}) {
    expect(kAnnounced, IpAddress::parse(hold).value());
    EXPECT_FALSE(latch.destination());
    EXPECT_TRUE(talks(kMapped));
  }
  expect();
  EXPECT_EQ(sends_to(), kMapped);
}

TEST_F(LatchTest, a_call_that_begins_on_hold_sends_nothing) {
  latch = Latch(Payload::rtp, Target::learned);
  latch.expect_nobody();
  EXPECT_FALSE(talks(kMapped));
  EXPECT_FALSE(latch.destination());
}

TEST_F(LatchTest, a_port_that_is_not_known_yet_is_learned) {
  latch = Latch(Payload::rtp, Target::learned);
  expect(0);
  EXPECT_FALSE(latch.destination());
  EXPECT_TRUE(talks(kMapped));
  EXPECT_EQ(sends_to(), kMapped);
}

class BoxLatch : public LatchTest {
 protected:
  BoxLatch() : LatchTest(Payload::rtp, Target::announced) {}
};

TEST_F(BoxLatch, sends_to_what_sdp_says_wherever_packets_come_from) {
  EXPECT_TRUE(talks(kMapped));
  EXPECT_EQ(sends_to(), kAnnounced);
  EXPECT_EQ(learned_port(), kMapped);
}

TEST_F(BoxLatch, hears_early_packets_before_it_knows_where_to_send) {
  latch = Latch(Payload::rtp, Target::announced);
  expect(0);
  EXPECT_TRUE(talks(kAnnounced));
  EXPECT_FALSE(latch.destination());
  expect();
  EXPECT_EQ(sends_to(), kAnnounced);
  EXPECT_TRUE(talks(kAnnounced));
}

TEST_F(BoxLatch, the_announced_port_is_taken_at_any_time) {
  latched_to(kMapped);
  EXPECT_EQ(bursts(kAnnounced, 1), 1);
  EXPECT_EQ(learned_port(), kAnnounced);
}

TEST_F(BoxLatch, each_branch_of_early_media_is_heard_when_it_is_named) {
  latched_to(kAnnounced);
  expect(7'080);
  EXPECT_TRUE(talks(kAnnounced));
  EXPECT_EQ(bursts(7'080, 1), 1);
  EXPECT_EQ(sends_to(), 7'080);
  expect(kAnnounced);
  EXPECT_TRUE(talks(kAnnounced));
  EXPECT_EQ(sends_to(), kAnnounced);
}

class RtcpLatch : public LatchTest {
 protected:
  RtcpLatch() : LatchTest(Payload::rtcp) {}
  bool reports(std::uint16_t port, std::uint32_t ssrc) {
    pass(5s);
    return comes(port, rtcp_report(ssrc));
  }
  void SetUp() override {
    expect();
    ASSERT_TRUE(reports(kMapped, 1));
    ASSERT_TRUE(reports(kMapped, 1));
  }
};

TEST_F(RtcpLatch, reports_of_one_ssrc_are_followed_to_another_port_at_once) {
  EXPECT_TRUE(reports(kRebound, 1));
  EXPECT_EQ(sends_to(), kRebound);
}

TEST_F(RtcpLatch, reports_of_another_wait_for_silence) {
  EXPECT_FALSE(reports(kRebound, 2));
  EXPECT_FALSE(reports(kRebound, 2));
  EXPECT_TRUE(reports(kRebound, 2));
}

TEST_F(RtcpLatch, one_report_of_another_is_no_proof_and_neither_is_anything_else) {
  pass(5min);
  EXPECT_FALSE(reports(kRebound, 2));
  EXPECT_FALSE(reports(kRebound, 3));
  EXPECT_FALSE(comes(kRebound, stream.bytes()));
  EXPECT_FALSE(comes(kRebound, "keep-alive"));
  EXPECT_EQ(learned_port(), kMapped);
}

class DatagramLatch : public LatchTest {
 protected:
  DatagramLatch() : LatchTest(Payload::datagrams) {}
  /// UDPTL with a sequence number that makes it look like RTP.
  const std::string udptl = "\x80\x08" + std::string(40, 'f');
};

TEST_F(DatagramLatch, a_few_datagrams_take_over_when_the_old_source_is_silent) {
  ASSERT_TRUE(comes(kMapped, udptl));
  ASSERT_TRUE(comes(kMapped, udptl));
  ASSERT_TRUE(comes(kMapped, udptl));
  pass(Latch::kDatagramSilence - 1ms);
  EXPECT_FALSE(comes(kRebound, udptl));
  EXPECT_FALSE(comes(kRebound, udptl));
  EXPECT_FALSE(comes(kRebound, udptl));
  pass(1ms);
  EXPECT_TRUE(comes(kRebound, udptl));
}

TEST_F(DatagramLatch, what_looks_like_the_same_rtp_stream_is_no_continuation) {
  latched_to(kMapped);
  EXPECT_FALSE(talks(kRebound));
}

TEST_F(DatagramLatch, datagrams_that_look_like_rtcp_of_many_senders_are_one_sender) {
  ASSERT_TRUE(comes(kMapped, udptl));
  pass(1min);
  EXPECT_FALSE(comes(kRebound, rtcp_report(1)));
  EXPECT_FALSE(comes(kRebound, rtcp_report(2)));
  EXPECT_TRUE(comes(kRebound, rtcp_report(3)));
}

TEST_F(LatchTest, a_stream_that_becomes_a_fax_keeps_its_source_and_its_rules_change) {
  latched_to(kMapped);
  latch.carry(Payload::datagrams);
  EXPECT_TRUE(comes(kMapped, "fax"));
  EXPECT_FALSE(talks(kRebound));
  pass(Latch::kDatagramSilence);
  EXPECT_FALSE(comes(kStranger, "stray"));
  EXPECT_FALSE(comes(kRebound, "fax"));
  EXPECT_FALSE(comes(kRebound, "fax"));
  EXPECT_TRUE(comes(kRebound, "fax"));
}

}  // namespace
}  // namespace fapfon::relay
