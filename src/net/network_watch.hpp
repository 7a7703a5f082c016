// SPDX-License-Identifier: GPL-2.0-or-later
// Notices that links, addresses or routes of this machine change, by rtnetlink(7): a VPN comes up, DHCP gives
// another address. What has changed is not reported; the owner looks for itself. Needs no rights, but
// AF_NETLINK where a sandbox restricts address families.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "base/expected.hpp"
#include "net/fd.hpp"
#include "net/loop.hpp"
#include "net/socket.hpp"
#include "net/timer.hpp"

namespace fapfon::net {

class NetworkWatch final : Watched {
 public:
  /// Changes come in bursts: an address that is renewed goes away and comes back.
  static constexpr std::chrono::seconds kSettle{1};

  /// `changed` is called from the loop, kSettle after the first change of a burst.
  static Expected<std::unique_ptr<NetworkWatch>, SystemError> open(Loop& loop, std::function<void()> changed);
  ~NetworkWatch();

 private:
  NetworkWatch(Loop& loop, Fd fd, std::function<void()> changed);
  void on_ready(std::uint32_t events) override;

  Loop& loop_;
  Fd fd_;
  std::function<void()> changed_;
  Timer settle_;
  bool is_settling_ = false;
};

}  // namespace fapfon::net
