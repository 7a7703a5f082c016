// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/media_ports.hpp"

#include <cerrno>
#include <chrono>
#include <utility>

namespace fapfon::app {
namespace {

/// After the kernel has refused a socket for another reason than that the port is taken.
constexpr auto kPause = std::chrono::seconds(1);
/// Ports of other programs that are tried in a row.
constexpr int kAttempts = 64;

std::uint64_t tag_of(relay::MediaPort port) noexcept {
  const std::uint64_t component = port.component == relay::Component::rtcp ? 1 : 0;
  return (std::uint64_t{port.pair.generation} << 32U) | (std::uint64_t{port.pair.index} << 1U) | component;
}

relay::MediaPort port_of(std::uint64_t tag) noexcept {
  const auto low = static_cast<std::uint32_t>(tag);
  return {{low >> 1U, static_cast<std::uint32_t>(tag >> 32U)},
          (low & 1U) != 0 ? relay::Component::rtcp : relay::Component::rtp};
}

}  // namespace

void MediaPorts::serve(TimePoint now) {
  if (relay_ == nullptr) return;
  for (const relay::PairId pair : relay_->take_released()) release(pair, now);
  for (const IpAddress& local : relay_->homes()) {
    if (relay_->pairs_wanted(local) == 0) continue;
    Home& home = home_of(local);
    if (now < home.next_try) continue;
    while (relay_->pairs_wanted(local) > 0 && open_one(local, home, now)) {
    }
  }
}

MediaPorts::Home& MediaPorts::home_of(const IpAddress& local) {
  const auto known = homes_.find(local);
  if (known != homes_.end()) return known->second;
  // Each address has its own pool, with a seed of its own: equal seeds would give away each other's ports.
  return homes_.try_emplace(local, Home{relay::PortPool{range_, seed_++}}).first->second;
}

bool MediaPorts::open_one(const IpAddress& local, Home& home, TimePoint now) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto port = home.ports.take(now);
    if (!port) return false;  // the relay says so when a call needs one
    auto opened = net::open_media_pair(loop_, {local, *port}, *this);
    if (opened) {
      keep(relay_->add_pair(local, *port), std::move(*opened));
      return true;
    }
    if (opened.error().number != EADDRINUSE) {
      home.ports.give_back(*port, now);
      home.next_try = now + kPause;
      trouble_(local, opened.error());
      return false;
    }
    home.ports.set_aside(*port, now);
  }
  return false;
}

void MediaPorts::keep(relay::PairId id, net::MediaSocketPair sockets) {
  sockets.rtp->tag = tag_of({id, relay::Component::rtp});
  sockets.rtcp->tag = tag_of({id, relay::Component::rtcp});
  if (pairs_.size() <= id.index) pairs_.resize(id.index + 1);
  pairs_[id.index] = {id, std::move(sockets)};
}

void MediaPorts::release(relay::PairId id, TimePoint now) {
  if (id.index >= pairs_.size() || pairs_[id.index].id != id) return;
  const SocketAddress local = pairs_[id.index].sockets.rtp->local();
  pairs_[id.index] = {};
  home_of(local.ip).ports.give_back(local.port, now);
}

void MediaPorts::clear(TimePoint now) {
  relay_ = nullptr;
  for (const OpenPair& pair : std::exchange(pairs_, {})) {
    if (!pair.id) continue;
    const SocketAddress& local = pair.sockets.rtp->local();
    home_of(local.ip).ports.give_back(local.port, now);
  }
}

std::optional<net::MediaSocket::Hop> MediaPorts::media_packet(net::MediaSocket& socket,
                                                              const SocketAddress& source, ByteView bytes) {
  if (relay_ == nullptr) return std::nullopt;
  const auto hop = relay_->forward(port_of(socket.tag), source, bytes, Clock::now());
  if (!hop) return std::nullopt;
  const net::MediaSocketPair& out = pairs_[hop->out.pair.index].sockets;
  return net::MediaSocket::Hop{hop->out.component == relay::Component::rtp ? out.rtp.get() : out.rtcp.get(),
                               hop->to};
}

}  // namespace fapfon::app
