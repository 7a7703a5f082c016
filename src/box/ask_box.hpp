// SPDX-License-Identifier: GPL-2.0-or-later
// Asks one SIP server who it is and where it sees us, from a chosen address of this machine, and waits for
// the answer: for commands, not for the daemon. `check` decides by it whether audio can go directly
// (SPEC M1).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/expected.hpp"
#include "box/box_query.hpp"

namespace fapfon::box {

struct AskFailure {
  enum class Reason : std::uint8_t {
    cannot_send,  ///< no route from here, or `local` is no address of this machine
    refused,      ///< the machine is there, and nobody listens on the port (ICMP)
    no_sip,       ///< something answered, but not as a SIP server does
    silent,       ///< nothing came back in time
  };
  Reason reason = Reason::silent;
  std::string text;  ///< for the user
};

/// Sends OPTIONS to `box` by UDP, several times, until there is an answer or `patience` is over. `local`
/// none: the address that the kernel's routes choose.
Expected<BoxAnswer, AskFailure> ask_box(const SocketAddress& box, const IpAddress& local,
                                        std::chrono::milliseconds patience = std::chrono::seconds{2});

}  // namespace fapfon::box
