// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/transactions.hpp"

#include "proxy/timing.hpp"

namespace fapfon::proxy {
namespace {

TimePoint waits_until(sip::Method method, TimePoint now) noexcept {
  return now + (method == sip::Method::invite ? Duration(kInvitePendingTimeout) : Duration(kPendingTimeout));
}

}  // namespace

TransactionKey Transactions::key_of(const sip::MessageView& message, LineId line) const noexcept {
  std::uint64_t key = hash(message.call_id());
  key = mix64(key, message.cseq().number);
  key = mix64(key, hash(message.cseq().method));
  key = mix64(key, hash(message.via().branch));
  return {line, key};
}

Transaction* Transactions::remember(const TransactionKey& key, const sip::MessageView& request, LineId line,
                                    FlowId came_on, TimePoint now) {
  if (request.method() == sip::Method::ack) return nullptr;
  // A Box that forks may send the same request on another line. Then the transaction is counted there.
  if (const Transaction* known = find(key)) uncount(*known);
  Transaction& transaction = table_[key];
  transaction.line = line;
  transaction.reply_flow = came_on;
  transaction.method = request.method();
  transaction.opens_dialog = !request.has_to_tag();
  if (!transaction.is_answered) transaction.ends = waits_until(transaction.method, now);
  if (transaction.order == 0) transaction.order = ++newest_;
  count(transaction);
  if (next_sweep_ == kNever) next_sweep_ = now + kPendingSweep;
  return &transaction;
}

void Transactions::set_guest(const TransactionKey& key, const IpAddress& source) {
  Transaction* transaction = find(key);
  if (transaction == nullptr || transaction->is_guests) return;
  while (const auto oldest = guests_.requests.surplus(source, kMaxGuestTransactions, kMaxGuestTransactions)) {
    forget(*oldest);
  }
  transaction = find(key);
  uncount(*transaction);
  transaction->is_guests = true;
  count(*transaction);
  guests_.requests.add(key, source);
}

void Transactions::forget(const TransactionKey& key) {
  const auto found = table_.find(key);
  uncount(found->second);
  guests_.requests.remove(key);
  table_.erase(found);
}

Transaction* Transactions::find(const TransactionKey& key) noexcept {
  const auto found = table_.find(key);
  return found == table_.end() ? nullptr : &found->second;
}

bool Transactions::is_answered(const TransactionKey& key) const noexcept {
  const auto found = table_.find(key);
  return found != table_.end() && found->second.is_answered;
}

void Transactions::settle(const TransactionKey& key, const sip::MessageView& response, TimePoint now) {
  Transaction* transaction = find(key);
  if (transaction == nullptr) return;
  const bool is_invite = transaction->method == sip::Method::invite;
  if (!response.is_final()) {
    if (is_invite && !transaction->is_answered) transaction->ends = waits_until(transaction->method, now);
    return;
  }
  if (!is_invite) return forget(key);
  uncount(*transaction);
  transaction->is_answered = true;
  transaction->ends = now + kAfterFinalTimeout;
  count(*transaction);
}

void Transactions::sweep(TimePoint now) {
  if (next_sweep_ > now) return;
  for (auto at = table_.begin(); at != table_.end();) {
    if (at->second.ends > now) {
      ++at;
      continue;
    }
    uncount(at->second);
    guests_.requests.remove(at->first);
    table_.erase(at++);
  }
  next_sweep_ = table_.empty() ? kNever : now + kPendingSweep;
}

Transactions::Counts Transactions::counts_of(LineId line) const noexcept {
  const auto found = counts_.find(line);
  return found == counts_.end() ? Counts{} : found->second;
}

void Transactions::count(const Transaction& transaction) {
  Counts& counts = counts_[transaction.line];
  ++counts.all;
  counts.guests += transaction.is_guests ? 1U : 0U;
  counts.unanswered += transaction.is_answered ? 0U : 1U;
}

void Transactions::uncount(const Transaction& transaction) {
  const auto found = counts_.find(transaction.line);
  --found->second.all;
  found->second.guests -= transaction.is_guests ? 1U : 0U;
  found->second.unanswered -= transaction.is_answered ? 0U : 1U;
  if (found->second.all == 0) counts_.erase(found);
}

}  // namespace fapfon::proxy
