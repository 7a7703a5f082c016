// SPDX-License-Identifier: GPL-2.0-or-later
// The guests of the program: what the Box has not accepted (SPEC L9). Flows, Lines, Transactions and Dialogs
// enter here what they hold of guests, so that it is known who has to go when room is needed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "base/hash.hpp"
#include "base/limits.hpp"
#include "proxy/action.hpp"
#include "proxy/guest_rates.hpp"
#include "proxy/guest_room.hpp"
#include "proxy/ids.hpp"

namespace fapfon::proxy {

/// Requests of a phone are looked up with their line, because two phones may use the same Call-ID; those of
/// the Box without, because the phone may answer on another flow.
struct TransactionKey {
  LineId line;
  std::uint64_t hash = 0;
  friend bool operator==(const TransactionKey&, const TransactionKey&) = default;
};

struct TransactionKeyHash {
  using is_avalanching = void;
  std::size_t operator()(const TransactionKey& key) const noexcept {
    return static_cast<std::size_t>(
        mix64(key.hash, (std::uint64_t{key.line.generation} << 32U) | key.line.index));
  }
};

struct Guests {
  GuestRoom<FlowId, std::hash<FlowId>> flows;
  GuestRoom<FlowId, std::hash<FlowId>> inputs;  ///< flows with an unfinished message
  GuestRoom<LineId, std::hash<LineId>> lines;
  GuestRoom<TransactionKey, TransactionKeyHash> requests;
  GuestRoom<CallRef, std::hash<CallRef>> calls;
  GuestRates rates;
  std::array<std::uint64_t, kLimitTable.size()> reached{};  ///< how often, by Limit

  /// A limit has been reached because of somebody at `source`.
  void tell(Limit limit, const IpAddress& source, FlowId flow, Actions& out) {
    ++reached[static_cast<std::size_t>(limit)];
    out.note(Note::Kind::limit_reached, flow, {},
             std::string(name_of(limit)) + ", source " + source_of(source).to_string());
  }
};

}  // namespace fapfon::proxy
