// SPDX-License-Identifier: GPL-2.0-or-later
// A network namespace of a thread's own, in which the loopback comes up and goes down.
#include <thread>

#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>

#include "integration/child.hpp"
#include "net/loop.hpp"
#include "net/network_watch.hpp"

namespace fapfon::test {
namespace {

bool set_loopback(bool up) {
  const net::Fd socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  ifreq request{};
  std::string{"lo"}.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_flags = static_cast<short>(up ? IFF_UP : 0);
  return ::ioctl(socket.number(), SIOCSIFFLAGS, &request) == 0;
}

/// Runs the loop until `count` reaches `wanted`; false when time is out.
bool run_until(net::Loop& loop, const int& count, int wanted) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (count < wanted && std::chrono::steady_clock::now() < deadline) loop.run_one_batch(100ms);
  return count >= wanted;
}

void watch_the_loopback() {
  net::Loop loop;
  int count = 0;
  const auto watch = net::NetworkWatch::open(loop, [&] { ++count; });
  ASSERT_TRUE(watch) << watch.error().text();
  ASSERT_TRUE(set_loopback(true));
  EXPECT_TRUE(run_until(loop, count, 1));
  EXPECT_EQ(count, 1) << "link, addresses and routes come together and are one change";
  ASSERT_TRUE(set_loopback(false));
  EXPECT_TRUE(run_until(loop, count, 2));
}

TEST(NetworkWatch, tells_once_of_what_changes_together) {
  bool is_alone = false;
  std::thread{[&] {
    is_alone = ::unshare(CLONE_NEWNET) == 0;
    if (is_alone) watch_the_loopback();
  }}.join();
  if (!is_alone) GTEST_SKIP() << "a network namespace takes root";
}

}  // namespace
}  // namespace fapfon::test
