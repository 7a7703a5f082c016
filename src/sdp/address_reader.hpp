// SPDX-License-Identifier: GPL-2.0-or-later
// The places of a session description that name an IP address (RFC 8866 o= and c=, RFC 3605 a=rtcp,
// RFC 8839 a=candidate; SPEC S2). Everything else of SDP is not read. Lines may end with LF alone.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"

namespace fapfon::sdp {

struct Address {
  enum class Place : std::uint8_t {
    origin,      ///< o=
    connection,  ///< c=, of the session or of one media description
    rtcp,        ///< a=rtcp:PORT IN IP4 ADDRESS
    candidate,   ///< a=candidate, the connection address
    related,     ///< a=candidate, raddr
  };
  Place place = Place::origin;
  ByteView family;  ///< "IP4" or "IP6"; empty for candidates, which have none
  ByteView text;    ///< the address alone, without a /TTL
  IpAddress ip;
};

/// Walks over the addresses of one session description in their order. Host names and what is not an
/// address are skipped. Views live as long as the text; no allocation.
class AddressReader {
 public:
  explicit AddressReader(ByteView session) noexcept : rest_(session) {}
  /// The next address; none at the end.
  std::optional<Address> next() noexcept;

 private:
  std::optional<Address> read_related() noexcept;
  std::optional<Address> read_line(ByteView line) noexcept;

  ByteView rest_;
  ByteView candidate_rest_;  // of an a=candidate line whose first address was given out
};

}  // namespace fapfon::sdp
