// SPDX-License-Identifier: GPL-2.0-or-later
// When to look at which object again: one heap entry an object, none a message (DESIGN section 4). A
// deadline that moves to later costs nothing: the object is looked at too early once and armed again.
#pragma once

#include <queue>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace fapfon::proxy {

template <typename IdType>
class Deadlines {
 public:
  /// Looks at `id` at `when`, unless it is looked at earlier anyway. `armed` is kept in the object, kNever
  /// at first, and set to kNever again by whoever handles what next_due() returned.
  void arm(IdType id, TimePoint& armed, TimePoint when) {
    if (when >= armed) return;
    armed = when;
    heap_.push({when, id});
  }

  [[nodiscard]] TimePoint next() const { return heap_.empty() ? kNever : heap_.top().when; }

  /// Takes one id that is due; an id with generation 0 when none is. Ids of objects that are gone, and an
  /// id twice, may come too.
  IdType take_due(TimePoint now) {
    if (heap_.empty() || heap_.top().when > now) return {};
    const IdType id = heap_.top().id;
    heap_.pop();
    return id;
  }

 private:
  struct Entry {
    TimePoint when;
    IdType id;
    bool operator>(const Entry& other) const noexcept { return when > other.when; }
  };
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> heap_;
};

}  // namespace fapfon::proxy
