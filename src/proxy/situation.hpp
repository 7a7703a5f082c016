// SPDX-License-Identifier: GPL-2.0-or-later
// What the core knows about the world around it. Proxy owns and changes it; all parts of the core read it.
#pragma once

#include <optional>

#include "base/socket_address.hpp"
#include "base/time.hpp"
#include "proxy/config.hpp"

namespace fapfon::proxy {

struct Situation {
  const Config config;
  std::optional<SocketAddress> box;     ///< none while it is not known
  MediaMode media_mode;                 ///< for calls that begin now
  TimePoint media_good_until = kNever;  ///< M1: from then on media_mode may be wrong
};

}  // namespace fapfon::proxy
