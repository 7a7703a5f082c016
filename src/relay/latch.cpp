// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay/latch.hpp"

#include <algorithm>
#include <limits>

namespace fapfon::relay {
namespace {

void count_up(std::uint8_t& count) noexcept {
  if (count < std::numeric_limits<std::uint8_t>::max()) ++count;
}

/// How far `next` is ahead of `last` on the circle of sequence numbers.
std::uint16_t distance(std::uint16_t last, std::uint16_t next) noexcept {
  return static_cast<std::uint16_t>(next - last);
}

}  // namespace

void Latch::expect(const IpAddress& from, std::uint16_t announced_port, TimePoint now) noexcept {
  if (!from || from.is_unspecified()) return expect_nobody();
  sends_ = true;
  const bool other_port = announced_port != announced_port_;
  announced_port_ = announced_port;
  if (from != expected_) {
    expected_ = from;
    forget();
    return;
  }
  if (learned_port_ == 0) return;
  settle(now);
  if (other_port && announced_port != learned_port_) {
    state_ = State::changed;
    since_ = now;
  } else if (other_port || state_ == State::latched || state_ == State::refreshed) {
    state_ = State::refreshed;  // learning and changed are easier to move, and stay
    since_ = now;
  }
}

void Latch::carry(Payload payload) noexcept {
  if (payload == payload_) return;
  payload_ = payload;
  trial_ = {};
}

bool Latch::take(const Packet& packet, TimePoint now) noexcept {
  // Port 0 cannot be answered and would be taken for "nothing learned".
  if (packet.source.ip != expected_ || !expected_ || packet.source.port == 0) return false;
  if (packet.source.port != learned_port_) {
    settle(now);
    if (!may_take_over(packet, now)) return false;
    learn(packet, now);
  }
  hear(packet, now);
  return true;
}

std::optional<SocketAddress> Latch::destination() const noexcept {
  const bool to_learned = target_ == Target::learned && learned_port_ != 0;
  const std::uint16_t port = to_learned ? learned_port_ : announced_port_;
  if (!sends_ || port == 0) return std::nullopt;
  return SocketAddress{expected_, port};
}

std::optional<SocketAddress> Latch::learned() const noexcept {
  if (learned_port_ == 0) return std::nullopt;
  return SocketAddress{expected_, learned_port_};
}

LatchRecord Latch::record() const noexcept {
  return {payload_,      state_,    sends_,  heard_count_, announced_port_,
          learned_port_, expected_, stream_, since_,       heard_};
}

void Latch::restore(const LatchRecord& record, TimePoint now) noexcept {
  payload_ = std::min(record.payload, Payload::datagrams);
  expected_ = record.expected;
  sends_ = record.sends && expected_ && !expected_.is_unspecified();
  announced_port_ = record.announced_port;
  since_ = past(record.since, now);
  heard_ = past(record.heard, now);
  forget();
  const bool has_learned = record.state != State::open && record.learned_port != 0;
  const bool is_possible = has_learned && record.state <= State::refreshed && expected_;
  if (!is_possible) return;
  state_ = record.state;
  learned_port_ = record.learned_port;
  heard_count_ = record.heard_count;
  stream_ = record.stream;
}

/// Without SSRC for what is not RTP: UDPTL may look like RTP by chance.
Latch::Stream Latch::stream_of(const Packet& packet) const noexcept {
  if (payload_ == Payload::datagrams) return {};
  if (payload_ == Payload::rtp && packet.rtp) return {true, true, packet.rtp->sequence, packet.rtp->ssrc};
  const auto ssrc = rtcp_ssrc(packet.bytes);
  return {ssrc.has_value(), false, 0, ssrc.value_or(0)};
}

bool Latch::is_next(const Stream& last, const Stream& next) noexcept {
  if (last.has_ssrc != next.has_ssrc || last.has_sequence != next.has_sequence) return false;
  return last.ssrc == next.ssrc && (!next.has_sequence || distance(last.sequence, next.sequence) == 1);
}

void Latch::forget() noexcept {
  state_ = State::open;
  learned_port_ = 0;
  heard_count_ = 0;
  stream_ = {};
  trial_ = {};
}

void Latch::hear(const Packet& packet, TimePoint now) noexcept {
  heard_ = now;
  if (is_proof(packet)) count_up(heard_count_);
  if (payload_ == Payload::rtp && !packet.rtp) return;
  const Stream next = stream_of(packet);
  if (!next.has_ssrc) return;
  // A late packet must not turn the stream back: what comes after it would look far ahead.
  const bool late = stream_.has_sequence && next.ssrc == stream_.ssrc &&
                    distance(next.sequence, stream_.sequence) <= kMostAhead;
  if (!late) stream_ = next;
}

void Latch::learn(const Packet& packet, TimePoint now) noexcept {
  const bool is_first = learned_port_ == 0 && packet.source.port != announced_port_;
  state_ = is_first ? State::learning : State::latched;
  since_ = now;
  learned_port_ = packet.source.port;
  trial_ = {};
}

/// What time alone changes. Looked at when it matters, so that no timer is needed.
void Latch::settle(TimePoint now) noexcept {
  switch (state_) {
    case State::open:
    case State::latched:
      return;
    case State::learning:
      if (now - since_ >= kLearningWindow && heard_count_ >= proof_count()) state_ = State::latched;
      return;
    case State::changed:
    case State::refreshed:
      if (now - since_ >= kReopenedFor) state_ = State::latched;
      return;
  }
}

bool Latch::may_take_over(const Packet& packet, TimePoint now) noexcept {
  if (learned_port_ == 0) return true;  // any bytes: DTLS, STUN and keep-alives come first in some calls
  if (packet.source.port == announced_port_ && announced_may_take_over(now)) return true;
  if (continues(stream_of(packet))) return true;
  return passes_trial(packet, now);
}

bool Latch::announced_may_take_over(TimePoint now) const noexcept {
  // The Box sends from where it says, and a re-INVITE or another branch of early media moves it.
  if (target_ == Target::announced) return true;
  switch (state_) {
    case State::open:
    case State::changed:
      return true;
    case State::learning:
      return now - since_ < kLearningWindow;
    case State::refreshed:
      return now - heard_ >= kRefreshedSilence;
    case State::latched:
      return false;
  }
  return false;
}

/// An SSRC is 32 random bits (RFC 3550 section 8): anybody who knows it is the sender, or can read the
/// stream.
bool Latch::continues(const Stream& next) const noexcept {
  if (!next.has_ssrc || !stream_.has_ssrc || next.ssrc != stream_.ssrc) return false;
  if (!next.has_sequence || !stream_.has_sequence) return true;
  const std::uint16_t ahead = distance(stream_.sequence, next.sequence);
  return ahead >= 1 && ahead <= kMostAhead;
}

bool Latch::passes_trial(const Packet& packet, TimePoint now) noexcept {
  if (!is_proof(packet)) return false;
  try_packet(packet);
  return trial_.count >= proof_count() && now - heard_ >= required_silence();
}

void Latch::try_packet(const Packet& packet) noexcept {
  const Stream next = stream_of(packet);
  const bool goes_on = trial_.port == packet.source.port && is_next(trial_.stream, next);
  if (!goes_on) trial_ = {packet.source.port, 0, next};
  trial_.stream = next;
  count_up(trial_.count);
}

/// Keep-alives and DTLS on a port for RTP, or RTP on one for RTCP, prove nothing.
bool Latch::is_proof(const Packet& packet) const noexcept {
  switch (payload_) {
    case Payload::rtp:
      return packet.rtp.has_value();
    case Payload::rtcp:
      return is_rtcp(packet.bytes);
    case Payload::datagrams:
      return true;
  }
  return false;
}

unsigned Latch::proof_count() const noexcept {
  switch (payload_) {
    case Payload::rtp:
      return kRtpProof;
    case Payload::rtcp:
      return kRtcpProof;
    case Payload::datagrams:
      return kDatagramProof;
  }
  return kRtpProof;
}

/// How long the learned source must be silent before a stream from elsewhere takes its place.
Duration Latch::required_silence() const noexcept {
  const bool unproved = state_ == State::learning && heard_count_ < proof_count();
  if (unproved || state_ == State::changed) return Duration::zero();
  if (state_ == State::refreshed) return kRefreshedSilence;
  switch (payload_) {
    case Payload::rtp:
      return kRtpSilence;
    case Payload::rtcp:
      return kRtcpSilence;
    case Payload::datagrams:
      return kDatagramSilence;
  }
  return kRtpSilence;
}

}  // namespace fapfon::relay
