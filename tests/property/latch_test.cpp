// SPDX-License-Identifier: GPL-2.0-or-later
// SPEC M2, whatever comes: nobody gets in, the phone is never locked out, and it is found again.
#include "relay/latch.hpp"

#include <gtest/gtest.h>

#include "property/dice.hpp"
#include "support/rtp.hpp"

namespace fapfon::relay {
namespace {

using property::Dice;
using property::for_each_seed;

constexpr IpAddress kPhone = IpAddress::v4(192, 0, 2, 6);
constexpr IpAddress kNewPhone = IpAddress::v4(192, 0, 2, 7);
constexpr IpAddress kOther = IpAddress::v4(198, 51, 100, 9);
constexpr std::uint16_t kAnnounced = 4'000;
constexpr std::uint16_t kMapped = 40'001;

/// Bytes as strangers send them: RTP with some SSRC, RTCP, STUN, nothing, noise.
std::string strange_bytes(Dice& dice) {
  const auto number = static_cast<std::uint32_t>(dice.below(3));
  switch (dice.below(4)) {
    case 0:
      return Rtp{.sequence = static_cast<std::uint16_t>(dice.below(1 << 16)), .ssrc = number}.bytes();
    case 1:
      return rtcp_report(number);
    case 2:
      return {};
    default: {
      std::string noise(dice.below(40), '\0');
      for (char& c : noise) c = static_cast<char>(dice.below(256));
      return noise;
    }
  }
}

Payload any_payload(Dice& dice) {
  return dice.one_of(std::array{Payload::rtp, Payload::rtcp, Payload::datagrams});
}
Target any_target(Dice& dice) {
  return dice.one_of(std::array{Target::learned, Target::announced});
}

/// A phone with its stream, and others between its packets.
class Wire {
 public:
  Wire(Dice& chance, Latch fresh) : dice(chance), latch(fresh) {
    stream.sequence = static_cast<std::uint16_t>(dice.below(1 << 16));
  }

  bool comes(const SocketAddress& source, const std::string& bytes) {
    return latch.take(Packet::read(source, bytes), now);
  }
  bool phone_talks(const SocketAddress& source) {
    now += 20ms;
    ++stream.sequence;
    return comes(source, stream.bytes());
  }
  /// From the phone's IP address and from elsewhere, but not from its port.
  bool stranger_talks() {
    const auto port = static_cast<std::uint16_t>(1 + dice.below(5));
    return comes({dice.one_of(std::array{kPhone, kOther}), port}, strange_bytes(dice));
  }
  void latches_to(std::uint16_t port) {
    latch.expect(kPhone, kAnnounced, now);
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(phone_talks({kPhone, port}));
  }
  void any_deed() {
    static constexpr std::array kPauses = {Duration{0}, Duration{20ms}, Duration{1s}, Duration{1min}};
    const auto port = static_cast<std::uint16_t>(dice.below(6));
    now += dice.one_of(kPauses);
    switch (dice.below(10)) {
      case 0:
        expected = dice.one_of(std::array{kPhone, kNewPhone});
        latch.expect(expected, port, now);
        return;
      case 1:
        latch.expect_nobody();
        return;
      case 2:
        latch.carry(any_payload(dice));
        return;
      default:
        const IpAddress from = dice.one_of(std::array{kPhone, kNewPhone, kOther, IpAddress{}});
        EXPECT_TRUE(!comes({from, port}, strange_bytes(dice)) || from == expected);
    }
  }

