// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/phone_side.hpp"

#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "integration/peer.hpp"
#include "net/interfaces.hpp"
#include "net/loop.hpp"

namespace fapfon::test {
namespace {

const IpAddress kSelf = IpAddress::v4(127, 0, 0, 1);

class PhoneSideTest : public testing::Test, protected app::PhoneSide::Owner {
 protected:
  void open(app::PhoneSide::Ports ports = {0, 0}) {
    auto opened = app::PhoneSide::open(loop, ports, allowed, *this);
    if (opened) side = std::move(*opened);
    error = opened ? "" : opened.error();
  }
  bool run_until(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!done() && std::chrono::steady_clock::now() < deadline) {
      loop.run_one_batch(5ms);
      if (side != nullptr) refused += side->take_refused_count();
    }
    return done();
  }
  SocketAddress udp() const { return {kSelf, side->ports().udp}; }
  SocketAddress tcp() const { return {kSelf, side->ports().tcp}; }

  void phone_datagram(const SocketAddress& local, const SocketAddress& remote, ByteView bytes) override {
    datagrams.emplace_back(bytes);
    came_to = local;
    came_from = remote;
  }
  void phone_accepted(net::Fd connection, const SocketAddress& remote) override {
    connections.push_back(std::move(connection));
    came_from = remote;
  }
  void phone_accept_paused(const net::SystemError& /*cause*/) override { ++pauses; }

  net::Loop loop;
  std::vector<Prefix> allowed{{IpAddress::v4(127, 0, 0, 0), 8}};
  std::unique_ptr<app::PhoneSide> side;
  std::string error;
  std::vector<std::string> datagrams;
  std::vector<net::Fd> connections;
  SocketAddress came_to;
  SocketAddress came_from;
  std::size_t refused = 0;
  int pauses = 0;
};

TEST_F(PhoneSideTest, port_0_is_one_free_port_for_both_transports) {
  open();
  ASSERT_NE(side, nullptr) << error;
  EXPECT_NE(side->ports().udp, 0);
  EXPECT_EQ(side->ports().udp, side->ports().tcp);
}

TEST_F(PhoneSideTest, a_datagram_comes_with_both_addresses_and_is_answered_from_where_it_came_to) {
  open();
  Peer phone = Peer::udp({kSelf, 0});
  const SocketAddress other_address{IpAddress::v4(127, 0, 0, 5), side->ports().udp};
  phone.send_to(other_address, "hello");
  ASSERT_TRUE(run_until([&] { return !datagrams.empty(); }));
  EXPECT_EQ(datagrams[0], "hello");
  EXPECT_EQ(came_to, other_address);
  EXPECT_EQ(came_from, phone.local());
  side->send(came_to, came_from, "welcome");
  side->flush();
  EXPECT_EQ(phone.datagram(), "welcome");
  EXPECT_EQ(phone.source(), other_address);
}

TEST_F(PhoneSideTest, a_connection_is_handed_over) {
  open();
  const Peer phone = Peer::connected(tcp());
  ASSERT_TRUE(run_until([&] { return !connections.empty(); }));
  EXPECT_EQ(came_from, phone.local());
}

/// One of this machine's addresses that is not on the loopback, from which everybody is served; none without
/// any.
IpAddress other_address_of_ours() {
  for (const net::Interface& interface : net::interfaces_of_this_machine()) {
    for (const Prefix& address : interface.addresses) {
      if (address.base.is_v4() && !address.base.is_loopback()) return address.base;
    }
  }
  return {};
}

TEST_F(PhoneSideTest, N4_who_is_not_served_gets_nothing_and_is_counted) {
  const IpAddress elsewhere = other_address_of_ours();
  if (!elsewhere) GTEST_SKIP() << "this machine has only the loopback";
  allowed = {{IpAddress::v4(203, 0, 113, 0), 24}};
  open();
  const Peer stranger = Peer::udp({elsewhere, 0});
  stranger.send_to(udp(), "hello");
  Peer connection = Peer::dialling(tcp(), {elsewhere, 0});
  ASSERT_TRUE(run_until([&] { return refused == 2; })) << refused;
  EXPECT_TRUE(datagrams.empty());
  EXPECT_TRUE(connections.empty());
  EXPECT_TRUE(connection.wait_for_close());
  EXPECT_EQ(side->take_refused_count(), 0U) << "counted once";
}

TEST_F(PhoneSideTest, a_udp_port_in_use_is_named_with_a_way_out) {
  const Peer other = Peer::udp({IpAddress::v4(0, 0, 0, 0), 0});
  open({other.local().port, 0});
  EXPECT_EQ(side, nullptr);
  for (const std::string& part : {"UDP port " + std::to_string(other.local().port), std::string("ss -ulnp"),
                                  std::string("--udp-port")}) {
    EXPECT_NE(error.find(part), std::string::npos) << error;
  }
}

TEST_F(PhoneSideTest, a_tcp_port_in_use_is_named_with_a_way_out) {
  const Peer other = Peer::listening({IpAddress::v4(0, 0, 0, 0), 0});
  open({0, other.local().port});
  EXPECT_EQ(side, nullptr);
  for (const std::string& part : {"TCP port " + std::to_string(other.local().port), std::string("ss -tlnp"),
                                  std::string("--tcp-port")}) {
    EXPECT_NE(error.find(part), std::string::npos) << error;
  }
}

}  // namespace
}  // namespace fapfon::test
