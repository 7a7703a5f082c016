// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay/port_pool.hpp"

#include <numeric>
#include <utility>

namespace fapfon::relay {

PortPool::PortPool(const PortRange& range, std::uint64_t seed)
    : range_(range), random_(seed), free_(range.pair_count()), is_taken_(range.pair_count()) {
  std::iota(free_.begin(), free_.end(), std::uint16_t{0});
}

std::optional<std::uint16_t> PortPool::take(TimePoint now) {
  free_waiting(resting_, now);
  free_waiting(set_aside_, now);
  if (free_.empty() && !resting_.empty()) {
    free_.push_back(resting_.front().index);
    resting_.pop_front();
  }
  if (free_.empty()) return std::nullopt;
  std::swap(free_[static_cast<std::size_t>(random_() % free_.size())], free_.back());
  const std::uint16_t index = free_.back();
  free_.pop_back();
  is_taken_[index] = true;
  ++taken_count_;
  return range_.pair(index);
}

void PortPool::give_back(std::uint16_t port, TimePoint now) {
  pass_to(resting_, port, now + kRest);
}

void PortPool::set_aside(std::uint16_t port, TimePoint now) {
  pass_to(set_aside_, port, now + kSetAsideFor);
}

void PortPool::free_waiting(Queue& queue, TimePoint now) {
  for (; !queue.empty() && queue.front().until <= now; queue.pop_front()) {
    free_.push_back(queue.front().index);
  }
}

void PortPool::pass_to(Queue& queue, std::uint16_t port, TimePoint until) {
  const bool is_ours = port % 2 == 0 && range_.contains(port) && port != range_.last;
  if (!is_ours) return;
  const auto index = static_cast<std::uint16_t>((port - range_.pair(0)) / 2);
  if (!is_taken_[index]) return;
  is_taken_[index] = false;
  --taken_count_;
  queue.push_back({index, until});
}

}  // namespace fapfon::relay
