// SPDX-License-Identifier: GPL-2.0-or-later
// The guests among the objects of one kind (flows, lines, transactions, calls): those that the Box has not
// accepted. They share a part of the room, and when it is full the oldest guest of the source that has most
// of them goes (SPEC L9). So a source that asks for much only displaces itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/source.hpp"

namespace fapfon::proxy {

template <typename Key, typename KeyHash>
class GuestRoom {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return guests_.size(); }
  [[nodiscard]] bool contains(const Key& key) const noexcept { return guests_.contains(key); }
  [[nodiscard]] std::size_t count_of(const IpAddress& ip) const noexcept {
    const auto found = sources_.find(source_of(ip));
    return found == sources_.end() ? 0 : found->second.size();
  }

  /// Does nothing for a guest that is here already.
  void add(const Key& key, const IpAddress& ip) {
    const IpAddress source = source_of(ip);
    if (!guests_.try_emplace(key, Guest{source, newest_ + 1}).second) return;
    auto& of_source = sources_[source];
    by_count_.erase({of_source.size(), source});
    of_source.emplace(++newest_, key);
    by_count_.emplace(of_source.size(), source);
  }

  /// It is gone, or the Box has accepted it. Does nothing for anything else.
  void remove(const Key& key) {
    const auto found = guests_.find(key);
    if (found == guests_.end()) return;
    const auto [source, order] = found->second;
    guests_.erase(found);
    const auto of_source = sources_.find(source);
    by_count_.erase({of_source->second.size(), source});
    of_source->second.erase(order);
    if (of_source->second.empty()) {
      sources_.erase(of_source);
    } else {
      by_count_.emplace(of_source->second.size(), source);
    }
  }

  /// Which guest has to go before one more may come from `ip`; none when there is room, and when nobody is
  /// left who could go. `limit`: of all guests; `limit_per_source`: of this source.
  [[nodiscard]] std::optional<Key> surplus(const IpAddress& ip, std::size_t limit,
                                           std::size_t limit_per_source) const {
    const std::size_t own = count_of(ip);
    if (guests_.size() < limit && own < limit_per_source) return std::nullopt;
    if (own > 0 && (own >= limit_per_source || own >= by_count_.rbegin()->first))
      return oldest_of(source_of(ip));
    return guests_.size() < limit ? std::nullopt : oldest();
  }

  /// The oldest guest of the source that has most; none when there are no guests.
  [[nodiscard]] std::optional<Key> oldest() const {
    if (by_count_.empty()) return std::nullopt;
    return oldest_of(by_count_.rbegin()->second);
  }

 private:
  struct Guest {
    IpAddress source;
    std::uint64_t order = 0;
  };

  [[nodiscard]] std::optional<Key> oldest_of(const IpAddress& source) const {
    return sources_.find(source)->second.begin()->second;
  }

  std::uint64_t newest_ = 0;
  boost::unordered_flat_map<Key, Guest, KeyHash> guests_;
  boost::unordered_flat_map<IpAddress, std::map<std::uint64_t, Key>, AddressHash> sources_;
  std::set<std::pair<std::size_t, IpAddress>> by_count_;
};

}  // namespace fapfon::proxy
