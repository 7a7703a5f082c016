// SPDX-License-Identifier: GPL-2.0-or-later
// What arrives on the SIP port and is not SIP (SPEC F2): keep-alives, and STUN binding requests, which
// RFC 5626 section 4.4.2 sends there (STUN: RFC 8489).
#pragma once

#include <string>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"

namespace fapfon::sip {

/// CR, LF and NUL, of which keep-alives are made. Some phones send CR LF NUL (Asterisk does on TCP).
inline constexpr ByteView kKeepAliveBytes{"\r\n\0", 3};

/// True for a datagram of CR, LF, NUL or nothing.
bool is_keep_alive(ByteView datagram) noexcept;

/// `bytes` without the keep-alive at their front (RFC 3261 section 7.5). Valid while `bytes` live.
ByteView without_keep_alive(ByteView bytes) noexcept;

/// True for a STUN binding request: first two bits 00, type 1, the magic cookie, a length that fits.
bool is_stun_binding_request(ByteView datagram) noexcept;

/// Appends the binding response to `request`, with `observed` as XOR-MAPPED-ADDRESS.
void append_stun_response(ByteView request, const SocketAddress& observed, std::string& out);

}  // namespace fapfon::sip
