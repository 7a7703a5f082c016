// SPDX-License-Identifier: GPL-2.0-or-later
// What the running program tells of phones and calls in its line of status: `systemctl status` shows it to
// people, and `fapfon-proxy setup` reads it again to see whether a phone registers and a call is heard. The
// service manager keeps that line whatever LOGFILE= and the log level are, and it needs no file and no socket
// of ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"

namespace fapfon::setup {

/// How the last call that is over went.
enum class CallResult : std::uint8_t {
  none,             ///< there was none
  not_answered,     ///< it rang only
  both_ways,        ///< audio came from both sides
  from_phone_only,  ///< nothing came from the Box
  from_box_only,    ///< nothing came from the phone
  silent,           ///< nothing came at all
  not_heard,        ///< its audio went directly, past this machine
};

/// Counts since the start of the program.
struct Activity {
  std::size_t registered = 0;  ///< phones, now
  std::string newest;          ///< user name of the one that registered last, safe_name(); empty: none yet
  std::size_t refused = 0;     ///< registrations that the Box did not accept
  std::size_t incoming = 0;    ///< calls that the Box has offered to a phone
  std::size_t outgoing = 0;    ///< calls that a phone has made
  std::size_t ended = 0;
  CallResult last = CallResult::none;

  friend bool operator==(const Activity&, const Activity&) = default;
};

/// "phones registered: 1, newest: 620, refused: 0, calls in: 2, calls out: 0, calls ended: 2, last call: both
/// ways"
std::string to_text(const Activity& activity);

/// Reads it from a line of status, in which other things may stand before it. None: it is not there.
std::optional<Activity> read_activity(ByteView status);

/// The user name of an AOR, cut to what can do no harm in a line of status: it comes from the network.
std::string safe_name(ByteView aor);

}  // namespace fapfon::setup
