// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/media_socket.hpp"

#include <cerrno>
#include <span>
#include <utility>

#include <sys/socket.h>

namespace fapfon::net {
namespace {

/// A third of a second of a stream of 2 Mbit/s, more of G.711. What waits longer is late.
constexpr int kReceiveBufferBytes = 64 * 1024;

}  // namespace

Expected<std::unique_ptr<MediaSocket>, SystemError> MediaSocket::open(Loop& loop, const SocketAddress& local,
                                                                      Owner& owner) {
  auto fd = open_socket(local.ip, SOCK_DGRAM);
  if (!fd) return Unexpected<SystemError>(fd.error());
  set_option(*fd, SOL_SOCKET, SO_RCVBUF, kReceiveBufferBytes);
  set_dscp(*fd, local.ip.family(), Dscp::audio);
  if (const auto bound = bind_socket(*fd, local); !bound) return Unexpected<SystemError>(bound.error());
  std::unique_ptr<MediaSocket> socket{new MediaSocket(loop, std::move(*fd), owner)};
  if (!loop.watch(socket->fd_.number(), EPOLLIN, *socket)) {
    return Unexpected<SystemError>(SystemError{errno});
  }
  return socket;
}

MediaSocket::MediaSocket(Loop& loop, Fd fd, Owner& owner)
    : loop_(loop), owner_(owner), fd_(std::move(fd)), local_(local_address_of(fd_)) {}

MediaSocket::~MediaSocket() {
  loop_.unwatch(fd_.number(), *this);
}

void MediaSocket::on_ready(std::uint32_t /*events*/) {
  const std::span<char> buffer = loop_.stream_buffer();
  sockaddr_storage source;  // NOLINT(cppcoreguidelines-pro-type-member-init): the kernel fills it
  socklen_t source_bytes = sizeof source;
  // Also when there is an error only: reading is what takes it off the socket.
  const ssize_t length = ::recvfrom(fd_.number(), buffer.data(), buffer.size(), MSG_DONTWAIT,
                                    reinterpret_cast<sockaddr*>(&source), &source_bytes);
  if (length < 0) return;
  const ByteView bytes{buffer.data(), static_cast<std::size_t>(length)};
  const auto hop = owner_.media_packet(*this, SocketAddress::from(source), bytes);
  if (hop) hop->out->send(hop->to, bytes);
}

void MediaSocket::send(const SocketAddress& to, ByteView bytes) noexcept {
  sockaddr_storage storage;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  const socklen_t length = to.to_sockaddr(storage);
  if (::sendto(fd_.number(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
               reinterpret_cast<const sockaddr*>(&storage), length) < 0) {
    ++dropped_count_;
  }
}

Expected<MediaSocketPair, SystemError> open_media_pair(Loop& loop, const SocketAddress& rtp,
                                                       MediaSocket::Owner& owner) {
  auto first = MediaSocket::open(loop, rtp, owner);
  if (!first) return Unexpected<SystemError>(first.error());
  const auto rtcp_port = static_cast<std::uint16_t>((*first)->local().port + 1);
  auto second = MediaSocket::open(loop, {rtp.ip, rtcp_port}, owner);
  if (!second) return Unexpected<SystemError>(second.error());
  return MediaSocketPair{std::move(*first), std::move(*second)};
}

}  // namespace fapfon::net
