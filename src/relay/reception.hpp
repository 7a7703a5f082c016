// SPDX-License-Identifier: GPL-2.0-or-later
// The quality of one direction of one stream as it reached this machine, for people who ask why a call was
// bad. Loss as in RFC 3550 A.3, jitter as in A.8. RTCP says what the peers received; this says what we
// received, also when they send no RTCP or encrypt it.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "relay/payload_format.hpp"
#include "relay/rtp_packet.hpp"

namespace fapfon::relay {

using namespace std::chrono_literals;

/// The figures of a Reception at one moment.
struct ReceptionFigures {
  std::uint64_t packet_count = 0;   ///< duplicates included; of RTP ports only RTP
  std::uint64_t payload_bytes = 0;  ///< of whole UDP payloads
  std::uint64_t lost_count = 0;
  std::uint64_t reordered_count = 0;
  std::uint64_t duplicated_count = 0;
  std::chrono::microseconds jitter{};        ///< RFC 3550 A.8, at this moment
  std::chrono::microseconds worst_jitter{};  ///< its highest value
  std::chrono::milliseconds longest_gap{};   ///< between two packets, pauses that the sender wanted left out
  std::optional<PayloadFormat> format;       ///< seen most; without name and clock when SDP did not tell
  TimePoint first;                           ///< packet; only when packet_count > 0
  TimePoint last;
};

class Reception {
 public:
  /// Formats of dynamic types that are kept; more push out the oldest.
  static constexpr std::size_t kMaxFormats = 10;
  /// Payload types that are counted; a further one replaces the rarest.
  static constexpr std::size_t kMaxSeenTypes = 4;
  /// A sequence number that is further ahead is a stream that has started again (RFC 3550 A.1, MAX_DROPOUT).
  static constexpr int kMaxDropout = 3'000;
  /// How far behind a repeated packet is still recognised, in packets.
  static constexpr int kWindow = 64;
  /// No codec puts more into one packet: timestamps that jump so far without a lost packet are silence.
  static constexpr auto kLongestPacket = 200ms;
  /// Timestamps that differ from the clock by more have a new origin; that is not jitter.
  static constexpr auto kLargestDeviation = 10s;

  /// On a port for RTP everything else is ignored: a keep-alive is not audio.
  explicit Reception(Payload payload) noexcept : payload_(payload) {}

  /// The stream changes what it carries. All figures go on.
  void carry(Payload payload) noexcept;
  /// What SDP calls a payload type; the latest call counts.
  void know(const PayloadFormat& format) noexcept;

  /// A packet of the stream. Allocates nothing.
  void update(const Packet& packet, TimePoint now) noexcept;

  /// The stream is on hold: until resume() and the first packet after it, silence is not a gap.
  void pause() noexcept;
  void resume() noexcept { is_paused_ = false; }

  /// True when a packet ever came.
  [[nodiscard]] bool has_flowed() const noexcept { return packet_count_ > 0; }
  [[nodiscard]] ReceptionFigures figures() const noexcept;

 private:
  /// The place of a packet in its stream.
  enum class Order : std::uint8_t {
    first,  ///< of an SSRC, or after a restart
    next,   ///< one after the last
    ahead,  ///< packets before it are missing
    late,   ///< one of those that were missing
    again,  ///< a duplicate
    wild    ///< far from all others; a second one in sequence is a restart
  };

  Order place(const RtpHeader& rtp) noexcept;
  Order place_ahead(int ahead) noexcept;
  Order place_behind(int behind) noexcept;
  Order place_wild(std::uint16_t sequence) noexcept;
  void begin_stream(const RtpHeader& rtp) noexcept;
  void begin_count(std::uint16_t sequence) noexcept;
  [[nodiscard]] std::uint64_t lost_in_stream() const noexcept;

  void use_format(std::uint8_t type) noexcept;
  [[nodiscard]] PayloadFormat format_of(std::uint8_t type) const noexcept;
  void count_type(std::uint8_t type) noexcept;

  void update_rtp(const RtpHeader& rtp, TimePoint now) noexcept;
  void update_jitter(const RtpHeader& rtp, TimePoint now) noexcept;
  void update_gap(bool is_silence, TimePoint now) noexcept;
  [[nodiscard]] bool is_silence(const RtpHeader& rtp, Order order, TimePoint now) const noexcept;
  [[nodiscard]] std::chrono::nanoseconds advance(const RtpHeader& rtp) const noexcept;

  struct SeenType {
    std::uint8_t type = 0;
    std::uint32_t count = 0;
  };

  // What each packet touches is kept together.
  std::uint64_t packet_count_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t window_ = 0;        ///< bit n: the packet n before highest_ has come
  std::uint32_t base_ = 0;          ///< first sequence number of this count, extended by its wraps
  std::uint32_t highest_ = 0;       ///< so far, extended
  std::uint32_t unique_count_ = 0;  ///< of this count, duplicates left out
  std::uint32_t ssrc_ = 0;
  std::uint32_t timestamp_ = 0;   ///< of the last packet that was timed
  std::uint32_t clock_rate_ = 0;  ///< of used_type_
  TimePoint timed_;               ///< when timestamp_ came
  TimePoint last_;
  std::chrono::nanoseconds jitter_16_{};  ///< 16 times the jitter, so that nothing is rounded away
  std::chrono::nanoseconds worst_jitter_16_{};
  Duration longest_gap_{};
  std::uint16_t restart_at_ = 0;  ///< the sequence number that would show a restart
  std::uint8_t used_type_ = 0;
  Payload payload_;
  bool has_stream_ = false;
  bool may_restart_ = false;  ///< restart_at_ is valid
  bool knows_used_type_ = false;
  bool is_event_ = false;  ///< used_type_ is of key presses
  bool is_timed_ = false;  ///< timestamp_ and timed_ can be compared with
  bool has_last_ = false;  ///< a gap can be measured from last_
  bool is_paused_ = false;
  std::uint8_t format_count_ = 0;
  std::uint8_t oldest_format_ = 0;
  std::uint32_t reordered_count_ = 0;
  std::uint32_t duplicated_count_ = 0;
  std::uint64_t lost_before_ = 0;  ///< in counts that have ended
  TimePoint first_;
  std::array<SeenType, kMaxSeenTypes> seen_{};
  std::array<PayloadFormat, kMaxFormats> formats_{};
};

}  // namespace fapfon::relay
