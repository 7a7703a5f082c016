// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/listening_sockets.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "net/fd.hpp"
#include "net/socket.hpp"

namespace fapfon::check {
namespace {

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

}  // namespace
}  // namespace fapfon::check
