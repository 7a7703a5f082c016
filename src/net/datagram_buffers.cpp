// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/datagram_buffers.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/limits.hpp"

namespace fapfon::net {
namespace {

constexpr std::size_t kControlBytes = CMSG_SPACE(sizeof(in6_pktinfo));

}  // namespace

struct DatagramBuffers::Slot {
  sockaddr_storage remote{};
  iovec buffer{};
  alignas(cmsghdr) std::array<char, kControlBytes> control{};
};

DatagramBuffers::DatagramBuffers()
    : slots_(kDatagramsPerBatch),
      headers_(kDatagramsPerBatch),
      memory_(std::make_unique_for_overwrite<char[]>(kDatagramsPerBatch * kMaxDatagramBytes)) {
  for (std::size_t i = 0; i < kDatagramsPerBatch; ++i) {
    slots_[i].buffer = {memory_.get() + i * kMaxDatagramBytes, kMaxDatagramBytes};
    headers_[i].msg_hdr.msg_iov = &slots_[i].buffer;
    headers_[i].msg_hdr.msg_iovlen = 1;
    headers_[i].msg_hdr.msg_name = &slots_[i].remote;
    headers_[i].msg_hdr.msg_control = slots_[i].control.data();
  }
}

DatagramBuffers::~DatagramBuffers() = default;

int DatagramBuffers::receive(int fd, std::size_t limit) {
  const std::size_t count = std::min(limit, kDatagramsPerBatch);
  for (std::size_t i = 0; i < count; ++i) {  // the kernel shortened both to what the last call had
    headers_[i].msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    headers_[i].msg_hdr.msg_controllen = kControlBytes;
  }
  return ::recvmmsg(fd, headers_.data(), static_cast<unsigned>(count), MSG_DONTWAIT, nullptr);
}

ByteView DatagramBuffers::bytes(std::size_t index) const {
  return {memory_.get() + index * kMaxDatagramBytes, headers_[index].msg_len};
}

SocketAddress DatagramBuffers::remote(std::size_t index) const {
  return SocketAddress::from(slots_[index].remote);
}

IpAddress DatagramBuffers::local_ip(std::size_t index) const {
  msghdr header = headers_[index].msg_hdr;
  for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr; item = CMSG_NXTHDR(&header, item)) {
    if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_PKTINFO) {
      in_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(item), sizeof info);
      return IpAddress::from(info.ipi_addr);
    }
    if (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(item), sizeof info);
      return IpAddress::from(info.ipi6_addr);
    }
  }
  return {};
}

bool DatagramBuffers::truncated(std::size_t index) const {
  return (headers_[index].msg_hdr.msg_flags & MSG_TRUNC) != 0;
}

}  // namespace fapfon::net
