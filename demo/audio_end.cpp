// SPDX-License-Identifier: GPL-2.0-or-later
#include "audio_end.hpp"

#include <chrono>
#include <stdexcept>
#include <string>

#include "net/socket.hpp"

namespace fapfon::demo {
namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::uint16_t kSamples = 160;  // 20 ms at 8,000 Hz
constexpr auto kInterval = std::chrono::milliseconds{20};
constexpr unsigned char kVersion2 = 0x80;
constexpr unsigned char kPcma = 8;
constexpr char kSilence = '\x55';

std::string packet(std::uint16_t sequence) {
  std::string bytes(kHeaderBytes + kSamples, kSilence);
  const std::uint32_t time = std::uint32_t{sequence} * kSamples;
  const unsigned char header[kHeaderBytes] = {kVersion2,
                                              kPcma,
                                              static_cast<unsigned char>(sequence >> 8U),
                                              static_cast<unsigned char>(sequence),
                                              static_cast<unsigned char>(time >> 24U),
                                              static_cast<unsigned char>(time >> 16U),
                                              static_cast<unsigned char>(time >> 8U),
                                              static_cast<unsigned char>(time),
                                              'f',
                                              'a',
                                              'p',
                                              'f'};
  for (std::size_t i = 0; i < kHeaderBytes; ++i) bytes[i] = static_cast<char>(header[i]);
  return bytes;
}

}  // namespace

AudioEnd::AudioEnd(Poller& poller, const IpAddress& ip) : poller_(poller) {
  auto fd = open_udp({ip, 0});
  if (!fd) throw std::runtime_error("cannot open an RTP socket on " + ip.to_string());
  fd_ = std::move(*fd);
  port_ = net::local_address_of(fd_).port;
  poller_.watch(fd_.number(), [this](short) { read(); });
  poller_.add_clock([this](TimePoint now) { return tick(now); });
}

AudioEnd::~AudioEnd() {
  poller_.forget(fd_.number());
}

void AudioEnd::talk_to(std::optional<SocketAddress> target, std::size_t count) {
  target_ = target;
  left_count_ = target ? count : 0;
  next_ = Clock::now();
}

TimePoint AudioEnd::tick(TimePoint now) {
  while (left_count_ > 0 && next_ <= now) {
    if (send_datagram(fd_, *target_, packet(sequence_++))) ++sent_count_;
    --left_count_;
    next_ += kInterval;
  }
  return left_count_ > 0 ? next_ : kNever;
}

void AudioEnd::read() {
  SocketAddress from;
  while (const auto bytes = receive_datagram(fd_, from)) {
    const bool is_rtp = bytes->size() >= kHeaderBytes && static_cast<unsigned char>((*bytes)[0]) == kVersion2;
    if (is_rtp) ++received_count_;
  }
}

}  // namespace fapfon::demo
