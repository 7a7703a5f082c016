// SPDX-License-Identifier: GPL-2.0-or-later
// Every duration of SPEC section 5, and those of RFC 3261 that follow from it.
#pragma once

#include <chrono>

namespace fapfon::proxy {

using namespace std::chrono_literals;

inline constexpr auto kMediaPatience = 200ms;    ///< M1: how long an INVITE waits for a decision
inline constexpr auto kWaitingCall = 32s;        ///< L8: RFC 3261 Timer B of the Box, 64*T1
inline constexpr auto kKeepAliveInterval = 25s;  ///< L7: CRLF on UDP while registered
inline constexpr auto kSilence = 40s;            ///< L3: a flow that is silent for this long may be replaced
inline constexpr auto kRegistrationGrace = 32s;  ///< L5: after the granted expiry (64*T1)
inline constexpr auto kUnregisteredIdle = 64s;   ///< L5: a line that is not registered
inline constexpr auto kRefusedIdle = 32s;        ///< L9: a line that the Box has refused, without a successor
/// L9: a banned source's flow may send one request in so long, and a phone that proves who it is so often.
inline constexpr auto kNewcomerAgain = 32s;
inline constexpr auto kComesBackAgain = 500ms;
inline constexpr auto kCallIdle = 15min;  ///< L5: a line with a call: three session refreshes may get lost
/// A call whose INVITE has got no response at all: together with kCallGrace, as long as a transaction waits.
inline constexpr auto kUnansweredCall = 32s;
inline constexpr auto kCallGrace =
    32s;  ///< after a session timer (RFC 4028 section 10: a BYE may be on its way)
inline constexpr auto kMediaSilence = 60s;  ///< M2: audio keeps a call for this long beyond its session timer
inline constexpr auto kReservation = 24h;   ///< L5: of a box-facing address
inline constexpr auto kFlowIdle = 64s;      ///< a UDP phone flow that no line needs
inline constexpr auto kFirstRedial = 100ms;  ///< L6
inline constexpr auto kLongestRedial = 5s;   ///< L6
inline constexpr auto kRetryAfter = 5s;      ///< L6: in a 503
inline constexpr auto kPendingTimeout =
    64s;  ///< a transaction without an answer (64*T1 and its retransmissions)
inline constexpr auto kInvitePendingTimeout = 10min;  ///< an INVITE may ring that long between two responses
inline constexpr auto kAfterFinalTimeout = 32s;  ///< retransmissions of a final response to INVITE (64*T1)
inline constexpr auto kPendingSweep = 8s;        ///< how often transactions are looked through

}  // namespace fapfon::proxy
