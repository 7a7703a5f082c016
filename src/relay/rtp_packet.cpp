// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay/rtp_packet.hpp"

#include <cstddef>

namespace fapfon::relay {
namespace {

constexpr std::size_t kRtpHeaderBytes = 12;
constexpr std::size_t kRtcpHeaderBytes = 4;
constexpr std::size_t kWordBytes = 4;
constexpr unsigned kVersion = 2;

unsigned byte_at(ByteView bytes, std::size_t at) noexcept {
  return static_cast<unsigned char>(bytes[at]);
}

std::uint16_t read_u16(ByteView bytes, std::size_t at) noexcept {
  return static_cast<std::uint16_t>((byte_at(bytes, at) << 8U) | byte_at(bytes, at + 1));
}

std::uint32_t read_u32(ByteView bytes, std::size_t at) noexcept {
  return (std::uint32_t{read_u16(bytes, at)} << 16U) | read_u16(bytes, at + 2);
}

bool is_version_2(ByteView datagram) noexcept {
  return byte_at(datagram, 0) >> 6U == kVersion;
}

/// RFC 5761 section 4: packet types of RTCP are 192 to 223. RTP with marker and a payload type of 64 to 95
/// would look the same, so those types are not used.
bool has_rtcp_type(ByteView datagram) noexcept {
  const unsigned type = byte_at(datagram, 1);
  return 192 <= type && type <= 223;
}

/// Fixed header, contributing sources and header extension; the last may reach beyond the packet.
std::size_t rtp_header_bytes(ByteView datagram) noexcept {
  const unsigned first = byte_at(datagram, 0);
  const bool has_extension = (first & 0x10U) != 0;
  const std::size_t source_count = first & 0x0fU;
  const std::size_t before = kRtpHeaderBytes + source_count * kWordBytes;
  if (!has_extension || before + kWordBytes > datagram.size())
    return before + (has_extension ? kWordBytes : 0);
  return before + kWordBytes + std::size_t{read_u16(datagram, before + 2)} * kWordBytes;
}

/// Of the first part of a compound packet, its header not counted: how many words follow.
std::size_t rtcp_word_count(ByteView datagram) noexcept {
  return read_u16(datagram, 2);
}

}  // namespace

std::optional<RtpHeader> read_rtp(ByteView datagram) noexcept {
  if (datagram.size() < kRtpHeaderBytes || !is_version_2(datagram)) return std::nullopt;
  if (has_rtcp_type(datagram) || rtp_header_bytes(datagram) > datagram.size()) return std::nullopt;
  const unsigned second = byte_at(datagram, 1);
  return RtpHeader{static_cast<std::uint8_t>(second & 0x7fU), (second & 0x80U) != 0, read_u16(datagram, 2),
                   read_u32(datagram, 4), read_u32(datagram, 8)};
}

bool is_rtcp(ByteView datagram) noexcept {
  if (datagram.size() < kRtcpHeaderBytes || !is_version_2(datagram) || !has_rtcp_type(datagram)) return false;
  return kRtcpHeaderBytes + rtcp_word_count(datagram) * kWordBytes <= datagram.size();
}

std::optional<std::uint32_t> rtcp_ssrc(ByteView datagram) noexcept {
  if (!is_rtcp(datagram) || rtcp_word_count(datagram) == 0) return std::nullopt;
  return read_u32(datagram, kRtcpHeaderBytes);
}

}  // namespace fapfon::relay
