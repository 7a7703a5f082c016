// SPDX-License-Identifier: GPL-2.0-or-later
// What `fapfon-proxy check` says about one thing (SPEC N5): what was looked at, what was seen, why it matters
// to somebody who wants to hear the phone ring, and the commands that fix it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace fapfon::check {

/// In the order in which the report shows them.
enum class Verdict : std::uint8_t {
  wrong,           ///< something does not work, or will not
  could_not_look,  ///< a right or a tool is missing, or something else has to work first
  note,            ///< works; worth knowing
  ok,
};

/// "wrong", "could_not_look", "note", "ok": for scripts, never changed.
ByteView to_text(Verdict verdict) noexcept;

/// One step of a remedy.
struct Step {
  enum class Kind : std::uint8_t {
    say,  ///< what to do, in words
    run,  ///< a command to copy
  };
  Kind kind = Kind::say;
  std::string text;

  friend bool operator==(const Step&, const Step&) = default;
};

/// A step in words.
Step say(std::string text);
/// A step that is a command, which is never wrapped.
Step run(std::string command);

/// One thing that was looked at, and what came of it.
struct Finding {
  std::string id;  ///< "media_path": for scripts, never changed (all of them: kFindingIds)
  Verdict verdict = Verdict::ok;
  std::string seen;       ///< one sentence: the verdict in words
  std::string looked_at;  ///< where that was seen
  std::string why;        ///< why it matters; empty when all is well
  std::vector<Step> remedy;
};

using Findings = std::vector<Finding>;

/// All things that are looked at, in the order in which they have to be fixed: nothing further down can
/// work, or be judged, while something above it is wrong.
inline constexpr ByteView kFindingIds[] = {
    "configuration",  // the configuration can be read
    "box_address",    // it is known where the Box is
    "box_reachable",  // something answers there
    "box_identity",   // it is a FRITZ!Box
    "port",           // the SIP port is free, or ours
    "program",        // fapfon-proxy runs
    "nat_rules",      // what phones send to the Box comes to fapfon-proxy
    "firewall",       // no filter rule drops SIP or audio
    "audio_ports",    // --rtp-ports leaves the SIP port alone
    "forwarding",     // this machine passes packets between the VPN and the home network
    "rp_filter",      // the kernel does not drop packets because of their source address
    "sip_helper",     // the kernel does not rewrite SIP as well
    "vpn_interface",  // the VPN is up
    "vpn_ranges",     // whose SIP is served
    "media_path",     // audio gets through (SPEC M1)
    "vpn_mtu",        // a SIP message fits into a packet of the VPN
};

/// Wrong ones first, then by kFindingIds.
void put_in_order(Findings& findings);

/// 0 all well, 1 something is wrong, 2 nothing is wrong but something could not be looked at.
int exit_code(const Findings& findings);

}  // namespace fapfon::check
