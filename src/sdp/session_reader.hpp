// SPDX-License-Identifier: GPL-2.0-or-later
// A session description, one media description after the other (RFC 8866 sections 5.7 and 5.14): what a relay
// has to know of each stream, and the bytes it has to change. What it does not read (bandwidth, keys,
// formats' parameters) passes. No allocation; offer and answer are followed in proxy/offer_answer.hpp.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"

namespace fapfon::sdp {

/// "IN IP4 192.0.2.1" of c=, o= or a=rtcp.
struct Network {
  ByteView family;              ///< "IP4" or "IP6"
  ByteView text;                ///< an address without its /TTL, or a host name
  std::optional<IpAddress> ip;  ///< none for a host name
};

/// a=rtcp:PORT, alone or with an address (RFC 3605).
struct Rtcp {
  ByteView port_text;
  std::uint16_t port = 0;
  std::optional<Network> network;
};

/// a=sendrecv and its siblings (RFC 8866 section 6.7), as its sender means it.
enum class Direction : std::uint8_t { both, send_only, receive_only, inactive };

struct Media {
  ByteView lines;       ///< from its m= line to the next one
  ByteView type;        ///< "audio"
  ByteView port_text;   ///< the digits
  ByteView count_text;  ///< "/2" of "49170/2": several ports; usually empty
  std::uint16_t port = 0;
  ByteView protocol;                  ///< "RTP/AVP"
  std::optional<Network> connection;  ///< its own c=, or that of the session
  std::optional<Rtcp> rtcp;
  Direction direction = Direction::both;

  /// The stream goes over UDP (RFC 8866 section 8.2.2): RTP in all its profiles, UDPTL, plain udp.
  [[nodiscard]] bool is_over_udp() const noexcept;
  [[nodiscard]] bool is_rtp() const noexcept;
};

/// A payload type with a name: a=rtpmap:8 PCMA/8000.
struct Codec {
  std::uint8_t payload_type = 0;
  ByteView name;
  std::uint32_t clock_rate = 0;
};

/// Views live as long as the text.
class SessionReader {
 public:
  explicit SessionReader(ByteView session) noexcept;

  /// c= of the session.
  [[nodiscard]] const std::optional<Network>& connection() const noexcept { return connection_; }
  /// The next media description; none at the end. An m= line that cannot be read is skipped with all that
  /// belongs to it, and counts.
  std::optional<Media> next() noexcept;
  /// How many m= lines have been taken: the stream's place in the session (RFC 3264 section 5).
  [[nodiscard]] std::size_t count() const noexcept { return count_; }

 private:
  Media read_attributes(Media media) const noexcept;

  ByteView rest_;
  std::optional<Network> connection_;
  Direction direction_ = Direction::both;
  std::size_t count_ = 0;
};

/// Walks over the a=rtpmap lines of one media description; views live as long as its text.
class CodecReader {
 public:
  explicit CodecReader(const Media& media) noexcept : rest_(media.lines) {}
  std::optional<Codec> next() noexcept;

 private:
  ByteView rest_;
};

/// The next line in `rest` that would lead around a relay, with its line end, taken from there with all that
/// stands before it; empty when there is none. Such lines name other addresses: ICE (RFC 8839 section 5),
/// a=alt (its forerunner in eyeBeam and X-Lite), a=altc (RFC 6947). Or they join streams at one port, where
/// each has its own: a=group:BUNDLE and a=bundle-only (RFC 9143). The mids of a group mean nothing without it
/// and stay.
ByteView take_bypass_line(ByteView& rest) noexcept;

}  // namespace fapfon::sdp
