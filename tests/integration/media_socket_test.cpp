// SPDX-License-Identifier: GPL-2.0-or-later
// The sockets of the media relay with a loop in the test itself, against plain sockets on the loopback.
#include <cerrno>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "integration/peer.hpp"
#include "net/loop.hpp"
#include "net/media_socket.hpp"

namespace fapfon::test {
namespace {

using net::MediaSocket;

const SocketAddress kAnyPort{IpAddress::v4(127, 0, 0, 1), 0};
const SocketAddress kAnyPort6{IpAddress::parse("::1").value(), 0};

/// Passes packets on as a table says and remembers what it was shown.
struct Owner : MediaSocket::Owner {
  std::optional<MediaSocket::Hop> media_packet(MediaSocket& socket, const SocketAddress& source,
                                               ByteView bytes) override {
    seen.push_back({socket.tag, source, std::string{bytes}});
    if (on_packet) on_packet();
    const auto hop = hops.find(&socket);
    if (hop == hops.end()) return std::nullopt;
    return hop->second;
  }

  struct Packet {
    std::uint64_t tag;
    SocketAddress source;
    std::string bytes;
  };
  std::vector<Packet> seen;
  std::map<const MediaSocket*, MediaSocket::Hop> hops;
  std::function<void()> on_packet;
};

bool run_until(net::Loop& loop, const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!done() && std::chrono::steady_clock::now() < deadline) loop.run_one_batch(100ms);
  return done();
}

bool run_until_seen(net::Loop& loop, const Owner& owner, std::size_t count) {
  return run_until(loop, [&] { return owner.seen.size() >= count; });
}

std::unique_ptr<MediaSocket> open(net::Loop& loop, Owner& owner, const SocketAddress& local = kAnyPort) {
  auto socket = MediaSocket::open(loop, local, owner);
  return socket ? std::move(*socket) : nullptr;
}

/// The traffic class byte of the next datagram (IP_RECVTOS, IPV6_RECVTCLASS); -1 when none comes.
int traffic_class_of_next(const Peer& peer, int level, int type) {
  if (!peer.wait(POLLIN)) return -1;
  char bytes[16];
  alignas(cmsghdr) char control[64];
  iovec buffer{bytes, sizeof bytes};
  msghdr header{};
  header.msg_iov = &buffer;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  ::recvmsg(peer.fd().number(), &header, 0);
  for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr; item = CMSG_NXTHDR(&header, item)) {
    if (item->cmsg_level != level || item->cmsg_type != type) continue;
    int value = 0;
    std::memcpy(&value, CMSG_DATA(item), item->cmsg_len - CMSG_LEN(0));
    return value;
  }
  return -1;
}

TEST(MediaSocket, passes_a_packet_on_from_the_socket_and_to_the_address_that_its_owner_names) {
  net::Loop loop;
  Owner owner;
  const auto in = open(loop, owner);
  const auto out = open(loop, owner, {IpAddress::v4(127, 0, 0, 2), 0});
  in->tag = 7;
  const Peer phone = Peer::udp(kAnyPort);
  Peer box = Peer::udp(kAnyPort);
  owner.hops[in.get()] = {out.get(), box.local()};

  phone.send_to(in->local(), "sound");
  ASSERT_TRUE(run_until_seen(loop, owner, 1));
  EXPECT_EQ(owner.seen[0].tag, 7U);
  EXPECT_EQ(owner.seen[0].source, phone.local());
  EXPECT_EQ(box.datagram(), "sound");
  EXPECT_EQ(box.source(), out->local());
}

