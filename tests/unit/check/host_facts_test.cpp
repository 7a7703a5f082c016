// SPDX-License-Identifier: GPL-2.0-or-later
// What the host tells: interfaces, sockets, programs, and the small texts that collect.cpp reads.
#include <arpa/inet.h>
#include <sys/socket.h>

#include "base/time.hpp"
#include "check/collect.hpp"
#include "check/listening_sockets.hpp"
#include "check/networks.hpp"
#include "home.hpp"
#include "net/fd.hpp"
#include "net/socket.hpp"

namespace fapfon::check {
namespace {

using namespace std::chrono_literals;

TEST(Interfaces, mask_and_sample_of_an_address) {
  EXPECT_EQ(ip4_mask(24), "255.255.255.0");
  EXPECT_EQ(ip4_mask(20), "255.255.240.0");
  EXPECT_EQ(ip4_mask(0), "0.0.0.0");
  EXPECT_EQ(sample_of(range("172.20.11.0/24")), ip("172.20.11.254"));
  EXPECT_EQ(sample_of(range("172.20.11.0/24"), ip("172.20.11.254")), ip("172.20.11.253"));
  EXPECT_EQ(sample_of(range("10.8.0.1/32"), ip("10.8.0.1")), ip("10.8.0.1"));
  EXPECT_EQ(sample_of(range("fd00::/64")), ip("fd00::ffff:ffff:ffff:fffe"));
}

TEST(Interfaces, of_this_machine_are_without_loopback) {
  for (const Interface& interface : net::interfaces_of_this_machine()) {
    EXPECT_NE(interface.name, "lo");
    EXPECT_GT(interface.mtu_bytes, 0U) << interface.name;
  }
}

constexpr ByteView kTcpTable =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    "   0: 00000000:13C4 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 "
    "100\n"
    "   1: 020A1EAC:13C4 060B14AC:E5A3 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 "
    "100\n";

TEST(ListeningSockets, of_tcp_are_those_that_listen) {
  EXPECT_EQ(read_listening_sockets(kTcpTable, Transport::tcp),
            (std::vector<ListeningSocket>{{Transport::tcp, 5060, 4711}}));
}

TEST(ListeningSockets, in_odd_lines_are_none) {
  EXPECT_TRUE(read_listening_sockets("", Transport::udp).empty());
  EXPECT_TRUE(
      read_listening_sockets("a b c d e f g h i j\n1: x:y z:1 0A 0 0 0 0 0 7\n", Transport::tcp).empty());
}

TEST(PortHolders, have_names_that_cannot_control_a_terminal) {
  EXPECT_EQ(shown_name("fapfon-proxy\n"), "fapfon-proxy");
  EXPECT_EQ(shown_name("\x1b[2Jx\xc2\x9b\ny\n"), "?[2Jx???y");
  EXPECT_EQ(shown_name(""), "");
}

TEST(PortHolders, of_a_socket_of_ours_are_this_process) {
  auto socket = net::open_socket(IpAddress::v4(127, 0, 0, 1), SOCK_DGRAM);
  ASSERT_TRUE(socket);
  ASSERT_TRUE(net::bind_socket(*socket, {IpAddress::v4(127, 0, 0, 1), 0}));
  const std::uint16_t port = net::local_address_of(*socket).port;
  bool is_found = false;
  for (const PortHolder& holder : holders_of(port, 1)) {
    is_found |= holder.transport == Transport::udp && holder.process && holder.process->pid == getpid();
  }
  EXPECT_TRUE(is_found);
}

TEST(Neighbour, is_present_only_when_it_was_heard_just_now) {
  using Neighbour = BoxFacts::Neighbour;
  EXPECT_EQ(read_neighbour(R"([{"dst":"172.30.10.1","confirmed":1,"state":["REACHABLE"]}])"),
            Neighbour::present);
  EXPECT_EQ(read_neighbour(R"([{"dst":"172.30.10.1","confirmed":90,"state":["STALE"]}])"),
            Neighbour::unknown);
  EXPECT_EQ(read_neighbour(R"([{"dst":"172.30.10.1","confirmed":1,"state":["FAILED"]}])"), Neighbour::absent);
  EXPECT_EQ(read_neighbour(R"([{"dst":"172.30.10.1","state":["INCOMPLETE"]}])"), Neighbour::absent);
  EXPECT_EQ(read_neighbour("[]"), Neighbour::unknown);
  EXPECT_EQ(read_neighbour(""), Neighbour::unknown);
}

TEST(SourceCheck, knows_both_ways_in_which_the_kernel_says_no) {
  EXPECT_TRUE(is_dropped_for_source(2, "RTNETLINK answers: Invalid cross-device link\n"));
  EXPECT_TRUE(is_dropped_for_source(2, "RTNETLINK answers: Invalid argument\n"));
  EXPECT_FALSE(is_dropped_for_source(2, "RTNETLINK answers: No route to host\n"));
  EXPECT_FALSE(is_dropped_for_source(0, ""));
}

TEST(HelpedConnections, are_those_of_the_box_with_a_sip_helper) {
  const std::string listing =
      "udp 17 29 src=172.20.11.6 dst=172.30.10.1 sport=5060 dport=5060 helper=sip use=1\n"
      "udp 17 29 src=172.20.11.6 dst=172.30.10.1 sport=5061 dport=5060 helper=tftp use=1\n"
      "udp 17 29 src=172.20.11.6 dst=192.0.2.7 sport=5060 dport=5060 helper=sip use=1\n";
  EXPECT_EQ(helped_connections(listing, ip("172.30.10.1")).size(), 1U);
}

}  // namespace
}  // namespace fapfon::check
