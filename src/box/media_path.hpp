// SPDX-License-Identifier: GPL-2.0-or-later
// SPEC M1: whether audio can go directly between the Box and a phone in the VPN. The Box is asked by an
// OPTIONS request from the VPN-side address of this machine, and its answer, or its silence, decides. Only
// the decision stands here, without socket and words, for `check` and for --media=auto alike.
#pragma once

#include <cstdint>
#include <optional>

#include "base/socket_address.hpp"

namespace fapfon::box {

/// --media: who decides.
enum class MediaOption : std::uint8_t {
  automatic,  ///< the Box's answer
  direct,     ///< the user: audio is never relayed
  relay,      ///< the user: audio is always relayed
};

enum class MediaPath : std::uint8_t {
  direct,       ///< the Box sees VPN addresses as they are and knows the way back
  masqueraded,  ///< the Box sees another address: something on the way rewrites the source
  no_route,     ///< what the Box sends to VPN addresses is lost
};

/// What came back to an OPTIONS request from the VPN-side address.
struct ProbeAnswer {
  std::optional<IpAddress> received;  ///< of the top Via (RFC 3261 section 18.2.1); none: as in sent-by
};

/// `sent_from` is the address of the request, and of the sent-by of its Via. `answer` is none when nothing
/// came back although the same Box answers requests from the home network's address.
MediaPath media_path(const IpAddress& sent_from, const std::optional<ProbeAnswer>& answer) noexcept;

}  // namespace fapfon::box
