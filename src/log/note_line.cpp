// SPDX-License-Identifier: GPL-2.0-or-later
#include "log/note_line.hpp"

namespace fapfon::log {
namespace {

template <typename Id>
std::string text_of(char letter, Id id) {
  if (!id) return "-";
  return letter + std::to_string(id.index) + '.' + std::to_string(id.generation);
}

constexpr bool rows_are_in_order() {
  for (std::size_t i = 0; i < std::size(kNotes); ++i) {
    if (static_cast<std::size_t>(kNotes[i].kind) != i) return false;
  }
  return true;
}
static_assert(rows_are_in_order());

}  // namespace

std::string to_text(proxy::FlowId id) {
  return text_of('F', id);
}

std::string to_text(proxy::LineId id) {
  return text_of('L', id);
}

}  // namespace fapfon::log
