// SPDX-License-Identifier: GPL-2.0-or-later
// What can be read of a media packet without keys: the fixed header of RTP (RFC 3550 section 5.1) and the
// first words of RTCP (section 6). SRTP and SRTCP leave both in the clear (RFC 3711 sections 3.1 and 3.4).
// Payload, padding and the contents of extensions may be encrypted and are not looked at.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"

namespace fapfon::relay {

struct RtpHeader {
  std::uint8_t payload_type = 0;
  bool marker = false;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;

  friend bool operator==(const RtpHeader&, const RtpHeader&) = default;
};

/// The header of an RTP packet; none for anything else: STUN, DTLS, RTCP, or lengths that do not fit.
std::optional<RtpHeader> read_rtp(ByteView datagram) noexcept;

/// True for RTCP, also where it shares the port of RTP (RFC 5761 section 4).
bool is_rtcp(ByteView datagram) noexcept;

/// The SSRC that sent this RTCP packet; none when it is not RTCP or its first part names no sender.
std::optional<std::uint32_t> rtcp_ssrc(ByteView datagram) noexcept;

/// What a port carries, which says what its packets can tell.
enum class Payload : std::uint8_t {
  rtp,       ///< SRTP and RTCP on the same port (rtcp-mux) included
  rtcp,      ///< RTCP on a port of its own
  datagrams  ///< anything else: T.38 over UDPTL
};

/// A datagram as it came, its header read once for all who ask.
struct Packet {
  SocketAddress source;
  ByteView bytes;  ///< of the receive buffer
  std::optional<RtpHeader> rtp;

  /// Valid while the buffer of `bytes` is.
  static Packet read(const SocketAddress& source, ByteView bytes) noexcept {
    return {source, bytes, read_rtp(bytes)};
  }
};

}  // namespace fapfon::relay
