// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/edits.hpp"

#include <algorithm>
#include <iterator>

namespace fapfon {

void Edits::start(ByteView original) {
  original_ = original;
  edits_.clear();
  texts_.clear();
}

void Edits::replace(ByteView span, ByteView replacement) {
  if (!lies_in(span, original_) || span == replacement) return;
  const auto offset = static_cast<std::size_t>(span.data() - original_.data());
  // Rules go through a message from front to back, so the place is the end nearly always; and a phone that
  // makes thousands of edits necessary does not stop the others.
  const auto next = std::ranges::lower_bound(edits_, offset, {}, &Edit::offset);
  const bool runs_into_next = next != edits_.end() && offset + span.size() > next->offset;
  const bool same_place = next != edits_.end() && next->offset == offset && next->length > 0 && span.empty();
  const bool inside_previous =
      next != edits_.begin() && std::prev(next)->offset + std::prev(next)->length > offset;
  if ((runs_into_next && !same_place) || inside_previous) return;
  edits_.insert(next, {offset, span.size(), texts_.size(), replacement.size()});
  texts_.append(replacement);
}

std::ptrdiff_t Edits::growth_in(ByteView part) const noexcept {
  std::ptrdiff_t growth = 0;
  for (const Edit& edit : edits_) {
    if (!lies_in(original_.substr(edit.offset, edit.length), part)) continue;
    growth += static_cast<std::ptrdiff_t>(edit.text_length) - static_cast<std::ptrdiff_t>(edit.length);
  }
  return growth;
}

void Edits::apply(std::string& out) const {
  std::size_t copied = 0;
  for (const Edit& edit : edits_) {
    out.append(original_.substr(copied, edit.offset - copied));
    out.append(texts_, edit.text_offset, edit.text_length);
    copied = edit.offset + edit.length;
  }
  out.append(original_.substr(copied));
}

}  // namespace fapfon
