// SPDX-License-Identifier: GPL-2.0-or-later
// Every bound on what the network can make the program hold or send on (SPEC F3, L9), in one place. What the
// Box has not accepted is a guest; guests share kGuestShare of each part. kLimitTable says of each limit who
// counts it and what happens when it is reached.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fapfon {

using namespace std::chrono_literals;

/// Header section of a message, start line and empty line included (F3).
inline constexpr std::size_t kMaxHeaderBytes = std::size_t{16} * 1024;
/// Body of a message (F3).
inline constexpr std::size_t kMaxBodyBytes = std::size_t{64} * 1024;
/// Header lines of a message (F3).
inline constexpr std::size_t kMaxHeaderCount = 256;
/// A UDP datagram cannot be longer (RFC 768 over IPv4).
inline constexpr std::size_t kMaxDatagramBytes = std::size_t{64} * 1024;
/// What may wait for a slow reader before it is disconnected (L9).
inline constexpr std::size_t kMaxOutboxBytes = std::size_t{1024} * 1024;
/// The same for a guest.
inline constexpr std::size_t kMaxGuestOutboxBytes = std::size_t{4} * 1024;
/// What may wait for all readers together, and what all unfinished messages together may take (L9).
inline constexpr std::size_t kMaxBufferedBytes = std::size_t{32} * 1024 * 1024;
/// A TCP connection with an unfinished message, or without a first one, is closed after this (L9).
inline constexpr auto kUnfinishedMessageTimeout = 30s;
/// A TCP connection that carries nothing the Box has accepted is closed after this silence (L9).
inline constexpr auto kGuestSilence = 30s;

/// The part of a limit that guests share (L9).
inline constexpr std::size_t kGuestShare = 4;
/// At least one: the first registration of a phone is a guest's.
constexpr std::size_t guests_part(std::size_t limit) noexcept {
  return limit < kGuestShare ? 1 : limit / kGuestShare;
}
/// Requests of all guests under way.
inline constexpr std::size_t kMaxGuestTransactions = 4'096;

/// Calls of all guests that nobody has accepted.
inline constexpr std::size_t kMaxGuestCalls = 256;

/// How fast something may be used up: `per_second` in the long run, `burst` at once.
struct Rate {
  double per_second;
  double burst;
};
/// Requests of guests that reach the Box, from one source. Many phones may come back at once behind one
/// masquerade, and each sends two.
inline constexpr Rate kGuestRequests{20, 500};
/// The same from all sources together.
inline constexpr Rate kAllGuestRequests{50, 1'000};
/// A source that asks for no more has a reserve of those to itself.
inline constexpr Rate kHardlyAsks{0.2, 10};
/// Logins of guests that the Box has refused, from one source. The Box blocks our own address after some.
inline constexpr Rate kFailedLogins{1.0 / 30, 10};
/// Requests of a banned source that reach the Box all the same: phones may share its address (wg-easy).
inline constexpr Rate kTrickle{0.5, 3};
/// Requests of a guest that are refused in a row until its source is banned.
inline constexpr unsigned kRefusedUntilBan = 100;
/// A ban lasts so long at first, and twice as long each time.
inline constexpr auto kFirstBan = 60s;
inline constexpr auto kLongestBan = 3'600s;
/// Sources whose rates are remembered.
inline constexpr std::size_t kMaxGuestSources = 4'096;

/// Limits that a user can set; the defaults are for a small machine.
struct Limits {
  std::size_t max_flows = 9'000;             ///< phone flows of all sources together
  std::size_t max_flows_per_source = 2'250;  ///< phone flows of guests from one source
  std::size_t max_lines = 4'500;             ///< all lines together, reserved ones included
  std::size_t max_lines_per_source = 1'125;  ///< lines of guests from one source
  std::size_t max_pending_per_line = 256;    ///< requests without a final response, of one line
};

/// What can be reached.
enum class Limit : std::uint8_t {
  flows,
  lines,
  box_facing,
  transactions,
  calls,
  media_ports,
  input_bytes,
  requests,
  logins,
};

struct LimitRow {
  Limit limit;
  std::string_view name;     ///< in the log and in docs
  std::string_view of_all;   ///< how much there is
  std::string_view guests;   ///< how much of it guests may have
  std::string_view reached;  ///< what happens then
};

inline constexpr std::array kLimitTable{
    LimitRow{
        Limit::flows, "phone connections", "--max-flows", "a quarter; one source --max-flows-per-source",
        "the oldest guest of the source with the most guests goes; without guests the newcomer is refused"},
    LimitRow{Limit::lines, "lines", "--max-lines", "a quarter; one source --max-lines-per-source",
             "the same; a reserved address gives way to a phone that registers"},
    LimitRow{Limit::box_facing, "box-facing addresses", "what the kernel gives", "the same",
             "503 with Retry-After"},
    LimitRow{Limit::transactions, "unanswered requests", "--max-pending-per-line for each line",
             "4,096 together", "503 for the line; of guests the oldest is forgotten, as above"},
    LimitRow{Limit::calls, "calls of a line", "8", "4",
             "the oldest call of a guest goes, else one that nobody has accepted; a guest's own gets 503"},
    LimitRow{Limit::media_ports, "media ports (--rtp-ports)", "--rtp-ports", "those of 256 calls",
             "503 for the INVITE"},
    LimitRow{Limit::input_bytes, "bytes of unfinished messages", "32 MiB", "a quarter",
             "the connection is closed"},
    LimitRow{
        Limit::requests, "requests of guests", "50 a second, 1,000 at once",
        "one source 20 a second, 500 at once",
        "not passed on to the Box; after 100 in a row the source is banned for 60 s, then twice as long"},
    LimitRow{Limit::logins, "failed logins of guests", "no limit", "one source 10, then one in 30 s",
             "the source is banned"},
};

constexpr std::string_view name_of(Limit limit) noexcept {
  return kLimitTable[static_cast<std::size_t>(limit)].name;
}
static_assert([] {
  for (std::size_t i = 0; i < kLimitTable.size(); ++i) {
    if (kLimitTable[i].limit != static_cast<Limit>(i)) return false;
  }
  return true;
}());

}  // namespace fapfon
