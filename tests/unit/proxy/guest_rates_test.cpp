// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/guest_rates.hpp"

#include <gtest/gtest.h>

namespace fapfon::proxy {
namespace {

using namespace std::chrono_literals;

constexpr IpAddress kGuest = IpAddress::v4(10, 8, 0, 7);
constexpr IpAddress kOther = IpAddress::v4(10, 8, 0, 8);

class Rates : public testing::Test {
 protected:
  /// How many of so many requests pass at once.
  unsigned passes(unsigned count, const IpAddress& ip = kGuest, Standing standing = Standing::none) {
    unsigned passed = 0;
    for (unsigned i = 0; i < count; ++i) passed += rates.admit(ip, standing, now) ? 1U : 0U;
    return passed;
  }
  void bans(const IpAddress& ip = kGuest) {
    while (!rates.take_new_ban()) rates.admit(ip, Standing::none, now);
  }

  GuestRates rates;
  TimePoint now{1000h};
};

TEST_F(Rates, a_bucket_is_full_at_first_and_fills_again_with_time) {
  TokenBucket bucket({2, 3});
  EXPECT_TRUE(bucket.take(now) && bucket.take(now) && bucket.take(now));
  EXPECT_FALSE(bucket.take(now));
  EXPECT_TRUE(bucket.take(now + 500ms));
  EXPECT_FALSE(bucket.take(now + 900ms));
  EXPECT_DOUBLE_EQ(bucket.tokens(now + 1h), 3);
  EXPECT_DOUBLE_EQ(bucket.tokens(now), 0) << "a clock that goes back gives nothing";
  bucket.give_back(9, now + 500ms);
  EXPECT_DOUBLE_EQ(bucket.tokens(now + 500ms), 3);
}

TEST_F(Rates, L9_one_source_may_send_a_burst_and_then_so_many_in_a_second) {
  EXPECT_EQ(passes(550), kGuestRequests.burst);
  now += 1s;
  EXPECT_EQ(passes(50), kGuestRequests.per_second);
  EXPECT_EQ(passes(1, kOther), 1U);
}

TEST_F(Rates, L9_who_goes_on_is_banned_and_each_time_for_longer) {
  passes(static_cast<unsigned>(kGuestRequests.burst) + kRefusedUntilBan);
  const auto first = rates.take_new_ban();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->source, kGuest);
  EXPECT_EQ(first->lasts, kFirstBan);
  EXPECT_EQ(first->cause, "too many requests");
  EXPECT_FALSE(rates.take_new_ban()) << "told once";
  EXPECT_EQ(passes(500), 0U);
  EXPECT_FALSE(rates.take_new_ban()) << "not longer by what it sends meanwhile";
  for (auto lasts = 2 * kFirstBan; lasts < kLongestBan; lasts *= 2) {
    now += lasts;
    bans();
    EXPECT_EQ(rates.bans(now).front().lasts, lasts);
  }
  now += kLongestBan;
  bans();
  EXPECT_EQ(rates.bans(now).front().lasts, kLongestBan);
  now += 4 * kLongestBan;
  EXPECT_TRUE(rates.bans(now).empty());
  bans();
  EXPECT_EQ(rates.bans(now).front().lasts, kFirstBan) << "forgiven";
}

TEST_F(Rates, L9_a_ban_leaves_a_trickle_for_newcomers_and_never_stops_who_proves_himself) {
  bans();
  EXPECT_EQ(passes(10, kGuest, Standing::none), 0U);
  EXPECT_EQ(passes(10, kGuest, Standing::newcomer), kTrickle.burst);
  EXPECT_EQ(passes(10, kGuest, Standing::trusted), 10U);
  now += 2s;
  EXPECT_TRUE(rates.has_room(kGuest, now));
  EXPECT_EQ(passes(10, kGuest, Standing::newcomer), 1U);
  EXPECT_FALSE(rates.has_room(kGuest, now));
}

TEST_F(Rates, L9_guessing_passwords_is_banned) {
  for (unsigned i = 0; i < kFailedLogins.burst; ++i) rates.failed_login(kGuest, now);
  EXPECT_FALSE(rates.take_new_ban());
  rates.failed_login(kGuest, now);
  EXPECT_EQ(rates.take_new_ban()->cause, "failed logins");
}

TEST_F(Rates, a_phone_with_a_wrong_password_that_tries_every_five_minutes_is_not_banned) {
  for (int i = 0; i < 500; ++i) {
    rates.failed_login(kGuest, now);
    now += 5min;
  }
  EXPECT_FALSE(rates.take_new_ban());
}

TEST_F(Rates, L9_registrations_that_the_box_accepts_do_not_count) {
  for (int phone = 0; phone < 1000; ++phone) {
    ASSERT_EQ(passes(2), 2U) << "behind one masquerade, all at once: " << phone;
    rates.accepted(kGuest, now);
  }
}

TEST_F(Rates, L9_many_sources_together_leave_something_for_those_who_have_hardly_sent) {
  unsigned passed = 0;
  for (std::uint8_t host = 1; host <= 50; ++host) passed += passes(100, IpAddress::v4(10, 9, 0, host));
  EXPECT_LE(passed, kAllGuestRequests.burst);
  now += 1s;
  for (std::uint8_t host = 1; host <= 50; ++host) passes(100, IpAddress::v4(10, 9, 0, host));
  EXPECT_EQ(passes(2, kOther), 2U);
}

TEST_F(Rates, L9_an_ipv6_source_is_a_64_and_sources_are_bounded) {
  const auto in_64 = [](std::uint8_t last) {
    return IpAddress::from_bytes(Family::ip6, {0xfd, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last});
  };
  EXPECT_EQ(passes(300, in_64(1)) + passes(300, in_64(2)), kGuestRequests.burst);
  for (unsigned i = 0; i < 20'000; ++i) {
    rates.admit(IpAddress::v4(10, 9, static_cast<std::uint8_t>(i >> 8U), static_cast<std::uint8_t>(i)),
                Standing::none, now);
    now += 1ms;
  }
  EXPECT_LE(rates.source_count(), kMaxGuestSources);
}

TEST_F(Rates, sources_of_which_nothing_is_left_to_remember_are_forgotten) {
  EXPECT_EQ(rates.next_sweep(), kNever);
  passes(1);
  bans(kOther);
  now = rates.next_sweep();
  rates.forget_idle(now);
  EXPECT_EQ(rates.source_count(), 1U) << "the next ban of a source that was banned is longer";
  now += 3 * kLongestBan;
  rates.forget_idle(now);
  EXPECT_EQ(rates.source_count(), 0U);
  EXPECT_EQ(rates.next_sweep(), kNever);
}

TEST_F(Rates, a_ban_survives_when_room_is_made_for_other_sources) {
  bans();
  for (unsigned i = 0; i < 10'000; ++i)
    rates.admit(IpAddress::v4(10, 9, static_cast<std::uint8_t>(i >> 8U), static_cast<std::uint8_t>(i)),
                Standing::none, now);
  EXPECT_EQ(rates.bans(now).size(), 1U);
}

}  // namespace
}  // namespace fapfon::proxy
