// SPDX-License-Identifier: GPL-2.0-or-later
// What one side's session description says of its streams, as far as the relay has to know it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/socket_address.hpp"
#include "relay/ids.hpp"
#include "relay/latch.hpp"

namespace fapfon::relay {

/// Streams of a call beyond these are refused (port 0): audio, video, and room for what else there may be.
inline constexpr std::size_t kMaxStreams = 4;

enum class MediaType : std::uint8_t { audio, video, image, other };

struct StreamDescription {
  enum class State : std::uint8_t {
    foreign,  ///< not for a relay of datagrams: over TCP, or multicast
    refused,  ///< port 0: not wanted, or not wanted any more (RFC 3264 sections 6 and 8.2)
    held,     ///< 0.0.0.0 or ::, the old way to say "send me nothing" (RFC 3264 section 8.4)
    active,   ///< packets are to come to ip and rtp_port
  };
  State state = State::refused;
  MediaType type = MediaType::other;
  Payload payload = Payload::rtp;
  bool sends = true;     ///< false for recvonly and inactive
  bool receives = true;  ///< false for sendonly and inactive
  IpAddress ip;          ///< none for a host name
  std::uint16_t rtp_port = 0;
  std::uint16_t rtcp_port = 0;  ///< that of a=rtcp, else the next one (RFC 3605)

  /// True when the relay needs a pair of ports for it.
  [[nodiscard]] bool needs_ports() const noexcept { return state == State::held || state == State::active; }

  friend bool operator==(const StreamDescription&, const StreamDescription&) = default;
};

/// A session description, as far as it concerns a relay.
struct Description {
  std::array<StreamDescription, kMaxStreams> list{};
  std::size_t count = 0;

  friend bool operator==(const Description&, const Description&) = default;
  [[nodiscard]] std::span<const StreamDescription> streams() const noexcept { return {list.data(), count}; }
};

}  // namespace fapfon::relay
