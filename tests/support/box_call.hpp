// SPDX-License-Identifier: GPL-2.0-or-later
// One call between the simulated Box and one phone, as the Box sees it (RFC 3261 section 12). When the
// Box rings several bindings, each is a call of its own here; they share the Call-ID.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "support/hop.hpp"
#include "support/message.hpp"

namespace fapfon::support {

struct BoxCall {
  enum class State : std::uint8_t {
    calling,  ///< INVITE sent or received, no answer yet
    ringing,  ///< 180 or 183
    up,       ///< 200 and ACK
    refused,  ///< a final answer of 300 and more
    over      ///< BYE, or the Box has forgotten it
  };
  State state = State::calling;
  bool by_phone = false;
  std::string user;  ///< the account of the phone
  std::string call_id;
  std::string local;          ///< From or To value of the Box, with its tag
  std::string remote;         ///< the phone's, with its tag once that is known
  std::string remote_target;  ///< the phone's Contact URI as the Box got it
  Hop hop;                    ///< that the INVITE came or went on
  unsigned cseq = 1;
  Message invite;                      ///< of the last INVITE
  std::optional<SocketAddress> audio;  ///< where the phone's SDP asks for audio
  std::optional<SocketAddress> rtcp;   ///< and for RTCP
  std::vector<int> statuses;           ///< the phone's answers to the INVITE
  int refreshes = 0;                   ///< re-INVITEs of the Box that the phone has answered 200
  int phone_updates = 0;               ///< re-INVITEs of the phone
  TimePoint refresh_at = kNever;

  [[nodiscard]] bool is_pending() const { return state == State::calling || state == State::ringing; }
};

}  // namespace fapfon::support
