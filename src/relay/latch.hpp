// SPDX-License-Identifier: GPL-2.0-or-later
// Whose packets one of our media ports takes, and where it sends its own (SPEC M2). SDP names an address, but
// behind a masquerade the port is another one, so it is learned from the packets (RFC 7362 calls that
// latching and lists its dangers). Only the IP address that signalling has named is ever learned from. After
// that, the stream moves only to what proves to be the same sender, or a sender that has taken its place.
// Knows no socket and no clock. The owner of both legs sees to it that a packet is not sent back to where it
// came from.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/socket_address.hpp"
#include "base/time.hpp"
#include "relay/rtp_packet.hpp"

namespace fapfon::relay {

using namespace std::chrono_literals;

/// Where a port sends to.
enum class Target : std::uint8_t {
  learned,   ///< where packets come from; before the first, what SDP says (the phone, which may be behind a
             ///< NAT)
  announced  ///< what SDP says, always (the Box)
};

/// What a Latch knows, for a program that takes over from this one (SPEC N6). A newcomer that has not proved
/// itself yet starts over.
struct LatchRecord;

class Latch {
 public:
  /// The port that SDP names may replace another one for this long after the first packet: a keep-alive from
  /// some other socket of the phone may have come first.
  static constexpr auto kLearningWindow = 1s;
  /// How long after new SDP another port may take over: an INVITE transaction (64*T1, RFC 3261 section
  /// 17.1.1.2), because a phone that offers another port uses it when the answer has come.
  static constexpr auto kReopenedFor = 32s;
  /// Silence after which another source may take over. Audio comes every 20 ms and pauses with silence
  /// suppression. A newcomer must prove a stream; usually it is the same phone after a pause.
  static constexpr auto kRtpSilence = 3s;
  static constexpr auto kRtcpSilence = 15s;  ///< three report intervals (RFC 3550 section 6.2: 5 s)
  static constexpr auto kDatagramSilence =
      2s;  ///< UDPTL does not name its sender, and fax gives up in seconds
  /// The same after SDP that repeats what is known: a NAT may have forgotten its binding while on hold.
  static constexpr auto kRefreshedSilence = 1s;
  /// Packets in sequence that make a stream. RFC 3550 A.1 takes two from a source it has no reason to doubt.
  static constexpr unsigned kRtpProof = 5;
  static constexpr unsigned kRtcpProof = 2;      ///< ten seconds
  static constexpr unsigned kDatagramProof = 3;  ///< one may be a stray, and T.38 repeats its signals
  /// How far the sequence number of a stream may be ahead when it continues from another port: a minute of
  /// packets of 20 ms that were lost meanwhile.
  static constexpr std::uint16_t kMostAhead = 3'000;

  Latch(Payload payload, Target target) noexcept : payload_(payload), target_(target) {}

  /// SDP of that side has come, or the line has moved (L4): packets come from `from` and go to
  /// `announced_port` there, which is 0 while it is not known. A new address: all that was learned is
  /// forgotten. A new port only: what was learned is used until a packet proves better. Nothing new: a source
  /// that is silent becomes easier to replace.
  void expect(const IpAddress& from, std::uint16_t announced_port, TimePoint now) noexcept;

  /// SDP asks for no packets (port 0, or hold with 0.0.0.0, which expect() knows too). Those that come are
  /// taken as before.
  void expect_nobody() noexcept { sends_ = false; }

  /// The stream changes what it carries, from audio to T.38 (RFC 3264 section 8.3.3 keeps the port).
  void carry(Payload payload) noexcept;

  /// True when the packet is from the source that this port accepts; its port may have been learned from it.
  bool take(const Packet& packet, TimePoint now) noexcept;

  /// Where to send; none while that is unknown, and after expect_nobody().
  [[nodiscard]] std::optional<SocketAddress> destination() const noexcept;
  /// The source that packets are taken from; none before the first packet.
  [[nodiscard]] std::optional<SocketAddress> learned() const noexcept;