TEST(MediaSocket, leads_from_ip6_to_ip4_and_back) {  // M2
  net::Loop loop;
  Owner owner;
  const auto in = open(loop, owner, kAnyPort6);
  if (!in) GTEST_SKIP() << "no IPv6 here";
  const auto out = open(loop, owner);
  Peer phone = Peer::udp(kAnyPort6);
  Peer box = Peer::udp(kAnyPort);
  owner.hops[in.get()] = {out.get(), box.local()};
  owner.hops[out.get()] = {in.get(), phone.local()};

  phone.send_to(in->local(), "six");
  ASSERT_TRUE(run_until_seen(loop, owner, 1));
  EXPECT_EQ(box.datagram(), "six");
  box.send_to(out->local(), "four");
  ASSERT_TRUE(run_until_seen(loop, owner, 2));
  EXPECT_EQ(phone.datagram(), "four");
  EXPECT_EQ(phone.source(), in->local());
}

TEST(MediaSocket, what_its_owner_does_not_want_reaches_nobody) {
  net::Loop loop;
  Owner owner;
  const auto in = open(loop, owner);
  const auto out = open(loop, owner);
  const Peer stranger = Peer::udp(kAnyPort);
  const Peer phone = Peer::udp(kAnyPort);
  Peer box = Peer::udp(kAnyPort);

  stranger.send_to(in->local(), "noise");
  ASSERT_TRUE(run_until_seen(loop, owner, 1));
  owner.hops[in.get()] = {out.get(), box.local()};
  phone.send_to(in->local(), "sound");
  ASSERT_TRUE(run_until_seen(loop, owner, 2));
  EXPECT_EQ(box.datagram(), "sound");
}

