// SPDX-License-Identifier: GPL-2.0-or-later
// INVITEs that wait until it is known which path audio takes now (SPEC M1): a call keeps the path that it
// began with, so it must not begin by a decision from before a change of the firewall. Each waits for
// kMediaPatience at most, and only a few wait: for the others the old decision counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "proxy/ids.hpp"

namespace fapfon::proxy {

struct HeldInvite {
  FlowId flow;                  ///< that it came on
  std::uint64_t call_hash = 0;  ///< of its Call-ID
  std::string bytes;            ///< as it came
  TimePoint until;
};

class HeldInvites {
 public:
  /// More INVITEs than these do not wait.
  static constexpr std::size_t kMaxCount = 64;

  /// Keeps a copy of the INVITE. False when there is no room.
  bool hold(FlowId flow, std::uint64_t call_hash, ByteView bytes, TimePoint now);
  /// The INVITE of this call, because another message of the call has come: they must stay in order. None
  /// when none waits, as all take functions.
  std::optional<HeldInvite> take(std::uint64_t call_hash);
  /// The oldest whose patience is over at `now`.
  std::optional<HeldInvite> take_due(TimePoint now);
  /// The oldest, because there is a decision.
  std::optional<HeldInvite> take_any();
  /// When take_due() has one; kNever when none waits.
  [[nodiscard]] TimePoint next() const noexcept { return held_.empty() ? kNever : held_.front().until; }

 private:
  std::vector<HeldInvite> held_;  // the oldest first
};

}  // namespace fapfon::proxy
