// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/media_ports.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace fapfon::support {
namespace {

constexpr std::uint16_t kFirstPort = 30'000;

void append_word(std::string& out, std::uint32_t word, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>((word >> shift) & 0xFFU);
}

}  // namespace

void MediaPorts::serve(relay::Relay& relay) {
  for (const relay::PairId pair : relay.take_released()) release(pair);
  for (const IpAddress& local : relay.homes()) {
    auto& next = next_port_.try_emplace(local, kFirstPort).first->second;
    while (relay.pairs_wanted(local) > 0 && pairs_.size() < pair_count_) {
      pairs_[{local, next}] = relay.add_pair(local, next);
      next = static_cast<std::uint16_t>(next + 2);
    }
  }
}

void MediaPorts::hand_over(relay::Relay& relay, const std::set<SocketAddress>& calls) {
  for (auto& [address, pair] : pairs_) {
    pair = calls.contains(address) ? relay.add_returning_pair(address.ip, address.port)
                                   : relay.add_pair(address.ip, address.port);
  }
}

void MediaPorts::release(relay::PairId pair) {
  const auto found = std::ranges::find_if(pairs_, [&](const auto& entry) { return entry.second == pair; });
  if (found == pairs_.end()) throw std::logic_error("a pair of media ports is released twice");
  pairs_.erase(found);
  ++released_count_;
}

std::optional<relay::MediaPort> MediaPorts::port_at(const SocketAddress& address) const {
  const bool is_rtcp = address.port % 2 == 1;
  const auto found =
      pairs_.find({address.ip, static_cast<std::uint16_t>(is_rtcp ? address.port - 1 : address.port)});
  if (found == pairs_.end()) return std::nullopt;
  return relay::MediaPort{found->second, is_rtcp ? relay::Component::rtcp : relay::Component::rtp};
}

std::optional<Relayed> MediaPorts::packet(relay::Relay& relay, const SocketAddress& source,
                                          const SocketAddress& to, ByteView bytes, TimePoint now) const {
  const auto port = port_at(to);
  if (!port) return std::nullopt;
  const auto hop = relay.forward(*port, source, bytes, now);
  if (!hop) return std::nullopt;
  const auto out =
      std::ranges::find_if(pairs_, [&](const auto& entry) { return entry.second == hop->out.pair; });
  if (out == pairs_.end()) return std::nullopt;
  SocketAddress from = out->first;
  if (hop->out.component == relay::Component::rtcp) ++from.port;
  return Relayed{from, hop->to};
}

std::string rtp_packet(std::uint16_t sequence, std::uint32_t ssrc, std::uint8_t payload_type,
                       std::size_t payload) {
  constexpr std::uint32_t kSamples = 160;  // 20 ms at 8 kHz
  std::string packet{'\x80'};
  packet += static_cast<char>(payload_type);
  append_word(packet, sequence, 2);
  append_word(packet, sequence * kSamples, 4);
  append_word(packet, ssrc, 4);
  packet.append(payload, '\xD5');  // silence in A-law
  return packet;
}

}  // namespace fapfon::support
