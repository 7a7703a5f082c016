// SPDX-License-Identifier: GPL-2.0-or-later
// Every bound on what the network can make the program hold (SPEC F3, L9), in one place, each with
// its unit. Those that a user may have to change are options of the program.
#pragma once

#include <chrono>
#include <cstddef>

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
/// What may wait for all readers together (L9).
inline constexpr std::size_t kMaxBufferedBytes = std::size_t{64} * 1024 * 1024;
/// A TCP connection with an unfinished message, or without a first one, is closed after this (L9).
inline constexpr auto kUnfinishedMessageTimeout = 30s;

/// Limits that a user can set; the defaults are for a small machine.
struct Limits {
  std::size_t max_flows = 9'000;             ///< phone flows of all sources together
  std::size_t max_flows_per_source = 4'500;  ///< phone flows from one IP address: never more than half
  std::size_t max_lines = 4'500;             ///< all lines together, reserved ones included
  std::size_t max_lines_per_source = 2'250;  ///< lines that one IP address may create
  std::size_t max_pending_per_line = 256;    ///< transactions without a final response, of one line
};

}  // namespace fapfon
