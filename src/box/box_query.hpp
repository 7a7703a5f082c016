// SPDX-License-Identifier: GPL-2.0-or-later
// The question "who are you, and where do you see me?" to a SIP server: an OPTIONS request (RFC 3261
// section 11), and what the answer says. Pure text; BoxSearch and ask_box() send it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"

namespace fapfon::box {

/// What a SIP server calls itself, in User-Agent or Server. A FRITZ!Box says "FRITZ!OS" since FRITZ!OS 6,
/// and said "AVM FRITZ!Box Fon WLAN 7170 29.04.88 (Feb  9 2014)" before.
struct Product {
  bool is_fritzbox = false;
  std::string name;     ///< "FRITZ!Box 7170"; of other servers the whole value; empty when there is none
  std::string version;  ///< of FRITZ!OS, "4.88"; empty when it is not given

  /// Reads a User-Agent or Server value; control characters and what is longer than 80 bytes are left out.
  static Product read(ByteView value);
  /// "FRITZ!Box 7170 with FRITZ!OS 4.88", "FRITZ!Box (FRITZ!OS)", "kamailio (5.6.3), not a FRITZ!Box".
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const Product&, const Product&) = default;
};

struct BoxAnswer {
  unsigned status = 0;
  Product product;
  /// Where the server saw the request come from (RFC 3261 section 18.2.1, RFC 3581); `received` is left out
  /// by servers that saw exactly the address of sent-by. The brackets of a FRITZ!Box around IPv6 are read.
  std::optional<IpAddress> received;
  std::optional<std::uint16_t> rport;
};

/// An OPTIONS request to `box`, from `local`; `token` makes its branch, tag and Call-ID unique.
std::string box_query(const SocketAddress& box, const SocketAddress& local, ByteView token);

/// What `datagram` answers to the query with this token; none when it is something else.
std::optional<BoxAnswer> read_answer(ByteView datagram, ByteView token);

}  // namespace fapfon::box
