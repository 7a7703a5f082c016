// SPDX-License-Identifier: GPL-2.0-or-later
// SIP leaves marked CS3 (SPEC M2), on both sides and by both transports: told by what arrives, and where the
// kernel does not tell that, by the socket.
#include <cstring>

#include <gtest/gtest.h>

#include "integration/child.hpp"
#include "integration/peer.hpp"
#include "net/loop.hpp"
#include "net/tcp_connection.hpp"
#include "net/tcp_listener.hpp"
#include "net/udp_socket.hpp"

namespace fapfon::test {
namespace {

/// The octet of IP: CS3 is 24, in front of two bits for ECN.
constexpr int kCs3Octet = 0x60;

const SocketAddress kAnyPort{IpAddress::v4(127, 0, 0, 1), 0};
const SocketAddress kAnyPort6{IpAddress::parse("::1").value(), 0};

/// The DSCP octet among the control messages; -1 when there is none.
int octet_in(msghdr& header) {
  for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr; item = CMSG_NXTHDR(&header, item)) {
    const bool is_ip4 = item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_TOS;
    const bool is_ip6 = item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_TCLASS;
    if (is_ip4) return *CMSG_DATA(item);
    int octet = -1;
    if (is_ip6) std::memcpy(&octet, CMSG_DATA(item), sizeof octet);
    if (is_ip6) return octet;
  }
  return -1;
}

void ask_for_octets(const Peer& peer) {
  const bool is_v6 = peer.local().ip.is_v6();
  net::set_option(peer.fd(), is_v6 ? IPPROTO_IPV6 : IPPROTO_IP, is_v6 ? IPV6_RECVTCLASS : IP_RECVTOS, 1);
}

struct Marked {
  int octet = -1;
  SocketAddress source;
  std::string bytes;
};

/// The next datagram with its octet.
Marked next_datagram(const Peer& peer) {
  Marked marked;
  if (!peer.wait(POLLIN)) return marked;
  char bytes[4096];
  alignas(cmsghdr) char control[128];
  sockaddr_storage source{};
  iovec buffer{bytes, sizeof bytes};
  msghdr header{};
  header.msg_name = &source;
  header.msg_namelen = sizeof source;
  header.msg_iov = &buffer;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  const ssize_t count = ::recvmsg(peer.fd().number(), &header, 0);
  if (count < 0) return marked;
  return {octet_in(header), SocketAddress::from(source), {bytes, static_cast<std::size_t>(count)}};
}

int option_of(const net::Fd& fd, int level, int name) {
  int value = -1;
  socklen_t length = sizeof value;
  ::getsockopt(fd.number(), level, name, &value, &length);
  return value;
}

/// Of the first packets of a connection that `peer` accepted.
int octet_of_stream(const Peer& peer) {
  ask_for_octets(peer);
  alignas(cmsghdr) char control[128];
  socklen_t length = sizeof control;
  if (::getsockopt(peer.fd().number(), IPPROTO_IP, IP_PKTOPTIONS, control, &length) != 0) return -1;
  msghdr header{};
  header.msg_control = control;
  header.msg_controllen = length;
  return octet_in(header);
}

struct Nobody : net::UdpSocket::Owner, net::TcpConnection::Owner, net::TcpListener::Owner {
  void udp_datagram(net::UdpSocket&, const SocketAddress&, const SocketAddress&, ByteView) override {}
  void udp_unreachable(net::UdpSocket&, const SocketAddress&, ByteView, const net::SystemError&) override {}
  void tcp_connected(net::TcpConnection&) override {}
  void tcp_connect_failed(net::TcpConnection&, ByteView, ByteView) override {}
  void tcp_bytes(net::TcpConnection&, ByteView) override {}
  void tcp_closed(net::TcpConnection&, ByteView) override {}
  void tcp_accepted(net::TcpListener&, net::Fd, const SocketAddress&) override {}
  void tcp_accept_paused(net::TcpListener&, const net::SystemError&) override {}
};

TEST(Dscp, of_sip_by_udp_is_cs3_on_both_sides) {
  const Peer box = Peer::udp(kAnyPort);
  const Peer phone = Peer::udp(kAnyPort);
  ask_for_octets(box);
  ask_for_octets(phone);
  const Program program{box.local()};
  phone.send_to(program.sip, register_request("alice", Transport::udp));
  const Marked request = next_datagram(box);
  EXPECT_EQ(request.octet, kCs3Octet);
  box.send_to(request.source, answer_to(request.bytes));
  const Marked answer = next_datagram(phone);
  EXPECT_EQ(answer.bytes.rfind("SIP/2.0 200", 0), 0U);
  EXPECT_EQ(answer.octet, kCs3Octet);
}

TEST(Dscp, of_a_connection_to_the_box_is_cs3) {
  Peer listener = Peer::listening(kAnyPort);
  net::Loop loop;
  net::BufferBudget budget;
  Nobody nobody;
  const auto connection = net::TcpConnection::dial(loop, budget, kAnyPort, listener.local(), nobody);
  const auto accepted = listener.accept();
  ASSERT_TRUE(accepted);
  EXPECT_EQ(octet_of_stream(*accepted), kCs3Octet);
}

TEST(Dscp, of_an_accepted_connection_is_cs3) {
  net::Loop loop;
  net::BufferBudget budget;
  Nobody nobody;
  for (const SocketAddress& any : {kAnyPort, kAnyPort6}) {
    Peer listener = Peer::listening(any);
    if (!listener.is_open()) GTEST_SKIP() << "no IPv6 here";
    const Peer phone = Peer::connected(listener.local());
    const auto accepted = listener.accept();
    ASSERT_TRUE(accepted);
    const auto connection = net::TcpConnection::accepted(
        loop, budget, net::Fd{::dup(accepted->fd().number())}, net::TcpConnection::Ending::orderly, nobody);
    EXPECT_EQ(any.ip.is_v6() ? option_of(accepted->fd(), IPPROTO_IPV6, IPV6_TCLASS)
                             : option_of(accepted->fd(), IPPROTO_IP, IP_TOS),
              kCs3Octet);
  }
}

TEST(Dscp, of_udp_on_ip6_is_cs3_for_phones_and_box) {
  net::Loop loop;
  Nobody nobody;
  const Peer peer = Peer::udp(kAnyPort6);
  if (!peer.is_open()) GTEST_SKIP() << "no IPv6 here";
  ask_for_octets(peer);
  using Kind = net::UdpSocket::Kind;
  const auto shared =
      net::UdpSocket::open(loop, Kind::shared, {net::wildcard(Family::ip6), 0}, nobody).value();
  const auto facing = net::UdpSocket::open(loop, Kind::box_facing, kAnyPort6, nobody).value();
  shared->queue(peer.local(), kAnyPort6.ip, "to the phone");
  shared->flush();
  EXPECT_EQ(next_datagram(peer).octet, kCs3Octet);
  facing->send(peer.local(), "to the Box");
  EXPECT_EQ(next_datagram(peer).octet, kCs3Octet);
}

}  // namespace
}  // namespace fapfon::test
