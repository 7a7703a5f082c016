// SPDX-License-Identifier: GPL-2.0-or-later
// One call as the simulated phone sees it (RFC 3261 section 12).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "support/hop.hpp"
#include "support/message.hpp"

namespace fapfon::support {

struct PhoneCall {
  enum class State : std::uint8_t {
    calling,    ///< INVITE sent, no answer yet but 100
    ringing,    ///< it rings here, or there
    up,         ///< 200 and ACK
    refused,    ///< a final answer of 300 and more
    cancelled,  ///< the caller gave up
    over        ///< BYE
  };
  State state = State::calling;
  bool incoming = false;
  std::size_t account = 0;
  std::string call_id;
  std::string local;          ///< From or To value of the phone, with its tag
  std::string remote;         ///< the Box's, with its tag once that is known
  std::string remote_target;  ///< the Box's Contact URI
  Transport transport = Transport::udp;
  Hop hop;  ///< that the INVITE came on
  unsigned cseq = 1;
  Message invite;                            ///< the last INVITE of the dialog
  std::optional<SocketAddress> early_audio;  ///< where the 183's SDP asks for audio
  std::optional<SocketAddress> audio;        ///< where the 200's or the INVITE's does
  std::vector<int> statuses;                 ///< the Box's answers to the INVITE
  std::string retry_after;                   ///< of the last of them
  bool authorized = false;                   ///< the INVITE has answered a challenge
  int refreshes = 0;                         ///< re-INVITEs of the Box that were answered
  int updates = 0;                           ///< re-INVITEs of the phone that the Box answered 200

  [[nodiscard]] bool is_pending() const { return state == State::calling || state == State::ringing; }
};

}  // namespace fapfon::support
