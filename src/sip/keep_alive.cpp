// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/keep_alive.hpp"

#include <algorithm>
#include <cstdint>

namespace fapfon::sip {
namespace {

constexpr ByteView kMagicCookie = {"\x21\x12\xa4\x42", 4};
constexpr std::size_t kStunHeaderBytes = 20;
constexpr std::size_t kTransactionIdOffset = 4;  // the cookie and the 12 bytes behind it

std::uint16_t read_u16(ByteView bytes, std::size_t at) noexcept {
  const auto high = static_cast<unsigned char>(bytes[at]);
  const auto low = static_cast<unsigned char>(bytes[at + 1]);
  return static_cast<std::uint16_t>((high << 8U) | low);
}

void append_u16(std::string& out, unsigned value) {
  out.push_back(static_cast<char>((value >> 8U) & 0xffU));
  out.push_back(static_cast<char>(value & 0xffU));
}

}  // namespace

bool is_keep_alive(ByteView datagram) noexcept {
  return without_keep_alive(datagram).empty();
}

ByteView without_keep_alive(ByteView bytes) noexcept {
  return bytes.substr(std::min(bytes.find_first_not_of(kKeepAliveBytes), bytes.size()));
}

bool is_stun_binding_request(ByteView datagram) noexcept {
  constexpr unsigned kBindingRequest = 0x0001;
  return datagram.size() >= kStunHeaderBytes && read_u16(datagram, 0) == kBindingRequest &&
         datagram.substr(4, kMagicCookie.size()) == kMagicCookie &&
         read_u16(datagram, 2) == datagram.size() - kStunHeaderBytes;
}

void append_stun_response(ByteView request, const SocketAddress& observed, std::string& out) {
  constexpr unsigned kBindingResponse = 0x0101;
  constexpr unsigned kXorMappedAddress = 0x0020;
  const std::size_t address_bytes = observed.ip.is_v4() ? 4 : 16;
  const ByteView mask = request.substr(kTransactionIdOffset, 16);
  append_u16(out, kBindingResponse);
  append_u16(out, static_cast<unsigned>(8 + address_bytes));
  out.append(mask);
  append_u16(out, kXorMappedAddress);
  append_u16(out, static_cast<unsigned>(4 + address_bytes));
  append_u16(out, observed.ip.is_v4() ? 1 : 2);
  append_u16(out, observed.port ^ read_u16(mask, 0));
  for (std::size_t i = 0; i < address_bytes; ++i) {
    out.push_back(static_cast<char>(observed.ip.bytes()[i] ^ static_cast<unsigned char>(mask[i])));
  }
}

}  // namespace fapfon::sip
