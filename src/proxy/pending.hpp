// SPDX-License-Identifier: GPL-2.0-or-later
// Transactions that wait for a response, and where the response has to go (SPEC L3: by Via branch). A
// transaction is named by a hash of Call-ID, CSeq and branch, which a response repeats (RFC 3261 section
// 17.1.3); with the Call-ID and CSeq in it a client of RFC 2543 without branch is found as well.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/time.hpp"
#include "proxy/ids.hpp"
#include "sip/message_view.hpp"

namespace fapfon::proxy {

/// Requests of a phone are looked up with their line, for two phones may use the same Call-ID; those of
/// the Box without, for the phone may answer on another flow.
struct TransactionKey {
  LineId line;
  std::uint64_t hash = 0;
  friend bool operator==(const TransactionKey&, const TransactionKey&) = default;
};

TransactionKey transaction_of(const sip::MessageView& message, LineId line) noexcept;

/// A hash of the Call-ID, to know a call again.
std::uint64_t call_hash(const sip::MessageView& message) noexcept;

struct Pending {
  LineId line;
  FlowId reply_flow;  ///< that the request came on
  sip::Method method = sip::Method::other;
  bool rport_added = false;             ///< H4
  bool initial = false;                 ///< the request had no To tag: it opens a dialog
  std::uint32_t requested_expires = 0;  ///< of a REGISTER: the longest that any of its Contacts asks for
  std::string sent_by;                  ///< H4 between IPv4 and IPv6; usually empty
  TimePoint ends;
};

class PendingTable {
 public:
  /// Remembers a request; a retransmission takes the place of its original.
  Pending& add(const TransactionKey& key);
  Pending* find(const TransactionKey& key) noexcept;
  void erase(const TransactionKey& key) { table_.erase(key); }
  [[nodiscard]] std::size_t size() const noexcept { return table_.size(); }

  /// Forgets all that ended, calling `gone(const Pending&)` for each.
  template <typename Gone>
  void sweep(TimePoint now, Gone&& gone) {
    for (auto at = table_.begin(); at != table_.end();) {
      if (at->second.ends > now) {
        ++at;
        continue;
      }
      gone(at->second);
      table_.erase(at++);
    }
  }

 private:
  struct KeyHash {
    using is_avalanching = void;
    std::size_t operator()(const TransactionKey& key) const noexcept {
      constexpr std::uint64_t kSpread = 0x9e3779b97f4a7c15U;  // odd, its bits all over
      return static_cast<std::size_t>(key.hash ^ (std::hash<LineId>{}(key.line) * kSpread));
    }
  };
  boost::unordered_flat_map<TransactionKey, Pending, KeyHash> table_;
};

}  // namespace fapfon::proxy
