// SPDX-License-Identifier: GPL-2.0-or-later
// One end of the audio: real RTP packets over loopback (RFC 3550, 20 ms of PCMA each), sent where the
// other side's SDP asks for them, and counted where they arrive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "loopback.hpp"
#include "poller.hpp"

namespace fapfon::demo {

class AudioEnd {
 public:
  AudioEnd(Poller& poller, const IpAddress& ip);
  ~AudioEnd();
  AudioEnd(const AudioEnd&) = delete;
  AudioEnd& operator=(const AudioEnd&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Sends `count` packets to `target`, one every 20 ms; without a target none.
  void talk_to(std::optional<SocketAddress> target, std::size_t count);
  /// True when all packets are sent.
  [[nodiscard]] bool is_silent() const noexcept { return left_count_ == 0; }
  /// Forgets what was counted.
  void reset() noexcept { sent_count_ = received_count_ = 0; }
  [[nodiscard]] std::size_t sent_count() const noexcept { return sent_count_; }
  [[nodiscard]] std::size_t received_count() const noexcept { return received_count_; }

 private:
  TimePoint tick(TimePoint now);
  void read();

  Poller& poller_;
  net::Fd fd_;
  std::uint16_t port_ = 0;
  std::optional<SocketAddress> target_;
  std::size_t left_count_ = 0;
  TimePoint next_ = kNever;
  std::uint16_t sequence_ = 0;
  std::size_t sent_count_ = 0;
  std::size_t received_count_ = 0;
};

}  // namespace fapfon::demo
