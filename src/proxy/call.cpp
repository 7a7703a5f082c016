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

bool Call::has_confirmed_dialog() const noexcept {
  return std::ranges::any_of(dialogs, &Dialog::is_confirmed);
}

const relay::Description* Call::in_force(Side side) const noexcept {
  if (!dialogs.empty()) return dialogs[speaking].session.in_force(side);
  return side == invite.caller && invite.offer ? &*invite.offer : nullptr;
}

}  // namespace fapfon::proxy
