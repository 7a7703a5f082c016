// SPDX-License-Identifier: GPL-2.0-or-later
// SPEC M1 with real questions: this machine's addresses on the loopback play VPN and home, a socket plays the
// Box.
#include <optional>

#include <gtest/gtest.h>

#include "box/media_watch.hpp"
#include "integration/peer.hpp"
#include "net/loop.hpp"

namespace fapfon::test {
namespace {

using box::MediaDecision;
using box::MediaOption;
using box::MediaReason;

const IpAddress kVpn = IpAddress::v4(127, 0, 20, 1);
const IpAddress kOtherVpn = IpAddress::v4(127, 0, 21, 1);
const IpAddress kHome = IpAddress::v4(127, 0, 30, 2);
const IpAddress kBox = IpAddress::v4(127, 0, 30, 1);

net::Interface tunnel(const std::string& name, const IpAddress& ip) {
  net::Interface interface;
  interface.name = name;
  interface.is_up = true;
  interface.is_vpn = true;
  interface.addresses = {{ip, 24}};
  return interface;
}

class MediaWatch : public testing::Test {
 protected:
  MediaWatch() {
    settings.interfaces = [this] { return interfaces; };
    settings.pace.rest = 0ms;
    settings.pace.patience = 300ms;
  }

  void start() { start({box.local(), kHome}); }
  void start(const box::BoxPlace& place) {
    watch.emplace(loop, settings, [this](const MediaDecision& decision) { decisions.push_back(decision); });
    watch->box_located(place);
  }

  /// Runs loop and Box until `done`; false when time is out.
  bool run_until(const std::function<bool()>& done) { return run_for(kPatience, done); }
  bool run_for(std::chrono::milliseconds longest, const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + longest;
    while (!done() && std::chrono::steady_clock::now() < deadline) {
      while (box.wait(POLLIN, 0ms)) answer(box.datagram());
      loop.run_one_batch(5ms);
    }
    return done();
  }

  MediaDecision first_decision() {
    EXPECT_TRUE(run_until([this] { return !decisions.empty(); }));
    return decisions.empty() ? MediaDecision{} : decisions.front();
  }

  /// Where the Box was asked from, each address once and in order.
  std::vector<IpAddress> asked_from;
  /// Where the Box sends nothing to: there is no way, or it is down.
  std::vector<IpAddress> unreachable;
  /// What the Box sees instead of VPN addresses, when they are masqueraded.
  IpAddress masquerade;
  std::size_t question_count = 0;

  net::Interfaces interfaces = {tunnel("wg0", kVpn)};
  box::MediaWatch::Settings settings;
  net::Loop loop;
  Peer box = Peer::udp({kBox, 0});
  std::vector<MediaDecision> decisions;
  std::optional<box::MediaWatch> watch;

 private:
  static bool is_in(const std::vector<IpAddress>& list, const IpAddress& ip) {
    return std::find(list.begin(), list.end(), ip) != list.end();
  }