  //   open --- a packet ---> learning --- 1 s, and the source has proved itself ---> latched
  //    |                        |                                                    ^  |
  //    |                        +--- another source has taken over ------------------+  |
  //    +--- a packet from the announced port ----------------------------------------+  | expect()
  //                                                                                  |  v
  //                     32 s, or another source has taken over ------------------ changed, refreshed
  //
  //   From every state expect() of another address leads to open, and of another port to changed.
  //
  // Who may take over from the learned source, from another port of the same address. The continuation of its
  // stream (same SSRC, sequence number ahead) always may, and on the Box leg the announced port.
  //
  //               the announced port    a stream that proves itself
  //   learning    at once, for 1 s      at once, unless the learned source has proved itself
  //   latched     as any other          when the learned source has been silent for long
  //   changed     at once               at once
  //   refreshed   after 1 s of silence  after 1 s of silence
  enum class State : std::uint8_t {
    open,       ///< nothing is learned; the first packet will be
    learning,   ///< one packet was enough to be learned
    latched,    ///< only the learned source is accepted
    changed,    ///< SDP has named another port, from which nothing has come
    refreshed,  ///< SDP has repeated what it said
  };

  /// The last packet of a stream, or of one that may become it.
  struct Stream {
    bool has_ssrc = false;
    bool has_sequence = false;
    std::uint16_t sequence = 0;
    std::uint32_t ssrc = 0;

    friend bool operator==(const Stream&, const Stream&) = default;
  };

  [[nodiscard]] LatchRecord record() const noexcept;
  /// Knows what the record says, as far as that can be true: it may come from a damaged file.
  void restore(const LatchRecord& record, TimePoint now) noexcept;

 private:
  /// A newcomer on its way to a proof.
  struct Trial {
    std::uint16_t port = 0;
    std::uint8_t count = 0;
    Stream stream;
  };

  [[nodiscard]] Stream stream_of(const Packet& packet) const noexcept;
  static bool is_next(const Stream& last, const Stream& next) noexcept;

  void forget() noexcept;
  void hear(const Packet& packet, TimePoint now) noexcept;
  void learn(const Packet& packet, TimePoint now) noexcept;
  void settle(TimePoint now) noexcept;
  [[nodiscard]] bool may_take_over(const Packet& packet, TimePoint now) noexcept;
  [[nodiscard]] bool announced_may_take_over(TimePoint now) const noexcept;
  [[nodiscard]] bool continues(const Stream& next) const noexcept;
  [[nodiscard]] bool passes_trial(const Packet& packet, TimePoint now) noexcept;
  void try_packet(const Packet& packet) noexcept;
  [[nodiscard]] bool is_proof(const Packet& packet) const noexcept;
  [[nodiscard]] unsigned proof_count() const noexcept;
  [[nodiscard]] Duration required_silence() const noexcept;

  Payload payload_;
  Target target_;
  State state_ = State::open;
  bool sends_ = false;
  std::uint8_t heard_count_ = 0;  ///< packets of the learned source that count for its proof
  std::uint16_t announced_port_ = 0;
  std::uint16_t learned_port_ = 0;  ///< at expected_; 0 while nothing is learned
  IpAddress expected_;
  Stream stream_;  ///< of the learned source
  Trial trial_;
  TimePoint since_;  ///< that state_ is what it is
  TimePoint heard_;  ///< the learned source, for the last time
};

struct LatchRecord {
  Payload payload = Payload::rtp;
  Latch::State state = Latch::State::open;
  bool sends = false;
  std::uint8_t heard_count = 0;
  std::uint16_t announced_port = 0;
  std::uint16_t learned_port = 0;
  IpAddress expected;
  Latch::Stream stream;
  TimePoint since;
  TimePoint heard;

  friend bool operator==(const LatchRecord&, const LatchRecord&) = default;
};

}  // namespace fapfon::relay
