// SPDX-License-Identifier: GPL-2.0-or-later
// Media packets as a phone or a Box would send them, written without the code that reads them.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.hpp"

namespace fapfon {

/// Appends `value` in `byte_count` bytes, network byte order.
inline void append_number(std::string& out, std::uint64_t value, unsigned byte_count) {
  for (unsigned shift = byte_count * 8; shift > 0; shift -= 8) {
    out.push_back(static_cast<char>((value >> (shift - 8)) & 0xffU));
  }
}

/// One RTP packet; each member has the value of a plain G.711 stream.
struct Rtp {
  std::uint16_t sequence = 1;
  std::uint32_t ssrc = 0x1234abcd;
  std::uint32_t timestamp = 160;
  std::uint8_t payload_type = 8;
  bool marker = false;
  std::string payload = std::string(160, '\xd5');

  [[nodiscard]] std::string bytes() const {
    std::string out;
    append_number(out, 0x80, 1);
    append_number(out, (marker ? 0x80U : 0U) | payload_type, 1);
    append_number(out, sequence, 2);
    append_number(out, timestamp, 4);
    append_number(out, ssrc, 4);
    return out + payload;
  }
};

/// A receiver report without blocks.
inline std::string rtcp_report(std::uint32_t ssrc) {
  std::string out{"\x80\xc9\x00\x01", 4};
  append_number(out, ssrc, 4);
  return out;
}

}  // namespace fapfon