  void answer(const std::string& question) {
    const SocketAddress from = box.source();
    ++question_count;
    if (!is_in(asked_from, from.ip)) asked_from.push_back(from.ip);
    if (is_in(unreachable, from.ip)) return;
    std::string text = answer_to(question);
    if (masquerade && from.ip != kHome) {
      text.insert(text.find(";branch="), ";received=" + masquerade.to_string());
    }
    box.send_to(from, text);
  }
};

TEST_F(MediaWatch, asks_from_the_vpn_and_finds_that_audio_can_go_directly) {
  start();
  EXPECT_TRUE(decisions.empty()) << "calls are relayed until the Box has answered";
  EXPECT_EQ(watch->decision().reason, MediaReason::not_asked);
  EXPECT_EQ(first_decision(), (MediaDecision{MediaReason::box_sees_vpn, kVpn, kVpn}));
  EXPECT_EQ(asked_from, std::vector{kVpn});
}

TEST_F(MediaWatch, sees_that_the_vpn_masquerades) {
  masquerade = kHome;
  start();
  EXPECT_EQ(first_decision(), (MediaDecision{MediaReason::masqueraded, kVpn, kHome}));
}

TEST_F(MediaWatch, sees_that_the_box_has_no_way_to_the_vpn_as_it_answers_at_home) {
  unreachable = {kVpn};
  start();
  EXPECT_EQ(first_decision(), (MediaDecision{MediaReason::no_route, kVpn, {}}));
  EXPECT_EQ(asked_from, (std::vector{kVpn, kHome}));
}

TEST_F(MediaWatch, asks_a_silent_box_again_until_it_is_back) {
  settings.pace.first_retry = 10ms;
  unreachable = {kVpn, kHome};
  start();
  EXPECT_EQ(first_decision().reason, MediaReason::box_silent);
  unreachable.clear();
  ASSERT_TRUE(run_until([this] { return decisions.size() == 2; }));
  EXPECT_EQ(decisions.back().reason, MediaReason::box_sees_vpn);
}

TEST_F(MediaWatch, asks_from_every_vpn) {
  interfaces.push_back(tunnel("tun0", kOtherVpn));
  start();
  EXPECT_EQ(first_decision().reason, MediaReason::box_sees_vpn);
  EXPECT_EQ(asked_from, (std::vector{kVpn, kOtherVpn}));
}

TEST_F(MediaWatch, asks_again_when_the_network_has_changed) {
  start();
  EXPECT_EQ(first_decision().reason, MediaReason::box_sees_vpn);
  interfaces.clear();
  watch->network_changed();
  ASSERT_TRUE(run_until([this] { return decisions.size() == 2; }));
  EXPECT_EQ(decisions.back().reason, MediaReason::no_vpn_address);
  interfaces = {tunnel("wg0", kVpn)};
  watch->network_changed();
  ASSERT_TRUE(run_until([this] { return decisions.size() == 3; }));
  EXPECT_EQ(decisions.back().reason, MediaReason::box_sees_vpn);
}

TEST_F(MediaWatch, asks_again_when_the_answer_is_old_and_says_nothing_when_it_is_the_same) {
  settings.pace.fresh_for_phones = 10ms;
  start();
  ASSERT_TRUE(run_until([this] { return question_count >= 3; }));
  EXPECT_EQ(decisions.size(), 1U);
  masquerade = kHome;
  ASSERT_TRUE(run_until([this] { return decisions.size() == 2; }));
  EXPECT_EQ(decisions.back().reason, MediaReason::masqueraded);
}

TEST_F(MediaWatch, asks_often_only_while_phones_are_there_and_soon_when_the_first_has_come) {
  bool has_phones = false;
  settings.has_phones = [&] { return has_phones; };
  settings.pace.fresh_for_phones = 5ms;
  start();
  first_decision();
  EXPECT_FALSE(run_for(50ms, [this] { return question_count > 1; }));
  has_phones = true;
  watch->phone_has_come();
  ASSERT_TRUE(run_until([this] { return question_count >= 3; }));
  EXPECT_EQ(decisions.size(), 1U);
  bool is_asked_again = false;
  watch->on_conclusion([&] { is_asked_again = true; });
  has_phones = false;
  ASSERT_TRUE(run_until([&] { return is_asked_again; }));
  EXPECT_FALSE(run_for(50ms, [this, before = question_count] { return question_count > before; }));
}

TEST_F(MediaWatch, asks_at_once_for_a_call_that_must_not_go_by_an_old_decision) {
  settings.has_phones = [] { return false; };
  start();
  int conclusions = 0;
  watch->on_conclusion([&] { ++conclusions; });
  EXPECT_EQ(first_decision().reason, MediaReason::box_sees_vpn);
  EXPECT_EQ(conclusions, 1);
  masquerade = kHome;
  watch->ask_now();
  watch->ask_now();
  ASSERT_TRUE(run_until([&] { return conclusions == 2; }));
  EXPECT_EQ(watch->decision().reason, MediaReason::masqueraded);
  EXPECT_EQ(question_count, 2U) << "the second call waits for the same round";
  watch->ask_now();
  EXPECT_TRUE(run_until([&] { return conclusions == 3; })) << "told when the decision is the same, too";
  EXPECT_EQ(decisions.size(), 2U);
}

TEST_F(MediaWatch, tells_how_old_its_decision_is) {
  settings.has_phones = [] { return false; };
  const TimePoint before = Clock::now();
  start();
  const TimePoint asked = Clock::now();
  EXPECT_EQ(watch->age(asked), Duration::max());
  first_decision();
  const TimePoint now = Clock::now();
  EXPECT_GE(watch->age(now), now - asked) << "counted from the question, not from the answer";
  EXPECT_LE(watch->age(now), now - before);
  EXPECT_EQ(watch->age(now + 10s), watch->age(now) + 10s);
}

TEST_F(MediaWatch, a_decision_that_no_rule_of_a_firewall_changes_is_never_old) {
  settings.option = MediaOption::direct;
  start();
  EXPECT_EQ(watch->age(Clock::now() + 1h), Duration{});
  settings.option = MediaOption::automatic;
  start({box.local(), kBox});
  EXPECT_EQ(watch->decision().reason, MediaReason::box_is_here);
  EXPECT_EQ(watch->age(Clock::now() + 1h), Duration{});
}

TEST_F(MediaWatch, nobody_is_asked_before_the_box_is_located) {
  watch.emplace(loop, settings, [this](const MediaDecision& decision) { decisions.push_back(decision); });
  watch->ask_now();
  watch->phone_has_come();
  watch->network_changed();
  EXPECT_FALSE(run_for(20ms, [this] { return question_count > 0 || !decisions.empty(); }));
}

TEST_F(MediaWatch, asks_the_box_anew_that_has_moved) {
  start();
  first_decision();
  Peer moved = Peer::udp({kBox, 0});
  watch->box_located({moved.local(), kHome});
  EXPECT_TRUE(run_until([&] { return moved.wait(POLLIN, 0ms); }));
}

TEST_F(MediaWatch, asks_nobody_when_the_user_has_decided) {
  settings.option = MediaOption::relay;
  start();
  ASSERT_EQ(decisions.size(), 1U) << "at once";
  EXPECT_EQ(decisions.back().reason, MediaReason::user_relay);
  settings.option = MediaOption::direct;
  start();
  EXPECT_EQ(decisions.back().reason, MediaReason::user_direct);
  EXPECT_FALSE(box.wait(POLLIN, 0ms));
}

TEST_F(MediaWatch, asks_nobody_when_the_box_is_this_machine) {
  start({box.local(), kBox});
  ASSERT_EQ(decisions.size(), 1U) << "at once";
  EXPECT_EQ(decisions.back().reason, MediaReason::box_is_here);
  EXPECT_FALSE(box.wait(POLLIN, 0ms));
}

/// A Box on the loopback is this machine, so nobody has to be asked.
TEST(MediaMode, is_told_in_the_log_with_its_reason) {
  const Peer box = Peer::udp({IpAddress::v4(127, 0, 0, 1), 0});
  Program automatic{box.local()};
  EXPECT_TRUE(automatic.wait_for("audio goes directly reason=\"the Box is this machine\""))
      << automatic.complained();
  Program relaying{box.local(), {"--media=relay"}};
  EXPECT_TRUE(relaying.wait_for("audio is relayed through this machine reason=\"--media=relay\""))
      << relaying.complained();
}

}  // namespace
}  // namespace fapfon::test
