// SPDX-License-Identifier: GPL-2.0-or-later
// One hop (RFC 5626): transport, local and remote address, and what is on its way on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/socket_address.hpp"
#include "base/time.hpp"
#include "proxy/action.hpp"
#include "proxy/ids.hpp"
#include "sip/stream_framer.hpp"

namespace fapfon::proxy {

/// What a flow is for. Each line has one box_udp and one box_tcp.
enum class FlowRole : std::uint8_t {
  phone,
  box_udp,       ///< the UDP socket at the box-facing address; its listener has no flow of its own
  box_tcp,       ///< the connection that we dial from the box-facing address
  box_accepted,  ///< a connection that the Box has opened to the box-facing address
};

struct Flow {
  FlowId id;
  FlowRole role = FlowRole::phone;
  Transport transport = Transport::udp;
  SocketAddress local;
  SocketAddress remote;

  TimePoint last_heard;
  TimePoint armed = kNever;  ///< Deadlines

  // Of a TCP flow:
  sip::StreamFramer framer;
  std::string input;              ///< the unfinished message; holds no memory while there is none
  std::size_t kept_bytes = 0;     ///< how much of it Flows::keep_input() has counted
  TimePoint unfinished_since;     ///< when inside a message, or before the first
  bool waits_for_message = true;  ///< L9: inside a message, or before the first

  // Of a Box flow:
  LineId line;  ///< none while the box-facing address is in stock

  // Of a phone flow:
  std::vector<LineId> lines;         ///< lines that it has spoken for, the newest last
  std::uint16_t via_port = 0;        ///< sent-by port of its requests
  IpAddress sdp_written;             ///< the media address it wrote last (S3)
  TimePoint keep_alive_at = kNever;  ///< L7; UDP, while it serves a registered line
  unsigned challenges = 0;           ///< of the Box to requests without credentials, not answered yet (L9)
  TimePoint passed_as_newcomer{};    ///< GuestGate

  /// Of a connection to the Box that is over: forgets a message that was cut off.
  void reset_stream() {
    framer = {};
    input = {};
    waits_for_message = false;
  }

  [[nodiscard]] Side side() const noexcept { return role == FlowRole::phone ? Side::phone : Side::box; }
};

}  // namespace fapfon::proxy
