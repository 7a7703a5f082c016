// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/calls.hpp"

#include <algorithm>

namespace fapfon::proxy {

Call* Calls::find(std::uint64_t hash) noexcept {
  const auto open = all();
  const auto found = std::ranges::find(open, hash, &Call::hash);
  return found == open.end() ? nullptr : &*found;
}

const Call* Calls::find(std::uint64_t hash) const noexcept {
  return const_cast<Calls*>(this)->find(hash);
}

const Call* Calls::surplus() const noexcept {
  if (count_ < calls_.size()) return nullptr;
  // INVITEs of a stranger must not push out calls that go on (L3).
  const auto unaccepted = std::ranges::find(calls_, FlowId{}, &Call::carrier);
  return unaccepted == calls_.end() ? calls_.data() : &*unaccepted;
}

Call& Calls::begin(std::uint64_t hash, TimePoint now) noexcept {
  Call& call = calls_[count_++];
  call = {};
  call.hash = hash;
  call.signalled = now;
  return call;
}

void Calls::remove(std::uint64_t hash) noexcept {
  const auto open = all();
  const auto found = std::ranges::find(open, hash, &Call::hash);
  if (found == open.end()) return;
  std::shift_left(found, open.end(), 1);
  --count_;
}

FlowId Calls::carrier_of(std::uint64_t hash) const noexcept {
  const Call* call = find(hash);
  return call != nullptr ? call->carrier : FlowId{};
}

}  // namespace fapfon::proxy
