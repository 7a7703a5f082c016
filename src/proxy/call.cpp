// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/call.hpp"

#include <algorithm>

namespace fapfon::proxy {

Dialog* Call::find(const DialogTags& tags) noexcept {
  const auto found = std::ranges::find_if(dialogs, [&](const Dialog& dialog) {
    return dialog.tags.phone == tags.phone && dialog.tags.box == tags.box;
  });
  return found == dialogs.end() ? nullptr : &*found;
}

Dialog* Call::find_live(const DialogTags& tags) noexcept {
  Dialog* dialog = find(tags);
  return dialog != nullptr && !dialog->is_over ? dialog : nullptr;
}

bool Call::has_confirmed_dialog() const noexcept {
  return std::ranges::any_of(dialogs,
                             [](const Dialog& dialog) { return dialog.is_confirmed && !dialog.is_over; });
}

const relay::Description* Call::in_force(Side side) const noexcept {
  if (!dialogs.empty()) return dialogs[speaking].session.in_force(side);
  return side == invite.caller && invite.offer ? &*invite.offer : nullptr;
}

}  // namespace fapfon::proxy