  Dice& dice;  // NOLINT: lives as long as the run
  Latch latch;
  TimePoint now{1h};
  IpAddress expected;
  Rtp stream{.ssrc = 0xaaaaaaaa, .payload = ""};
};

TEST(LatchProperty, whatever_happens_only_the_expected_address_is_heard_and_sent_to) {
  for_each_seed(300, [](Dice& dice) {
    Wire wire(dice, Latch(any_payload(dice), any_target(dice)));
    for (int i = 0; i < 300; ++i) {
      wire.any_deed();
      const SocketAddress expected{wire.expected, 1};
      EXPECT_EQ(wire.latch.destination().value_or(expected).ip, wire.expected);
      EXPECT_EQ(wire.latch.learned().value_or(expected).ip, wire.expected);
      EXPECT_NE(wire.latch.destination().value_or(expected).port, 0);
    }
  });
}

TEST(LatchProperty, what_was_learned_is_heard_until_something_else_is_learned) {
  for_each_seed(300, [](Dice& dice) {
    Wire wire(dice, Latch(any_payload(dice), any_target(dice)));
    for (int i = 0; i < 300; ++i) {
      wire.any_deed();
      const auto from = wire.latch.learned();
      EXPECT_TRUE(!from || wire.comes(*from, strange_bytes(dice)));
    }
  });
}

TEST(LatchProperty, strangers_never_move_a_stream_that_flows) {
  for_each_seed(200, [](Dice& dice) {
    Wire wire(dice, Latch(Payload::rtp, Target::learned));
    wire.latches_to(kMapped);
    for (int i = 0; i < 300; ++i) {
      for (std::size_t count = dice.below(20); count > 0; --count) EXPECT_FALSE(wire.stranger_talks());
      if (dice.once_in(50)) wire.latch.expect(kPhone, kAnnounced, wire.now);  // a session refresh
      EXPECT_TRUE(wire.phone_talks({kPhone, kMapped}));
      EXPECT_EQ(wire.latch.destination(), (SocketAddress{kPhone, kMapped}));
    }
  });
}

TEST(LatchProperty, one_stray_packet_never_moves_anything_however_long_the_silence) {
  for_each_seed(500, [](Dice& dice) {
    Wire wire(dice, Latch(Payload::rtp, Target::learned));
    wire.latches_to(kMapped);
    if (dice.once_in(2)) wire.latch.expect(kPhone, kAnnounced, wire.now);
    wire.now += std::chrono::milliseconds(dice.below(600'000));
    EXPECT_FALSE(wire.stranger_talks());
    EXPECT_TRUE(wire.phone_talks({kPhone, kMapped}));
  });
}

TEST(LatchProperty, a_phone_that_goes_on_from_another_port_is_followed_at_once_among_strangers) {
  for_each_seed(200, [](Dice& dice) {
    Wire wire(dice, Latch(Payload::rtp, Target::learned));
    wire.latches_to(kMapped);
    for (int i = 0; i < 50; ++i) {
      for (std::size_t count = dice.below(20); count > 0; --count) wire.stranger_talks();
      const auto port = static_cast<std::uint16_t>(50'000 + dice.below(3));
      EXPECT_TRUE(wire.phone_talks({kPhone, port}));
      EXPECT_EQ(wire.latch.destination(), (SocketAddress{kPhone, port}));
    }
  });
}

TEST(LatchProperty, after_any_story_a_phone_that_talks_alone_is_heard_within_three_seconds) {
  for_each_seed(300, [](Dice& dice) {
    Wire wire(dice, Latch(Payload::rtp, any_target(dice)));
    for (int i = 0; i < 100; ++i) wire.any_deed();
    wire.latch.carry(Payload::rtp);
    wire.latch.expect(kPhone, kAnnounced, wire.now);
    const TimePoint start = wire.now;
    while (wire.now < start + Latch::kRtpSilence + 100ms && !wire.phone_talks({kPhone, kMapped})) {
    }
    EXPECT_EQ(wire.latch.learned(), (SocketAddress{kPhone, kMapped}));
  });
}

TEST(LatchProperty, after_the_line_has_moved_the_first_packet_of_the_phone_is_heard) {
  for_each_seed(300, [](Dice& dice) {
    Wire wire(dice, Latch(any_payload(dice), Target::learned));
    for (int i = 0; i < 100; ++i) wire.any_deed();
    wire.latch.expect(kOther, kAnnounced, wire.now);
    const auto port = static_cast<std::uint16_t>(1 + dice.below(65'535));
    EXPECT_TRUE(wire.comes({kOther, port}, strange_bytes(dice)));
    EXPECT_EQ(wire.latch.destination(), (SocketAddress{kOther, port}));
  });
}

}  // namespace
}  // namespace fapfon::relay
