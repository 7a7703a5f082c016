// SPDX-License-Identifier: GPL-2.0-or-later
// SPEC M1: whether audio can go directly between the Box and phones in the VPN. The Box is asked by OPTIONS
// requests from the VPN-side addresses of this machine, and its answers, or its silence, decide. Here is only
// the decision, without sockets, for both `check` and the daemon (MediaWatch). In doubt audio is relayed,
// which works everywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"

namespace fapfon::box {

/// --media: who decides.
enum class MediaOption : std::uint8_t {
  automatic,  ///< the Box's answer
  direct,     ///< the user: audio is never relayed
  relay,      ///< the user: audio is always relayed
};

enum class MediaReason : std::uint8_t {
  not_asked,       ///< relayed: nothing is known yet
  user_direct,     ///< direct: --media=direct
  user_relay,      ///< relayed: --media=relay
  box_is_here,     ///< direct: the Box is this machine, which has the VPN itself
  no_vpn_address,  ///< relayed: this machine has no address in the VPN (it ends in a container, or elsewhere)
  other_family,    ///< relayed: in the VPN it has none of the Box's IP version
  overlay,         ///< relayed: Tailscale and NetBird may masquerade what they forward, but not our question
  box_sees_vpn,    ///< direct: the Box sees VPN addresses as they are and has a route back
  masqueraded,     ///< relayed: the Box sees another address, something in between rewrites the source
  no_route,        ///< relayed: what the Box sends to VPN addresses is lost
  box_silent,      ///< relayed: the Box answers nobody
};

bool is_relayed(MediaReason reason) noexcept;
/// True when the Box has answered, or its answer would change nothing, so that asking again can wait.
bool is_answered(MediaReason reason) noexcept;
/// A clause without full stop, for log and status: "the VPN masquerades".
ByteView to_text(MediaReason reason) noexcept;

/// What came back to an OPTIONS request.
struct ProbeAnswer {
  std::optional<IpAddress> received;  ///< of the top Via (RFC 3261 section 18.2.1); none: as in sent-by
};

/// An OPTIONS request from a VPN-side address, which its Via has as sent-by, and what came back.
struct Probe {
  IpAddress from;
  std::optional<ProbeAnswer> answer;

  /// The address that the Box saw; none without an answer.
  [[nodiscard]] std::optional<IpAddress> seen() const noexcept;
  /// The Box saw exactly the address that it was asked from.
  [[nodiscard]] bool is_direct() const noexcept { return seen() == from; }
  /// is_direct(), and packets of phones take the same path (not in an overlay), so that audio can go
  /// directly.
  [[nodiscard]] bool proves_direct() const noexcept;
};

/// What is known when it has to be decided.
struct MediaEvidence {
  bool box_is_here = false;
  bool has_vpn_address = false;      ///< of either IP version
  std::vector<Probe> probes = {};    ///< from VPN-side addresses of the Box's IP version
  bool box_answers_at_home = false;  ///< asked from the address towards it, after a probe without an answer
};

struct MediaDecision {
  MediaReason reason = MediaReason::not_asked;
  IpAddress asked_from = {};  ///< the address of the probe that decided; none for reasons without one
  IpAddress seen = {};        ///< what the Box saw; none without an answer

  friend bool operator==(const MediaDecision&, const MediaDecision&) = default;
};

/// The decision and its reason. One probe that was not direct is enough for the relay: with several VPNs a
/// phone may be in any of them.
MediaDecision decide(MediaOption option, const MediaEvidence& evidence);

}  // namespace fapfon::box
