// SPDX-License-Identifier: GPL-2.0-or-later
// The SDP that the simulated peers write and what they read in it: where audio shall be sent
// (RFC 8866). The phone writes what the seed's app writes, the Box the short form a=rtcp:7079.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"

namespace fapfon::support {

/// The session that the seed's app offers: o=, c= and a=rtcp name `audio`.
std::string phone_session(const SocketAddress& audio, unsigned version);
/// The session that the Box offers.
std::string box_session(const SocketAddress& audio, unsigned version);

/// Where the first audio stream wants to be sent; none when there is none or it has port 0.
std::optional<SocketAddress> audio_in(ByteView session);
/// Where it wants RTCP: a=rtcp with an address, a=rtcp with a port, or the port above (RFC 3605).
std::optional<SocketAddress> rtcp_in(ByteView session);

}  // namespace fapfon::support
