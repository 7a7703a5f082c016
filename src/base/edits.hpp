// SPDX-License-Identifier: GPL-2.0-or-later
// Ordered byte edits (SPEC F5). Rules record what to replace on the message as it came; the edits
// are applied once, when it leaves. Nothing is re-serialised, so what no rule names stays
// bit-identical. The object is reused from message to message and then allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace fapfon {

class Edits {
 public:
  /// Forgets all edits and starts on `original`, which must live until apply().
  void start(ByteView original);

  /// Replaces `span`, a part of the original, by a copy of `replacement`. When two edits overlap the
  /// one recorded first wins and the other is ignored: a span has one rule.
  void replace(ByteView span, ByteView replacement);
  void erase(ByteView span) { replace(span, {}); }
  /// Inserts in front of the byte of the original that `position` starts at.
  void insert(ByteView position, ByteView text) { replace(position.substr(0, 0), text); }

  /// True when the message leaves as it came.
  [[nodiscard]] bool empty() const noexcept { return edits_.empty(); }
  [[nodiscard]] ByteView original() const noexcept { return original_; }

  /// By how many bytes the edits inside `part` make it longer (negative: shorter).
  [[nodiscard]] std::ptrdiff_t growth_in(ByteView part) const noexcept;

  /// Appends the edited message to `out`.
  void apply(std::string& out) const;

 private:
  struct Edit {
    std::size_t offset;       // in the original
    std::size_t length;       // of what is replaced
    std::size_t text_offset;  // of the replacement in texts_
    std::size_t text_length;
  };

  ByteView original_;
  std::vector<Edit> edits_;  // by offset
  std::string texts_;
};

}  // namespace fapfon
