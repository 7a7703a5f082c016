// SPDX-License-Identifier: GPL-2.0-or-later
// Keeps the decision of SPEC M1 up to date while the program runs: asks the Box from each VPN-side address of
// this machine, one after the other, and decides anew when the Box was located, when the network has changed,
// when the answer is old, and soon when there was none, because a VPN or the Box may just be coming up.
//
//   from the first VPN-side address --direct--> from the next --direct--> ... --> decided
//     |                  |
//     | masqueraded      | no answer
//     v                  v
//   decided          from the address towards the Box --answer or none--> decided
#pragma once

#include <chrono>
#include <functional>
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
    /// An answer of the Box is believed this long: nobody tells when rules of a firewall, or routes of the
    /// Box, change.
    Duration fresh = std::chrono::minutes{10};
    /// Asked again this long after a silence, then after twice as long each time, up to `fresh`; a Box that
    /// answers nobody is asked each `longest_outage`, as it may be back at any time.
    Duration first_retry = std::chrono::seconds{10};
    Duration longest_outage = std::chrono::minutes{1};
    /// The least time between two rounds of questions that changes of the network ask for.
    Duration rest = std::chrono::seconds{5};
    std::chrono::milliseconds patience = Question::kPatience;  ///< with the Box's silence
  };

  struct Settings {
    MediaOption option = MediaOption::automatic;
    std::vector<Prefix> vpn = {};  ///< where phones are, as the user named it; may be empty
    std::function<net::Interfaces()> interfaces = net::interfaces_of_this_machine;
    Pace pace = {};
  };

  /// `decided` is called with each decision that differs from the one before: from the loop, or from within
  /// box_located() where no question is needed.
  MediaWatch(net::Loop& loop, Settings settings, std::function<void(const MediaDecision&)> decided);

  /// Asks at once.
  void box_located(const BoxPlace& place);
  /// Asks, but not more often than each Pace::rest.
  void network_changed();
  [[nodiscard]] const MediaDecision& decision() const noexcept { return decision_; }

 private:
  void plan(TimePoint when);
  void begin_round();
  void look_at_this_machine();
  void ask_from_next();
  void probe_answered(const IpAddress& from, const Question::Answer& answer);
  void conclude();
  void plan_next_round(MediaReason reason);

  Settings settings_;
  std::function<void(const MediaDecision&)> decided_;
  BoxPlace place_;  // without address: not located yet
  MediaDecision decision_;
  MediaEvidence evidence_;            // of the round that is running
  std::vector<IpAddress> addresses_;  // to ask from in this round
  TimePoint round_began_{};
  Duration retry_;  // after the next silence
  Question question_;
  net::Timer timer_;
  TimePoint planned_ = kNever;  // when timer_ begins a round
};

}  // namespace fapfon::box
