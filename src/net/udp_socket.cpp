// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/udp_socket.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <linux/errqueue.h>
#include <sys/socket.h>

#include "base/limits.hpp"
#include "net/datagram_buffers.hpp"

namespace fapfon::net {
namespace {

/// A thousand phones that register at once after a power cut must fit; the kernel caps it.
constexpr int kSharedReceiveBufferBytes = 4 * 1024 * 1024;
/// A line has few datagrams at a time, and each slot offered to recvmmsg costs a little.
constexpr std::size_t kBoxFacingBatch = 4;
/// What an error may quote; ICMP quotes at most 1,232 bytes (RFC 4443 section 3.1).
constexpr std::size_t kQuotedBytes = 1500;
/// Errors taken per wake-up, so that a flood of them starves nobody.
constexpr int kErrorsPerBatch = 16;
constexpr std::size_t kPacketInfoBytes = CMSG_SPACE(sizeof(in6_pktinfo));

void prepare(const Fd& fd, UdpSocket::Kind kind, bool is_v6) {
  set_dscp(fd, is_v6 ? Family::ip6 : Family::ip4, Dscp::signalling);
  switch (kind) {
    case UdpSocket::Kind::shared:
      set_option(fd, SOL_SOCKET, SO_RCVBUF, kSharedReceiveBufferBytes);
      if (is_v6) set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
      if (!is_v6) set_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
      return;
    case UdpSocket::Kind::box_facing:
      if (is_v6) set_option(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
      if (!is_v6) set_option(fd, IPPROTO_IP, IP_RECVERR, 1);
      return;
  }
}

/// The ICMP error in a message of the error queue; none for errors of this machine, which send()
/// returned already, and for path MTU news, after which the kernel fragments by itself.
int icmp_error_in(msghdr& header) {
  for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr; item = CMSG_NXTHDR(&header, item)) {
    const bool is_error = (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_RECVERR) ||
                          (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_RECVERR);
    if (!is_error) continue;
    sock_extended_err error{};
    std::memcpy(&error, CMSG_DATA(item), sizeof error);
    if (error.ee_origin != SO_EE_ORIGIN_ICMP && error.ee_origin != SO_EE_ORIGIN_ICMP6) return 0;
    return error.ee_errno == EMSGSIZE ? 0 : static_cast<int>(error.ee_errno);
  }
  return 0;
}

/// Writes the control message that makes `from` the source address; returns its length.
std::size_t write_packet_info(char* control, const IpAddress& from) {
  cmsghdr head{};
  if (from.is_v4()) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, from.bytes().data(), 4);
    head.cmsg_level = IPPROTO_IP;
    head.cmsg_type = IP_PKTINFO;
    head.cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(control, &head, sizeof head);
    std::memcpy(control + CMSG_LEN(0), &info, sizeof info);
    return CMSG_SPACE(sizeof info);
  }
  in6_pktinfo info{};
  std::memcpy(&info.ipi6_addr, from.bytes().data(), 16);
  head.cmsg_level = IPPROTO_IPV6;
  head.cmsg_type = IPV6_PKTINFO;
  head.cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(control, &head, sizeof head);
  std::memcpy(control + CMSG_LEN(0), &info, sizeof info);
  return CMSG_SPACE(sizeof info);
}

}  // namespace

/// Datagrams that wait for flush(). Their bytes are copied: copying costs a hundredth of sending.
struct UdpSocket::Queue {
  struct Slot {
    sockaddr_storage remote{};
    iovec buffer{};
    std::size_t offset = 0;
    alignas(cmsghdr) std::array<char, kPacketInfoBytes> control{};
  };
  std::array<Slot, kDatagramsPerBatch> slots;
  std::array<mmsghdr, kDatagramsPerBatch> headers{};
  std::size_t count = 0;
  std::string bytes;
};

Expected<std::unique_ptr<UdpSocket>, SystemError> UdpSocket::open(Loop& loop, Kind kind,
                                                                  const SocketAddress& local, Owner& owner) {
  auto fd = open_socket(local.ip, SOCK_DGRAM);
  if (!fd) return Unexpected<SystemError>(fd.error());
  prepare(*fd, kind, local.ip.is_v6());
  if (const auto bound = bind_socket(*fd, local); !bound) return Unexpected<SystemError>(bound.error());
  std::unique_ptr<UdpSocket> socket{new UdpSocket(loop, kind, std::move(*fd), owner)};
  if (!loop.watch(socket->fd_.number(), EPOLLIN, *socket)) {
    return Unexpected<SystemError>(SystemError{errno});
  }
  return socket;
}

