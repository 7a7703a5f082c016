// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/held_invites.hpp"

#include <algorithm>
#include <utility>

#include "proxy/timing.hpp"

namespace fapfon::proxy {
namespace {

std::optional<HeldInvite> take_at(std::vector<HeldInvite>& held, std::vector<HeldInvite>::iterator at) {
  if (at == held.end()) return std::nullopt;
  HeldInvite taken = std::move(*at);
  held.erase(at);
  return taken;
}

}  // namespace

bool HeldInvites::hold(FlowId flow, std::uint64_t call_hash, ByteView bytes, TimePoint now) {
  if (held_.size() == kMaxCount) return false;
  held_.push_back({flow, call_hash, std::string(bytes), now + kMediaPatience});
  return true;
}

std::optional<HeldInvite> HeldInvites::take(std::uint64_t call_hash) {
  return take_at(held_, std::ranges::find(held_, call_hash, &HeldInvite::call_hash));
}

std::optional<HeldInvite> HeldInvites::take_due(TimePoint now) {
  return next() <= now ? take_any() : std::nullopt;
}

std::optional<HeldInvite> HeldInvites::take_any() {
  return take_at(held_, held_.begin());
}

}  // namespace fapfon::proxy
