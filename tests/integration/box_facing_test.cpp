// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/box_facing.hpp"

#include <gtest/gtest.h>

#include "integration/peer.hpp"
#include "net/loop.hpp"

namespace fapfon::test {
namespace {

using app::BoxFacing;
using app::BoxFacingPorts;
using app::kFirstBoxFacingPort;
using app::kLastBoxFacingPort;

/// Nobody else uses this one.
const IpAddress kFacing = IpAddress::v4(127, 77, 0, 1);

class BoxFacingTest : public testing::Test, net::UdpSocket::Owner, net::TcpListener::Owner {
 protected:
  BoxFacingPorts from(std::uint32_t seed) { return {loop, seed, *this, *this}; }
  static std::uint16_t port_of(const Expected<BoxFacing, net::SystemError>& opened) {
    return opened ? opened->udp->local().port : std::uint16_t{0};
  }

  net::Loop loop;

 private:
  void udp_datagram(net::UdpSocket&, const SocketAddress&, const SocketAddress&, ByteView) override {}
  void udp_unreachable(net::UdpSocket&, const SocketAddress&, ByteView, const net::SystemError&) override {}
  void tcp_accepted(net::TcpListener&, net::Fd, const SocketAddress&) override {}
  void tcp_accept_paused(net::TcpListener&, const net::SystemError&) override {}
};

TEST_F(BoxFacingTest, L2_udp_and_tcp_have_one_address_and_port) {
  auto ports = from(7);
  const auto opened = ports.open(kFacing);
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ(opened->udp->local(), (SocketAddress{kFacing, kFirstBoxFacingPort + 7}));
  const Peer box = Peer::connected(opened->udp->local());
  EXPECT_TRUE(box.wait(POLLOUT));
}

TEST_F(BoxFacingTest, each_has_a_port_of_its_own_and_the_last_is_followed_by_the_first) {
  auto ports = from(kLastBoxFacingPort - kFirstBoxFacingPort);
  const auto last = ports.open(kFacing);
  const auto first = ports.open(kFacing);
  EXPECT_EQ(port_of(last), kLastBoxFacingPort);
  EXPECT_EQ(port_of(first), kFirstBoxFacingPort);
}

TEST_F(BoxFacingTest, any_seed_is_in_the_range) {
  const std::uint16_t port = port_of(from(0xffffffff).open(kFacing));
  EXPECT_GE(port, kFirstBoxFacingPort);
  EXPECT_LE(port, kLastBoxFacingPort);
}

TEST_F(BoxFacingTest, L2_a_port_that_another_program_has_is_skipped) {
  const Peer by_udp = Peer::udp({kFacing, kFirstBoxFacingPort + 100});
  const Peer by_tcp = Peer::listening({kFacing, kFirstBoxFacingPort + 101});
  ASSERT_TRUE(by_udp.is_open() && by_tcp.is_open());
  auto ports = from(100);
  EXPECT_EQ(port_of(ports.open(kFacing)), kFirstBoxFacingPort + 102);
}

TEST_F(BoxFacingTest, when_many_are_taken_the_kernel_chooses) {
  std::vector<Peer> others;
  for (std::uint16_t i = 0; i < 64; ++i)
    others.push_back(Peer::udp({kFacing, static_cast<std::uint16_t>(kFirstBoxFacingPort + 200 + i)}));
  auto ports = from(200);
  const std::uint16_t port = port_of(ports.open(kFacing));
  EXPECT_NE(port, 0);
  EXPECT_TRUE(port < kFirstBoxFacingPort || port > kLastBoxFacingPort) << port;
}

TEST_F(BoxFacingTest, an_address_that_is_not_ours_is_an_error_at_once) {
  auto ports = from(0);
  const auto opened = ports.open(IpAddress::v4(192, 0, 2, 77));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().number, EADDRNOTAVAIL);
}

}  // namespace
}  // namespace fapfon::test
