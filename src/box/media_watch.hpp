// SPDX-License-Identifier: GPL-2.0-or-later
// Keeps the decision of SPEC M1 up to date while the program runs: asks the Box from each VPN-side address of
// this machine, one after the other, and decides again when the Box was located, when the network has
// changed, when the answer is old, when a call asks for it, and soon when there was no answer, because a VPN
// or the Box may just be coming up.
//
// Nothing reports that the rules of a firewall have changed: the kernel reports those of nftables
// (NFNLGRP_NFTABLES) only to a process with CAP_NET_ADMIN, which the daemon does not have, and those of
// iptables-legacy to nobody. So the Box is asked every few seconds while phones are there, with one small
// OPTIONS for each VPN, and seldom while there are none.
//
//   from the first VPN-side address --direct--> from the next --direct--> ... --> decided
//     |                  |
//     | masqueraded      | no answer
//     v                  v
//   decided          from the address towards the Box --answer or none--> decided
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "box/box_locator.hpp"
#include "box/media_path.hpp"
#include "box/question.hpp"
#include "net/interfaces.hpp"
#include "net/timer.hpp"

namespace fapfon::box {

class MediaWatch {
 public:
  struct Pace {
    /// An answer of the Box is believed this long while no phone is there ...
    Duration fresh = std::chrono::minutes{10};
    /// ... and this long while one is. Together with the patience for a silent Box, changes are noticed
    /// within 10 s (M1).
    Duration fresh_for_phones = std::chrono::seconds{7};
    /// Asked again this long after a silence, then after twice as long each time, up to `fresh`; a Box that
    /// answers nobody is asked each `longest_outage`, as it may be back at any time.
    Duration first_retry = std::chrono::seconds{10};
    Duration longest_outage = std::chrono::minutes{1};
    /// The least time between two rounds of questions that changes of the network ask for.
    Duration rest = std::chrono::seconds{5};
    std::chrono::milliseconds patience = Question::kPatience;  ///< how long the Box may take to answer
  };

  struct Settings {
    MediaOption option = MediaOption::automatic;
    std::vector<Prefix> vpn = {};  ///< where phones are, as the user named it; may be empty
    std::function<net::Interfaces()> interfaces = net::interfaces_of_this_machine;
    /// Whether calls are likely. Asked once a round.
    std::function<bool()> has_phones = [] { return true; };
    Pace pace = {};
  };

  /// `decided` is called with each decision that differs from the one before: from the loop, or from within
  /// box_located() or ask_now() where no question is needed.
  MediaWatch(net::Loop& loop, Settings settings, std::function<void(const MediaDecision&)> decided);
  /// `concluded` is called at the end of each round of questions, after `decided` if that is called too.
  void on_conclusion(std::function<void()> concluded) { concluded_ = std::move(concluded); }

  /// Asks at once.
  void box_located(const BoxPlace& place);
  /// Asks, but not more often than once in Pace::rest.
  void network_changed();
  /// The first phone is there: asks at once when the answer is older than Pace::fresh_for_phones.
  void phone_has_come();
  /// Asks for a call that must not use an old decision; on_conclusion() reports the new one. If a round is
  /// running, its end is waited for.
  void ask_now();
  [[nodiscard]] const MediaDecision& decision() const noexcept { return decision_; }
  /// How old the decision is, counted from the first question of its round, because it says what the rules
  /// were then. Zero where nothing can make it wrong, the longest Duration before the first decision.
  [[nodiscard]] Duration age(TimePoint now) const noexcept;

 private:
  void plan(TimePoint when);
  void begin_round();
  void look_at_this_machine();
  void ask_from_next();
  void probe_answered(const IpAddress& from, const Question::Answer& answer);
  void conclude();
  void plan_next_round(MediaReason reason);
  [[nodiscard]] bool depends_on_network() const noexcept;
  [[nodiscard]] Duration fresh() const;

  Settings settings_;
  std::function<void(const MediaDecision&)> decided_;
  std::function<void()> concluded_;
  BoxPlace place_;  // without address: not located yet
  MediaDecision decision_;
  MediaEvidence evidence_;            // of the round that is running
  std::vector<IpAddress> addresses_;  // to ask from in this round
  TimePoint round_began_{};
  bool is_asking_ = false;                // a round is running
  std::optional<TimePoint> decided_for_;  // when the round of decision_ began
  Duration retry_;                        // after the next silence
  Question question_;
  net::Timer timer_;
  TimePoint planned_ = kNever;  // when timer_ begins a round
};

}  // namespace fapfon::box
