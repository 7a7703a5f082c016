// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/pending.hpp"

#include <functional>

namespace fapfon::proxy {
namespace {

std::uint64_t mix(std::uint64_t seed, std::uint64_t value) noexcept {
  return (seed ^ value) * 0x9e3779b97f4a7c15U + (seed >> 29U);
}

std::uint64_t hash_of(ByteView text) noexcept {
  return std::hash<std::string_view>{}(text);
}

}  // namespace

TransactionKey transaction_of(const sip::MessageView& message, LineId line) noexcept {
  std::uint64_t hash = hash_of(message.call_id());
  hash = mix(hash, message.cseq().number);
  hash = mix(hash, hash_of(message.cseq().method));
  hash = mix(hash, hash_of(message.via().branch));
  return {line, hash};
}

std::uint64_t call_hash(const sip::MessageView& message) noexcept {
  return hash_of(message.call_id());
}

Pending& PendingTable::add(const TransactionKey& key) {
  return table_[key];
}

Pending* PendingTable::find(const TransactionKey& key) noexcept {
  const auto found = table_.find(key);
  return found == table_.end() ? nullptr : &found->second;
}

}  // namespace fapfon::proxy
