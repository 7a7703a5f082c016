// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/network_watch.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace fapfon::net {
namespace {

constexpr unsigned kGroups =
    RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;

/// The contents of a message are not read, so a long one may be cut off.
constexpr std::size_t kBufferBytes = 4096;
/// On a router the whole table may change at once, and phones must not wait until all of it is read.
constexpr int kMessagesPerBatch = 256;

}  // namespace

Expected<std::unique_ptr<NetworkWatch>, SystemError> NetworkWatch::open(Loop& loop,
                                                                        std::function<void()> changed) {
  Fd fd{::socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE)};
  if (!fd) return Unexpected<SystemError>(SystemError{errno});
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = kGroups;
  if (::bind(fd.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return Unexpected<SystemError>(SystemError{errno});
  }
  std::unique_ptr<NetworkWatch> watch{new NetworkWatch(loop, std::move(fd), std::move(changed))};
  if (!loop.watch(watch->fd_.number(), EPOLLIN, *watch)) return Unexpected<SystemError>(SystemError{errno});
  return watch;
}

NetworkWatch::NetworkWatch(Loop& loop, Fd fd, std::function<void()> changed)
    : loop_(loop), fd_(std::move(fd)), changed_(std::move(changed)), settle_(loop) {}

NetworkWatch::~NetworkWatch() {
  loop_.unwatch(fd_.number(), *this);
}

void NetworkWatch::on_ready(std::uint32_t /*events*/) {
  std::array<char, kBufferBytes> buffer;
  for (int i = 0; i < kMessagesPerBatch; ++i) {
    // An error is a change too: ENOBUFS says that there were more than the socket could hold.
    if (::recv(fd_.number(), buffer.data(), buffer.size(), MSG_DONTWAIT) <= 0) break;
  }
  if (std::exchange(is_settling_, true)) return;
  settle_.start_after(kSettle, [this] {
    is_settling_ = false;
    changed_();
  });
}

}  // namespace fapfon::net
