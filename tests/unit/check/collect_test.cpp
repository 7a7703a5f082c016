// SPDX-License-Identifier: GPL-2.0-or-later
// The small texts that it reads; with the real host: tests/lab.
#include "check/collect.hpp"

#include "home.hpp"

namespace fapfon::check {
namespace {

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

std::string without_interface(std::initializer_list<const char*> words) {
  std::string command_line;
  for (const char* word : words) command_line.append(word).push_back('\0');
  return vpn_without_interface(command_line);
}

TEST(VpnWithoutInterface, is_known_by_its_command_line) {
  EXPECT_EQ(without_interface({"/usr/sbin/tailscaled", "--tun=userspace-networking"}), "Tailscale");
  EXPECT_EQ(without_interface({"tailscaled", "--port=41641", "--tun", "userspace-networking"}), "Tailscale");
  EXPECT_EQ(without_interface({"tailscaled", "-tun=userspace-networking"}), "Tailscale");
  EXPECT_EQ(without_interface({"/usr/bin/wireproxy", "-c", "/etc/wireproxy.conf"}), "wireproxy");
}

TEST(VpnWithoutInterface, is_not_any_other_process) {
  EXPECT_EQ(without_interface({"/usr/sbin/tailscaled", "--tun=tailscale0"}), "");
  EXPECT_EQ(without_interface({"/usr/sbin/tailscaled", "--tun=tailscale0,userspace-networking"}), "");
  EXPECT_EQ(without_interface({"grep", "--tun=userspace-networking"}), "");
  EXPECT_EQ(without_interface({}), "");
}

}  // namespace
}  // namespace fapfon::check
