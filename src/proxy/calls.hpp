// SPDX-License-Identifier: GPL-2.0-or-later
// The calls of a line: that there are any (L5), which flow carries each, so that the Box's requests in a call
// reach the phone where it speaks (L4), and where its audio goes (SPEC section 7).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/time.hpp"
#include "proxy/ids.hpp"
#include "proxy/timing.hpp"
#include "relay/ids.hpp"

namespace fapfon::proxy {

/// From its INVITE until that fails, or until a BYE.
struct Call {
  std::uint64_t hash = 0;        ///< of the Call-ID
  FlowId carrier;                ///< that the INVITE was accepted on; none before
  FlowId offered_on;             ///< that it came or went on; none after a challenge
  TimePoint accepted;            ///< when; only with a carrier
  std::string remote_target;     ///< the Box's Contact, where the phone got another in its place
  relay::SessionId media;        ///< none: its audio goes directly
  TimePoint signalled;           ///< the last message of it that counts
  Duration refresh = kCallIdle;  ///< how long it may be silent (RFC 4028, or our own patience)
};

/// A line with more calls than this at once forgets the oldest. Calls stay where they are until one is
/// removed.
class Calls {
 public:
  static constexpr std::size_t kMaxCount = 8;

  /// Null when there is no such call.
  [[nodiscard]] Call* find(std::uint64_t hash) noexcept;
  [[nodiscard]] const Call* find(std::uint64_t hash) const noexcept;
  /// The call that has to be removed before another one begins; null while there is room.
  [[nodiscard]] const Call* surplus() const noexcept;
  /// There must be room, and no call of that hash.
  Call& begin(std::uint64_t hash, TimePoint now) noexcept;
  void remove(std::uint64_t hash) noexcept;

  [[nodiscard]] std::span<Call> all() noexcept { return std::span(calls_).first(count_); }
  [[nodiscard]] std::span<const Call> all() const noexcept { return std::span(calls_).first(count_); }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

  /// None for a call that is not known or not accepted.
  [[nodiscard]] FlowId carrier_of(std::uint64_t hash) const noexcept;

 private:
  std::array<Call, kMaxCount> calls_{};
  std::size_t count_ = 0;
};

}  // namespace fapfon::proxy
