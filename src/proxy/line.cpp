// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/line.hpp"

#include <algorithm>
#include <span>

#include "proxy/timing.hpp"

namespace fapfon::proxy {

void OpenCalls::add(std::uint64_t call) noexcept {
  if (contains(call)) return;
  if (count_ == calls_.size()) {
    // INVITEs of a stranger must not push out calls that go on (L3).
    const auto unaccepted = std::ranges::find(calls_, FlowId{}, &Call::flow);
    std::shift_left(unaccepted == calls_.end() ? calls_.begin() : unaccepted, calls_.end(), 1);
    --count_;
  }
  calls_[count_++] = {call, {}};
}

bool OpenCalls::remove(std::uint64_t call) noexcept {
  const auto open = std::span(calls_).first(count_);
  const auto found = std::ranges::find(open, call, &Call::hash);
  if (found == open.end()) return false;
  std::shift_left(found, open.end(), 1);
  --count_;
  return true;
}

bool OpenCalls::contains(std::uint64_t call) const noexcept {
  const auto open = std::span(calls_).first(count_);
  return std::ranges::find(open, call, &Call::hash) != open.end();
}

void OpenCalls::carry(std::uint64_t call, FlowId flow) noexcept {
  for (Call& open : std::span(calls_).first(count_)) {
    if (open.hash == call) open.flow = flow;
  }
}

void OpenCalls::carry_over(FlowId from, FlowId to) noexcept {
  for (Call& open : std::span(calls_).first(count_)) {
    if (open.flow == from) open.flow = to;
  }
}

std::array<FlowId, OpenCalls::kMaxCount> OpenCalls::carriers() const noexcept {
  std::array<FlowId, kMaxCount> flows{};
  for (std::size_t i = 0; i < count_; ++i) flows[i] = calls_[i].flow;
  return flows;
}

FlowId OpenCalls::flow_of(std::uint64_t call) const noexcept {
  const auto open = std::span(calls_).first(count_);
  const auto found = std::ranges::find(open, call, &Call::hash);
  return found == open.end() ? FlowId{} : found->flow;
}

ContactFlows contact_flows(const Line& line) noexcept {
  ContactFlows ids{};
  for (std::size_t i = 0; i < std::min(ids.size(), line.contacts.size()); ++i) ids[i] = line.contacts[i].flow;
  return ids;
}

TimePoint registration_end(const Line& line) noexcept {
  TimePoint last{};
  for (const Contact& contact : line.contacts) {
    if (contact.registered) last = std::max(last, contact.expires);
  }
  return last + kRegistrationGrace;
}

}  // namespace fapfon::proxy
