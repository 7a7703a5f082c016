// SPDX-License-Identifier: GPL-2.0-or-later
// Which port pair of --rtp-ports a new stream gets: an even one for RTP, with its odd neighbour for RTCP (RFC
// 3550 section 11). It is chosen at random, because anybody who guesses a port can be the first to send to
// it. A pair that was given back rests: the phone of the old call may not have noticed its end.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <vector>

#include "base/port_range.hpp"
#include "base/time.hpp"

namespace fapfon::relay {

using namespace std::chrono_literals;

class PortPool {
 public:
  /// Late packets of the old call: INVITE transactions and BYE end within 32 s (RFC 3261, 64*T1), audio
  /// sooner.
  static constexpr auto kRest = 30s;
  /// After this time a port that another program held is tried again.
  static constexpr auto kSetAsideFor = 60s;

  /// `seed`: from the system's random numbers; the same seed gives the same ports.
  PortPool(const PortRange& range, std::uint64_t seed);

  /// The even port of a free pair; none when all are taken. Pairs at rest come last, the one that has rested
  /// longest first. Takes the same time however few are left.
  std::optional<std::uint16_t> take(TimePoint now);
  /// A pair that was taken and is not used any more. Anything else is ignored.
  void give_back(std::uint16_t port, TimePoint now);
  /// A pair that was taken but cannot be opened: another program has one of its ports.
  void set_aside(std::uint16_t port, TimePoint now);

  [[nodiscard]] std::size_t pair_count() const noexcept { return is_taken_.size(); }
  [[nodiscard]] std::size_t taken_count() const noexcept { return taken_count_; }

 private:
  //  free --- take ---> taken --- give_back ---> resting --- 30 s, or nothing else is free ---> free
  //                       +------ set_aside ---> set aside --- 60 s ---> free
  struct Waiting {
    std::uint16_t index;
    TimePoint until;
  };
  /// Pairs that wait equally long: first in, first out.
  using Queue = std::deque<Waiting>;

  void free_waiting(Queue& queue, TimePoint now);
  void pass_to(Queue& queue, std::uint16_t port, TimePoint until);

  PortRange range_;
  // Not cryptographic, and need not be: a phone sees only its own ports, and a port alone lets nobody in.
  std::mt19937_64 random_;
  std::vector<std::uint16_t> free_;  ///< numbers of pairs in the range, in no order
  std::vector<bool> is_taken_;       ///< by number
  Queue resting_;
  Queue set_aside_;
  std::size_t taken_count_ = 0;
};

}  // namespace fapfon::relay
