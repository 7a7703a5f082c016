// SPDX-License-Identifier: GPL-2.0-or-later
#include "nat/conntrack.hpp"

#include <gtest/gtest.h>

#include "unit/nat/nat_support.hpp"

namespace fapfon::nat {
namespace {

std::string joined(const std::vector<std::string>& arguments) {
  std::string line = "conntrack";
  for (const std::string& argument : arguments) line.append(" ").append(argument);
  return line;
}

Interception both_families() {
  Interception interception = seed();
  interception.vpn = ranges({"172.20.11.0/24", "fd20::/64"});
  interception.boxes.push_back(address("[fd00::1]:5060"));
  interception.local_ip6 = address("[fd00::2]:1").ip;
  return interception;
}

TEST(ConntrackQueries, name_each_range_with_each_Box_address_of_its_family) {
  std::vector<std::string> lines;
  for (const auto& query : conntrack_queries(family_parts(both_families()))) lines.push_back(joined(query));
  EXPECT_EQ(lines, (std::vector<std::string>{
                       "conntrack -L -f ipv4 -p udp -s 172.20.11.0/24 -d 172.30.10.1 --dport 5060",
                       "conntrack -L -f ipv4 -p tcp -s 172.20.11.0/24 -d 172.30.10.1 --dport 5060",
                       "conntrack -L -f ipv6 -p udp -s fd20::/64 -d fd00::1 --dport 5060",
                       "conntrack -L -f ipv6 -p tcp -s fd20::/64 -d fd00::1 --dport 5060"}));
}

// As conntrack 1.4.7 prints them.
constexpr const char* kListing =
    "udp      17 29 src=172.20.11.6 dst=172.30.10.1 sport=4711 dport=5060 [UNREPLIED] src=172.30.10.1 "
    "dst=172.20.11.6 sport=5060 dport=4711 mark=0 helper=sip use=1\n"
    "tcp      6 431999 ESTABLISHED src=fd20::6 dst=fd00::1 sport=4712 dport=5060 src=fd00::2 dst=fd20::6 "
    "sport=5062 dport=4712 [ASSURED] mark=0 use=1\n"
    "icmp     1 29 src=172.20.11.6 dst=172.30.10.1 type=8 code=0 id=1 src=172.30.10.1 dst=172.20.11.6 "
    "type=0\n"
    "udp      17 29 src=nonsense\n";

TEST(ConnectionsIn, tell_who_answers_whom) {
  const auto connections = connections_in(kListing);
  ASSERT_EQ(connections.size(), 2U);
  EXPECT_EQ(connections[0].transport, Transport::udp);
  EXPECT_EQ(connections[0].phone, address("172.20.11.6:4711"));
  EXPECT_EQ(connections[0].box, address("172.30.10.1:5060"));
  EXPECT_EQ(connections[0].answers_from, address("172.30.10.1:5060"));
  EXPECT_EQ(connections[1].transport, Transport::tcp);
  EXPECT_EQ(connections[1].phone, address("[fd20::6]:4712"));
  EXPECT_EQ(connections[1].answers_from, address("[fd00::2]:5062"));
}

TEST(ConntrackDeletion, names_exactly_one_connection) {
  const auto connections = connections_in(kListing);
  EXPECT_EQ(joined(conntrack_deletion(connections.at(0))),
            "conntrack -D -f ipv4 -p udp -s 172.20.11.6 -d 172.30.10.1 --sport 4711 --dport 5060");
  EXPECT_EQ(joined(conntrack_deletion(connections.at(1))),
            "conntrack -D -f ipv6 -p tcp -s fd20::6 -d fd00::1 --sport 4712 --dport 5060");
}

/// A UDP connection with the Box.
Connection from(const char* phone, const char* answers_from) {
  return {Transport::udp, address(phone), address("172.30.10.1:5060"), address(answers_from)};
}

TEST(RightPath, of_a_phone_in_the_VPN_leads_to_us) {
  EXPECT_TRUE(is_on_right_path(from("172.20.11.6:4711", "172.30.10.2:5060"), seed()));
  EXPECT_FALSE(is_on_right_path(from("172.20.11.6:4711", "172.30.10.1:5060"), seed())) << "to the Box";
  EXPECT_FALSE(is_on_right_path(from("172.20.11.6:4711", "172.30.10.2:6060"), seed())) << "to an old port";
  EXPECT_FALSE(is_on_right_path(from("172.20.11.6:4711", "172.30.10.3:5060"), seed())) << "to somebody else";
}

TEST(RightPath, is_a_port_for_each_transport) {
  Interception interception = seed();
  interception.tcp_port = 5062;
  Connection connection = from("172.20.11.6:4711", "172.30.10.2:5060");
  EXPECT_TRUE(is_on_right_path(connection, interception));
  connection.transport = Transport::tcp;
  EXPECT_FALSE(is_on_right_path(connection, interception));
}

TEST(RightPath, of_a_redirected_phone_leads_to_the_port_on_any_address) {
  Interception interception = seed();
  interception.box_is_here = true;
  interception.udp_port = 6060;
  EXPECT_TRUE(is_on_right_path(from("172.20.11.6:4711", "172.20.11.1:6060"), interception));
  EXPECT_FALSE(is_on_right_path(from("172.20.11.6:4711", "172.30.10.1:5060"), interception));
}

TEST(RightPath, of_all_others_leads_to_the_Box) {
  Interception wide = seed();
  wide.vpn = ranges({"172.16.0.0/12"});
  for (const char* no_phone : {"172.30.10.1:4711", "172.30.10.2:4711", "192.0.2.1:4711"}) {
    EXPECT_TRUE(is_on_right_path(from(no_phone, "172.30.10.1:5060"), wide)) << no_phone;
    EXPECT_FALSE(is_on_right_path(from(no_phone, "172.30.10.2:5060"), wide)) << no_phone;
  }
}

TEST(RightPath, leads_to_the_Box_when_nothing_is_intercepted) {
  EXPECT_TRUE(is_on_right_path(from("172.20.11.6:4711", "172.30.10.1:5060"), {}));
  EXPECT_FALSE(is_on_right_path(from("172.20.11.6:4711", "172.30.10.2:5060"), {}));
}

}  // namespace
}  // namespace fapfon::nat