UdpSocket::UdpSocket(Loop& loop, Kind kind, Fd fd, Owner& owner)
    : loop_(loop), owner_(owner), fd_(std::move(fd)), kind_(kind), local_(local_address_of(fd_)) {
  if (kind_ == Kind::shared) queue_ = std::make_unique<Queue>();
}

UdpSocket::~UdpSocket() {
  loop_.unwatch(fd_.number(), *this);
}

void UdpSocket::send(const SocketAddress& remote, ByteView bytes) {
  sockaddr_storage storage{};
  const socklen_t length = remote.to_sockaddr(storage);
  // A second try, because the first may only have fetched the error of an earlier datagram (RECVERR).
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (::sendto(fd_.number(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&storage), length) >= 0) {
      return;
    }
    if (errno == EAGAIN) break;
  }
  ++dropped_count_;
}

void UdpSocket::queue(const SocketAddress& remote, const IpAddress& from, ByteView bytes) {
  Queue::Slot& slot = queue_->slots[queue_->count];
  msghdr& header = queue_->headers[queue_->count].msg_hdr;
  slot.offset = queue_->bytes.size();
  slot.buffer.iov_len = bytes.size();
  queue_->bytes.append(bytes);
  header.msg_name = &slot.remote;
  header.msg_namelen = remote.to_sockaddr(slot.remote, local_.ip.is_v4() ? AF_INET : AF_INET6);
  header.msg_iov = &slot.buffer;
  header.msg_iovlen = 1;
  header.msg_control = slot.control.data();
  header.msg_controllen = write_packet_info(slot.control.data(), from);
  if (++queue_->count == kDatagramsPerBatch) flush();
}

void UdpSocket::flush() {
  if (queue_ == nullptr || queue_->count == 0) return;
  for (std::size_t i = 0; i < queue_->count; ++i) {
    queue_->slots[i].buffer.iov_base = queue_->bytes.data() + queue_->slots[i].offset;
  }
  std::size_t sent = 0;
  while (sent < queue_->count) {
    const int count = ::sendmmsg(fd_.number(), queue_->headers.data() + sent,
                                 static_cast<unsigned>(queue_->count - sent), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    // The one that failed is dropped; the others have nothing to do with it.
    if (count <= 0) ++dropped_count_;
    sent += count <= 0 ? 1 : static_cast<std::size_t>(count);
  }
  queue_->count = 0;
  queue_->bytes.clear();
}

void UdpSocket::on_ready(std::uint32_t events) {
  if ((events & EPOLLERR) != 0 && !drain_error_queue()) return;
  if ((events & EPOLLIN) != 0) read_datagrams();
}

void UdpSocket::read_datagrams() {
  DatagramBuffers& buffers = loop_.datagram_buffers();
  const std::size_t limit = kind_ == Kind::shared ? kDatagramsPerBatch : kBoxFacingBatch;
  const int count = buffers.receive(fd_.number(), limit);
  const Loop& loop = loop_;
  for (std::size_t i = 0; count > 0 && i < static_cast<std::size_t>(count); ++i) {
    if (buffers.truncated(i)) continue;
    const IpAddress to = kind_ == Kind::shared ? buffers.local_ip(i) : local_.ip;
    owner_.udp_datagram(*this, {to, local_.port}, buffers.remote(i), buffers.bytes(i));
    if (loop.current_is_gone()) return;
  }
}

bool UdpSocket::drain_error_queue() {
  const Loop& loop = loop_;
  for (int i = 0; i < kErrorsPerBatch; ++i) {
    std::array<char, kQuotedBytes> quoted;
    alignas(cmsghdr) std::array<char, 512> control{};
    sockaddr_storage destination{};
    iovec buffer{quoted.data(), quoted.size()};
    msghdr header{};
    header.msg_name = &destination;
    header.msg_namelen = sizeof destination;
    header.msg_iov = &buffer;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    const ssize_t length = ::recvmsg(fd_.number(), &header, MSG_ERRQUEUE | MSG_DONTWAIT);
    if (length < 0) break;
    const int error = icmp_error_in(header);
    if (error == 0) continue;
    owner_.udp_unreachable(*this, SocketAddress::from(destination),
                           {quoted.data(), static_cast<std::size_t>(length)}, {error});
    if (loop.current_is_gone()) return false;
  }
  // Reading the queue does not clear the pending error of the socket, with which the next call would fail.
  int pending = 0;
  socklen_t length = sizeof pending;
  ::getsockopt(fd_.number(), SOL_SOCKET, SO_ERROR, &pending, &length);
  return true;
}

}  // namespace fapfon::net
