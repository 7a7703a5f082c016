// SPDX-License-Identifier: GPL-2.0-or-later
#include "nat/conntrack.hpp"

#include <gtest/gtest.h>

#include "unit/nat/nat_support.hpp"

namespace fapfon::nat {
namespace {

std::vector<std::string> lines(const Interception& interception, Connections which) {
  std::vector<std::string> all;
  for (const auto& arguments : conntrack_deletions(family_parts(interception), which)) {
    std::string line = "conntrack";
    for (const std::string& argument : arguments) line.append(" ").append(argument);
    all.push_back(line);
  }
  return all;
}

Interception one_range() {
  Interception interception = seed();
  interception.vpn.pop_back();
  return interception;
}

TEST(ConntrackDeletions, select_what_still_goes_to_the_Box_itself) {
  EXPECT_EQ(lines(one_range(), Connections::not_translated),
            (std::vector<std::string>{
                "conntrack -D -f ipv4 -p udp -s 172.20.11.0/24 -d 172.30.10.1 --dport 5060 -r 172.30.10.1",
                "conntrack -D -f ipv4 -p tcp -s 172.20.11.0/24 -d 172.30.10.1 --dport 5060 -r 172.30.10.1"}));
}

TEST(ConntrackDeletions, select_what_is_translated) {
  EXPECT_EQ(lines(one_range(), Connections::translated).at(0),
            "conntrack -D -f ipv4 -p udp -s 172.20.11.0/24 -d 172.30.10.1 --dport 5060 --dst-nat");
}

TEST(ConntrackDeletions, name_each_range_and_Box_address_of_both_families) {
  Interception interception = seed();
  interception.boxes.push_back(address("[fd00::1]:5060"));
  interception.vpn.push_back(Prefix::parse("fd20::/64").value());
  interception.local_ip6 = address("[fd00::2]:1").ip;
  const auto all = lines(interception, Connections::all);
  EXPECT_EQ(all.size(), 6U);
  EXPECT_EQ(all.back(), "conntrack -D -f ipv6 -p tcp -s fd20::/64 -d fd00::1 --dport 5060");
}

}  // namespace
}  // namespace fapfon::nat
