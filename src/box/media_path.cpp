// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/media_path.hpp"

namespace fapfon::box {

MediaPath media_path(const IpAddress& sent_from, const std::optional<ProbeAnswer>& answer) noexcept {
  if (!answer) return MediaPath::no_route;
  return answer->received.value_or(sent_from) == sent_from ? MediaPath::direct : MediaPath::masqueraded;
}

}  // namespace fapfon::box
