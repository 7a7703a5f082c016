// SPDX-License-Identifier: GPL-2.0-or-later
// Requests under way, and where their responses have to go (SPEC L3: by Via branch). A transaction is named
// by a hash of Call-ID, CSeq and branch, which a response repeats (RFC 3261 section 17.1.3); with the Call-ID
// and CSeq in it a client of RFC 2543 without branch is found as well.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/hash.hpp"
#include "base/time.hpp"
#include "proxy/guests.hpp"
#include "proxy/ids.hpp"
#include "sip/message_view.hpp"

namespace fapfon::proxy {

struct Transaction {
  LineId line;
  FlowId reply_flow;  ///< that the request came on
  sip::Method method = sip::Method::other;
  bool rport_added = false;             ///< H4
  bool opens_dialog = false;            ///< the request had no To tag
  bool is_answered = false;             ///< a final response has passed
  bool is_guests = false;               ///< L9: came on a flow that does not speak for the line
  bool has_credentials = false;         ///< of a guest
  std::uint32_t requested_expires = 0;  ///< of a REGISTER: the longest that any of its Contacts asks for
  std::uint64_t order = 0;              ///< larger is newer; kept by a retransmission
  std::string sent_by;                  ///< H4 between IPv4 and IPv6; usually empty
  /// H1: the Contact of a target refresh, which counts with the 2xx; empty when it is the call's own.
  std::string contact;
  TimePoint ends;
};

class Transactions {
 public:
  Transactions(std::uint64_t seed, Guests& guests) : seed_(seed), guests_(guests) {}

  /// A hash of a text of a message under this object's seed: equal texts, equal hashes.
  [[nodiscard]] std::uint64_t hash(ByteView text) const noexcept { return hash64(text, seed_); }
  /// The key of a request or of a response to it; `line` is none for requests of the Box.
  [[nodiscard]] TransactionKey key_of(const sip::MessageView& message, LineId line) const noexcept;

  /// Remembers a request; a retransmission takes the place of its original. Null for an ACK, which has no
  /// response. Valid until the next call of a function that changes something.
  Transaction* remember(const TransactionKey& key, const sip::MessageView& request, LineId line,
                        FlowId came_on, TimePoint now);
  /// L9: the request has come from a guest at `source`. Of its kMaxGuestTransactions the oldest is forgotten.
  void set_guest(const TransactionKey& key, const IpAddress& source);
  /// Null when nothing waits for this response.
  Transaction* find(const TransactionKey& key) noexcept;
  /// A final response to this request has passed: what comes again says nothing new.
  [[nodiscard]] bool is_answered(const TransactionKey& key) const noexcept;
  /// A response has passed. A final one ends the transaction; one to an INVITE may come again until its ACK
  /// (RFC 3261 section 17.2.1).
  void settle(const TransactionKey& key, const sip::MessageView& response, TimePoint now);

  [[nodiscard]] std::size_t size() const noexcept { return table_.size(); }
  /// Requests of both sides on this line, those included whose response may come again.
  [[nodiscard]] std::size_t count_of(LineId line) const noexcept { return counts_of(line).all; }
  /// Those of count_of() that came from guests.
  [[nodiscard]] std::size_t guests_of(LineId line) const noexcept { return counts_of(line).guests; }
  /// Somebody still waits for a final response on this line.
  [[nodiscard]] bool owes_answer(LineId line) const noexcept { return counts_of(line).unanswered > 0; }

  /// When sweep() has something to do; kNever when it has not.
  [[nodiscard]] TimePoint next_sweep() const noexcept { return next_sweep_; }
  /// Forgets what has ended.
  void sweep(TimePoint now);

 private:
  struct Counts {
    std::size_t all = 0;
    std::size_t guests = 0;
    std::size_t unanswered = 0;
  };

  [[nodiscard]] Counts counts_of(LineId line) const noexcept;
  void count(const Transaction& transaction);
  void uncount(const Transaction& transaction);
  void forget(const TransactionKey& key);

  std::uint64_t seed_;
  Guests& guests_;
  std::uint64_t newest_ = 0;
  TimePoint next_sweep_ = kNever;
  boost::unordered_flat_map<TransactionKey, Transaction, TransactionKeyHash> table_;
  boost::unordered_flat_map<LineId, Counts, std::hash<LineId>> counts_;
};

}  // namespace fapfon::proxy
