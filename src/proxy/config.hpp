// SPDX-License-Identifier: GPL-2.0-or-later
// What the user can decide about the core. Sealed after start.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/limits.hpp"
#include "rewrite/nat_report.hpp"

namespace fapfon::proxy {

/// Where the audio of calls goes (SPEC section 7).
enum class MediaMode : std::uint8_t {
  direct,  ///< between phone and Box, not through us (S3)
  relay,   ///< through this machine (M2, S4)
};

struct Config {
  Limits limits;
  /// What a phone is told about NAT in the Via of a response (H5).
  rewrite::NatReport nat_report = rewrite::NatReport::via;
  /// The longest registration that a phone on UDP is granted (L6).
  std::chrono::seconds max_expires{300};
  /// What calls begin with until set_media() says otherwise.
  MediaMode media = MediaMode::direct;
  /// False with --media=direct: nothing is ever relayed. Otherwise media between a phone and a Box of
  /// different IP versions is relayed in every mode (M2).
  bool may_relay = true;
  bool tells_passed = false;  ///< Passed actions, with the bytes of each message before and after
  /// Seed for hashes of what comes from the network. It is secret, so that nobody can send keys that collide.
  std::uint64_t hash_seed = 0;
};

}  // namespace fapfon::proxy
