// SPDX-License-Identifier: GPL-2.0-or-later
// Objects by id, with addresses that stay. Erasing makes the slot free for another object under
// another generation, so an old id finds nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "base/ids.hpp"

namespace fapfon {

template <typename T, typename IdType>
class SlotMap {
 public:
  /// Makes a T with its id; the reference stays valid until erase().
  T& emplace() {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    const std::uint32_t index = free_.back();
    free_.pop_back();
    Slot& slot = slots_[index];
    ++slot.generation;
    slot.value.emplace();
    slot.value->id = IdType{index, slot.generation};
    ++size_;
    return *slot.value;
  }

  /// Null when the object is gone. Valid until erase().
  T* find(IdType id) noexcept {
    if (!id || id.index >= slots_.size()) return nullptr;
    Slot& slot = slots_[id.index];
    return slot.value && slot.generation == id.generation ? &*slot.value : nullptr;
  }
  const T* find(IdType id) const noexcept { return const_cast<SlotMap*>(this)->find(id); }

  /// Destroys the object; an id that names nothing is ignored.
  void erase(IdType id) {
    if (find(id) == nullptr) return;
    slots_[id.index].value.reset();
    free_.push_back(id.index);
    --size_;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Calls visit(T&) for all objects, the lowest index first; visit must not erase any.
  template <typename Visit>
  void for_each(Visit&& visit) {
    for (Slot& slot : slots_) {
      if (slot.value) visit(*slot.value);
    }
  }
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (const Slot& slot : slots_) {
      if (slot.value) visit(*slot.value);
    }
  }

 private:
  struct Slot {
    std::uint32_t generation = 0;
    std::optional<T> value;
  };

  std::deque<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::size_t size_ = 0;
};

}  // namespace fapfon
