// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay/reception.hpp"

#include <algorithm>

namespace fapfon::relay {
namespace {

using std::chrono::duration_cast;
using std::chrono::nanoseconds;

/// Extended sequence numbers start one wrap above zero, so that a packet before the first has room.
constexpr std::uint32_t kFirstWrap = 1U << 16U;

nanoseconds to_time(std::int64_t ticks, std::uint32_t clock_rate) noexcept {
  constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
  return nanoseconds{ticks * kNanosecondsPerSecond / clock_rate};
}

}  // namespace

void Reception::carry(Payload payload) noexcept {
  payload_ = payload;
}

void Reception::know(const PayloadFormat& format) noexcept {
  knows_used_type_ = false;
  auto* const end = formats_.begin() + format_count_;
  auto* const same = std::find_if(formats_.begin(), end,
                                  [&](const PayloadFormat& each) { return each.type() == format.type(); });
  if (same != end) {
    *same = format;
  } else if (PayloadFormat::of_static_type(format.type()) == format) {
    return;  // known anyway
  } else if (format_count_ < kMaxFormats) {
    formats_[format_count_++] = format;
  } else {
    formats_[oldest_format_] = format;
    oldest_format_ = static_cast<std::uint8_t>((oldest_format_ + 1U) % kMaxFormats);
  }
}

void Reception::update(const Packet& packet, TimePoint now) noexcept {
  const bool is_rtp = payload_ == Payload::rtp;
  if (is_rtp && !packet.rtp) return;
  if (packet_count_ == 0) first_ = now;
  ++packet_count_;
  bytes_ += packet.bytes.size();
  if (is_rtp) {
    update_rtp(*packet.rtp, now);
  } else {
    update_gap(false, now);
  }
}

void Reception::pause() noexcept {
  is_paused_ = true;
  has_last_ = false;
  is_timed_ = false;
}

ReceptionFigures Reception::figures() const noexcept {
  using std::chrono::microseconds;
  ReceptionFigures out;
  out.packet_count = packet_count_;
  out.payload_bytes = bytes_;
  out.lost_count = lost_before_ + lost_in_stream();
  out.reordered_count = reordered_count_;
  out.duplicated_count = duplicated_count_;
  out.jitter = duration_cast<microseconds>(jitter_16_ / 16);
  out.worst_jitter = duration_cast<microseconds>(worst_jitter_16_ / 16);
  out.longest_gap = duration_cast<std::chrono::milliseconds>(longest_gap_);
  const auto* const most = std::max_element(
      seen_.begin(), seen_.end(), [](const SeenType& a, const SeenType& b) { return a.count < b.count; });
  if (most->count > 0) out.format = format_of(most->type);
  out.first = first_;
  out.last = last_;
  return out;
}

Reception::Order Reception::place(const RtpHeader& rtp) noexcept {
  if (!has_stream_ || rtp.ssrc != ssrc_) {
    begin_stream(rtp);
    return Order::first;
  }
  // The difference as a signed number: sequence numbers wrap (RFC 3550 section 5.1).
  const int ahead = static_cast<std::int16_t>(static_cast<std::uint16_t>(rtp.sequence - highest_));
  if (ahead >= kMaxDropout || ahead <= -kMaxDropout) return place_wild(rtp.sequence);
  may_restart_ = false;
  return ahead > 0 ? place_ahead(ahead) : place_behind(-ahead);
}

Reception::Order Reception::place_ahead(int ahead) noexcept {
  window_ = ahead < kWindow ? (window_ << static_cast<unsigned>(ahead)) | 1U : 1U;
  highest_ += static_cast<std::uint32_t>(ahead);
  ++unique_count_;
  return ahead == 1 ? Order::next : Order::ahead;
}

Reception::Order Reception::place_behind(int behind) noexcept {
  const std::uint32_t sequence = highest_ - static_cast<std::uint32_t>(behind);
  if (behind < kWindow) {
    const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(behind);
    if ((window_ & bit) != 0) {
      ++duplicated_count_;
      return Order::again;
    }
    window_ |= bit;
    base_ = std::min(base_, sequence);  // the packet that came first was not the first
  }
  if (sequence >= base_) ++unique_count_;
  ++reordered_count_;
  return Order::late;
}

/// RFC 3550 A.1: two in a row are a sender that has started again, one is an accident.
Reception::Order Reception::place_wild(std::uint16_t sequence) noexcept {
  if (!may_restart_ || sequence != restart_at_) {
    may_restart_ = true;
    restart_at_ = static_cast<std::uint16_t>(sequence + 1U);
    return Order::wild;
  }
  begin_count(static_cast<std::uint16_t>(sequence - 1U));
  place_ahead(1);
  return Order::first;
}

void Reception::begin_stream(const RtpHeader& rtp) noexcept {
  ssrc_ = rtp.ssrc;
  begin_count(rtp.sequence);
  has_stream_ = true;
}

void Reception::begin_count(std::uint16_t sequence) noexcept {
  lost_before_ += lost_in_stream();
  base_ = kFirstWrap + sequence;
  highest_ = base_;
  window_ = 1;
  unique_count_ = 1;
  may_restart_ = false;
  is_timed_ = false;
}

/// As in RFC 3550 A.3, but duplicates do not hide losses.
std::uint64_t Reception::lost_in_stream() const noexcept {
  if (!has_stream_) return 0;
  const std::uint64_t expected = std::uint64_t{highest_} - base_ + 1;
  return expected > unique_count_ ? expected - unique_count_ : 0;
}

void Reception::use_format(std::uint8_t type) noexcept {
  if (knows_used_type_ && type == used_type_) return;
  const PayloadFormat format = format_of(type);
  used_type_ = type;
  knows_used_type_ = true;
  is_event_ = format.is_telephone_event();
  if (is_event_ || format.clock_rate() == clock_rate_) return;  // a key press uses the clock of its stream
  clock_rate_ = format.clock_rate();
  is_timed_ = false;
}

PayloadFormat Reception::format_of(std::uint8_t type) const noexcept {
  const auto* const end = formats_.begin() + format_count_;
  const auto* const told =
      std::find_if(formats_.begin(), end, [type](const PayloadFormat& each) { return each.type() == type; });
  if (told != end) return *told;
  return PayloadFormat::of_static_type(type).value_or(PayloadFormat{type, 0, ""});
}

void Reception::count_type(std::uint8_t type) noexcept {
  auto* rarest = seen_.begin();
  for (SeenType& seen : seen_) {
    if (seen.count > 0 && seen.type == type) {
      ++seen.count;
      return;
    }
    if (seen.count < rarest->count) rarest = &seen;
  }
  *rarest = {type, 1};
}

void Reception::update_rtp(const RtpHeader& rtp, TimePoint now) noexcept {
  const Order order = place(rtp);
  count_type(rtp.payload_type);
  use_format(rtp.payload_type);
  update_gap(is_silence(rtp, order, now), now);
  if (order != Order::again && order != Order::wild) update_jitter(rtp, now);
}

/// RFC 3550 A.8, in time instead of ticks, so that a change of clock does not matter.
void Reception::update_jitter(const RtpHeader& rtp, TimePoint now) noexcept {
  if (is_event_ || clock_rate_ == 0) return;
  if (is_timed_) {
    const nanoseconds deviation = std::chrono::abs((now - timed_) - advance(rtp));
    if (deviation < kLargestDeviation) jitter_16_ += deviation - jitter_16_ / 16;
    worst_jitter_16_ = std::max(worst_jitter_16_, jitter_16_);
  }
  is_timed_ = !is_paused_;  // some clocks stop while on hold
  timed_ = now;
  timestamp_ = rtp.timestamp;
}

void Reception::update_gap(bool is_silence, TimePoint now) noexcept {
  if (has_last_ && !is_silence) longest_gap_ = std::max(longest_gap_, now - last_);
  last_ = now;
  has_last_ = !is_paused_;
}

/// Silence suppression (RFC 3551 section 4.1): no packet is missing, but the timestamp has moved on.
/// Only some senders set the marker that should begin a talkspurt, and comfort noise has none.
bool Reception::is_silence(const RtpHeader& rtp, Order order, TimePoint now) const noexcept {
  if (order != Order::next || !is_timed_ || clock_rate_ == 0) return false;
  const nanoseconds jump = advance(rtp);
  const bool is_long = rtp.marker || jump > kLongestPacket;
  return is_long && jump >= (now - last_) * 3 / 4;
}

/// How much time the sender says has passed since the packet that was timed last.
nanoseconds Reception::advance(const RtpHeader& rtp) const noexcept {
  return to_time(static_cast<std::int32_t>(rtp.timestamp - timestamp_), clock_rate_);
}

}  // namespace fapfon::relay
