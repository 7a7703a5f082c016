// SPDX-License-Identifier: GPL-2.0-or-later
// When to look at which object again: one heap entry for each object, none for a message (DESIGN section 4).
// A deadline that moves to later costs nothing: the object is looked at too early once and armed again.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <queue>
#include <vector>

#include "base/time.hpp"

namespace fapfon::proxy {

template <typename IdType>
class Deadlines {
 public:
  /// One entry of the heap.
  struct Due {
    TimePoint when;
    IdType id;

    /// True when this is the entry that the object waits for. It is then no longer armed. Stale entries,
    /// those that an earlier deadline has overtaken, are dropped: armed again they would live as long as the
    /// object, and each earlier deadline would add one.
    [[nodiscard]] bool is_for(TimePoint& armed) const noexcept {
      if (armed != when) return false;
      armed = kNever;
      return true;
    }
  };

  /// Looks at `id` at `when`, unless it is looked at earlier anyway. `armed` is kept in the object, kNever
  /// at first.
  void arm(IdType id, TimePoint& armed, TimePoint when) {
    if (when >= armed) return;
    armed = when;
    heap_.push({when, id});
  }

  /// When the first entry is due; kNever when there is none.
  [[nodiscard]] TimePoint next() const { return heap_.empty() ? kNever : heap_.top().when; }

  /// Entries, stale ones included.
  [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }

  /// Takes one entry that is due, if there is one. The object may be gone; then its id finds nothing.
  std::optional<Due> take_due(TimePoint now) {
    if (heap_.empty() || heap_.top().when > now) return std::nullopt;
    const Due due = heap_.top();
    heap_.pop();
    return due;
  }

 private:
  struct Later {
    bool operator()(const Due& a, const Due& b) const noexcept { return a.when > b.when; }
  };
  std::priority_queue<Due, std::vector<Due>, Later> heap_;
};

}  // namespace fapfon::proxy
