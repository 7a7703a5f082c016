// SPDX-License-Identifier: GPL-2.0-or-later
// From options to what is intercepted (SPEC N1).
#include "app/nat_command.hpp"

#include <gtest/gtest.h>

namespace fapfon::app {
namespace {

IpAddress ip(const char* text) {
  return IpAddress::parse(text).value();
}

box::BoxPlace at(const char* box, const char* local) {
  return {{ip(box), 5060}, ip(local)};
}

options::Options with_vpn(const char* range) {
  options::Options options;
  if (range != nullptr) options.vpn = {Prefix::parse(range).value()};
  return options;
}

TEST(Interception, leads_from_the_vpn_to_the_address_of_this_machine_that_the_box_sees) {
  options::Options options = with_vpn("172.20.11.0/24");
  options.udp_port = 5070;
  const auto made = make_interception(options, {at("172.30.10.1", "172.30.10.2"), at("fd00::1", "fd00::2")});
  ASSERT_TRUE(made) << made.error();
  EXPECT_EQ(made->boxes.size(), 2U);
  EXPECT_EQ(made->vpn.front().to_string(), "172.20.11.0/24");
  EXPECT_EQ(made->local_ip4, ip("172.30.10.2"));
  EXPECT_EQ(made->local_ip6, ip("fd00::2"));
  EXPECT_EQ(made->udp_port, 5070);
  EXPECT_EQ(made->tcp_port, 5060);
  EXPECT_FALSE(made->box_is_here);
}

TEST(Interception, takes_whoever_is_served_when_the_vpn_is_not_named) {
  const auto made = make_interception(with_vpn(nullptr), {at("172.30.10.1", "172.30.10.2")});
  EXPECT_EQ(made.value().vpn.size(), private_ranges().size());
}

TEST(Interception, redirects_when_the_box_is_this_machine) {
  options::Options options = with_vpn("172.20.11.0/24");
  options.udp_port = options.tcp_port = 6060;
  EXPECT_TRUE(make_interception(options, {at("172.30.10.1", "172.30.10.1")}).value().box_is_here);
}

TEST(Interception, on_the_box_needs_a_port_of_its_own) {
  const auto made = make_interception(with_vpn("172.20.11.0/24"), {at("172.30.10.1", "172.30.10.1")});
  ASSERT_FALSE(made);
  EXPECT_EQ(
      made.error(),
      "the FRITZ!Box 172.30.10.1:5060 is this machine itself; write the FRITZ!Box's address into BOX (where "
      "fapfon-proxy runs on the FRITZ!Box: give it a port of its own, SIP_REDIRECT_PORT=6060)");
}

TEST(Interception, on_the_box_must_know_the_vpn_lest_it_takes_the_phones_at_home) {
  options::Options options = with_vpn(nullptr);
  options.udp_port = options.tcp_port = 6060;
  EXPECT_FALSE(make_interception(options, {at("172.30.10.1", "172.30.10.1")}));
}

}  // namespace
}  // namespace fapfon::app
