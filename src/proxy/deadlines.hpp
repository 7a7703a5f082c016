// SPDX-License-Identifier: GPL-2.0-or-later
// When to look at which object again: one heap entry an object, none a message (DESIGN section 4). A
// deadline that moves to later costs nothing: the object is looked at too early once and armed again.
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

    /// True when this is the entry that the object waits for, which then waits for none any more. An entry
    /// that an earlier one has made stale is passed over: armed anew it would live as long as the object,
    /// and one more of them would come with each earlier deadline.
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

  [[nodiscard]] TimePoint next() const { return heap_.empty() ? kNever : heap_.top().when; }

  [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }

  /// Takes one entry that is due; none when none is. Ids of objects that are gone may come too.
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
