// SPDX-License-Identifier: GPL-2.0-or-later
// The identifiers of the relay, and how one of its ports is named.
#pragma once

#include <cstdint>

#include "base/ids.hpp"
#include "base/side.hpp"

namespace fapfon::relay {

/// The media of one call.
using SessionId = Id<struct SessionTag>;
/// Two ports of ours next to each other: RTP and RTCP.
using PairId = Id<struct PairTag>;

/// Which port of a pair. Streams that are not RTP use the first only.
enum class Component : std::uint8_t { rtp, rtcp };

/// One port of ours. Sockets carry it as their tag (app/media_ports).
struct MediaPort {
  PairId pair;
  Component component = Component::rtp;

  friend bool operator==(const MediaPort&, const MediaPort&) = default;
};

}  // namespace fapfon::relay