TEST(MediaSocket, keeps_order_and_length_of_all_packets_up_to_the_longest) {
  net::Loop loop;
  Owner owner;
  const auto in = open(loop, owner);
  const auto out = open(loop, owner);
  const Peer phone = Peer::udp(kAnyPort);
  Peer box = Peer::udp(kAnyPort);
  owner.hops[in.get()] = {out.get(), box.local()};
  const std::vector<std::string> packets = {std::string(1, 'a'), std::string(), std::string(172, 'b'),
                                            std::string(1472, 'c'), std::string(20'000, 'd')};
  for (const std::string& packet : packets) phone.send_to(in->local(), packet);
  ASSERT_TRUE(run_until_seen(loop, owner, packets.size()));
  for (const std::string& packet : packets) EXPECT_EQ(box.datagram(), packet);
}

TEST(MediaSocket, marks_its_packets_for_expedited_forwarding) {  // M2
  constexpr int kExpeditedForwarding = 46 << 2;
  net::Loop loop;
  Owner owner;
  const auto in = open(loop, owner);
  const Peer phone = Peer::udp(kAnyPort);
  net::set_option(phone.fd(), IPPROTO_IP, IP_RECVTOS, 1);
  owner.hops[in.get()] = {in.get(), phone.local()};
  phone.send_to(in->local(), "four");
  ASSERT_TRUE(run_until_seen(loop, owner, 1));
  EXPECT_EQ(traffic_class_of_next(phone, IPPROTO_IP, IP_TOS), kExpeditedForwarding);

  const auto in6 = open(loop, owner, kAnyPort6);
  if (!in6) GTEST_SKIP() << "no IPv6 here";
  const Peer phone6 = Peer::udp(kAnyPort6);
  net::set_option(phone6.fd(), IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
  owner.hops[in6.get()] = {in6.get(), phone6.local()};
  phone6.send_to(in6->local(), "six");
  ASSERT_TRUE(run_until_seen(loop, owner, 2));
  EXPECT_EQ(traffic_class_of_next(phone6, IPPROTO_IPV6, IPV6_TCLASS), kExpeditedForwarding);
}

TEST(MediaSocket, shares_its_port_with_nobody) {
  net::Loop loop;
  Owner owner;
  const auto first = open(loop, owner);
  const auto second = MediaSocket::open(loop, first->local(), owner);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().number, EADDRINUSE);
}

TEST(MediaSocket, works_on_when_nobody_listens_where_it_sends) {
  net::Loop loop;
  Owner owner;
  const auto in = open(loop, owner);
  const auto out = open(loop, owner);
  const Peer phone = Peer::udp(kAnyPort);
  Peer box = Peer::udp(kAnyPort);
  Peer closed = Peer::udp(kAnyPort);
  owner.hops[in.get()] = {out.get(), closed.local()};
  closed.close();
  for (int i = 0; i < 3; ++i) phone.send_to(in->local(), "into the void");
  ASSERT_TRUE(run_until_seen(loop, owner, 3));

  owner.hops[in.get()] = {out.get(), box.local()};
  phone.send_to(in->local(), "sound");
  ASSERT_TRUE(run_until_seen(loop, owner, 4));
  EXPECT_EQ(box.datagram(), "sound");
  EXPECT_EQ(out->dropped_count(), 0U);
}

TEST(MediaSocket, counts_what_the_kernel_does_not_take) {
  net::Loop loop;
  Owner owner;
  const auto in = open(loop, owner);
  const auto out = open(loop, owner);
  const Peer phone = Peer::udp(kAnyPort);
  owner.hops[in.get()] = {out.get(), {IpAddress::v4(127, 0, 0, 1), 0}};  // no port: EINVAL
  phone.send_to(in->local(), "sound");
  ASSERT_TRUE(run_until_seen(loop, owner, 1));
  EXPECT_EQ(out->dropped_count(), 1U);
  EXPECT_EQ(in->dropped_count(), 0U);
}

TEST(MediaSocket, under_a_flood_the_others_have_their_turn) {
  constexpr int kFlood = 50;
  net::Loop loop;
  Owner owner;
  const auto flooded = open(loop, owner);
  const auto other = open(loop, owner);
  flooded->tag = 1;
  other->tag = 2;
  const Peer phone = Peer::udp(kAnyPort);
  for (int i = 0; i < kFlood; ++i) phone.send_to(flooded->local(), "flood");
  phone.send_to(other->local(), "sound");
  const auto other_was_seen = [&] { return !owner.seen.empty() && owner.seen.back().tag == 2; };
  ASSERT_TRUE(run_until(loop, other_was_seen));
  EXPECT_LE(owner.seen.size(), 2U);
  ASSERT_TRUE(run_until_seen(loop, owner, kFlood + 1));
}

TEST(MediaSocket, may_be_destroyed_by_its_owner_while_it_shows_a_packet) {
  net::Loop loop;
  Owner owner;
  auto in = open(loop, owner);
  const SocketAddress local = in->local();
  const Peer phone = Peer::udp(kAnyPort);
  owner.on_packet = [&] { in.reset(); };
  phone.send_to(local, "last");
  ASSERT_TRUE(run_until_seen(loop, owner, 1));
  EXPECT_TRUE(open(loop, owner, local)) << "the port is free again";
}

TEST(MediaPair, is_two_neighbours_of_one_address) {
  net::Loop loop;
  Owner owner;
  // The kernel chooses the first port; the next one may be somebody's, then it is asked once more.
  auto pair = open_media_pair(loop, kAnyPort, owner);
  for (int i = 0; !pair && i < 20; ++i) pair = open_media_pair(loop, kAnyPort, owner);
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->rtcp->local().ip, pair->rtp->local().ip);
  EXPECT_EQ(pair->rtcp->local().port, pair->rtp->local().port + 1);
}

TEST(MediaPair, is_both_or_none) {
  net::Loop loop;
  Owner owner;
  auto pair = open_media_pair(loop, kAnyPort, owner);
  for (int i = 0; !pair && i < 20; ++i) pair = open_media_pair(loop, kAnyPort, owner);
  ASSERT_TRUE(pair);
  const SocketAddress rtp = pair->rtp->local();
  pair->rtp.reset();  // RTCP's port is still taken

  const auto again = open_media_pair(loop, rtp, owner);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().number, EADDRINUSE);
  EXPECT_TRUE(open(loop, owner, rtp)) << "the port of RTP was given back";
}

}  // namespace
}  // namespace fapfon::test
