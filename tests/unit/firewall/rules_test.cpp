// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall/rules.hpp"

#include <tuple>

#include "unit/firewall/samples.hpp"

namespace fapfon::firewall {
namespace {

TEST(AddressRange, of_a_prefix_has_its_first_and_last_address) {
  const auto ip4 = AddressRange::of(range("172.20.11.77/22"));
  EXPECT_EQ(ip4.first, ip("172.20.8.0"));
  EXPECT_EQ(ip4.last, ip("172.20.11.255"));
  const auto ip6 = AddressRange::of(range("fd00::1/63"));
  EXPECT_EQ(ip6.last, ip("fd00:0:0:1:ffff:ffff:ffff:ffff"));
  EXPECT_TRUE(AddressRange::of(range("0.0.0.0/0")).contains(ip("255.255.255.255")));
  EXPECT_FALSE(AddressRange::of(range("0.0.0.0/0")).contains(ip("::1")));
}

TEST(AddressRange, is_covered_by_the_prefix_that_it_is_made_of) {
  for (const ByteView text : {"172.20.8.0/22", "0.0.0.0/0", "192.0.2.1/32", "fd00::/63", "::/0"}) {
    EXPECT_EQ(AddressRange::of(range(text)).covering(), range(text)) << text;
  }
  EXPECT_EQ((AddressRange{ip("192.0.2.5"), ip("192.0.2.9")}.covering()), range("192.0.2.0/28"));
}

TEST(Chain, of_both_families_sees_both) {
  Chain chain;
  for (const auto& [family, sees_ip4, sees_ip6] :
       {std::tuple{"inet", true, true}, {"ip", true, false}, {"ip6", false, true}}) {
    chain.family = family;
    EXPECT_EQ(chain.sees(Family::ip4), sees_ip4) << family;
    EXPECT_EQ(chain.sees(Family::ip6), sees_ip6) << family;
  }
}

}  // namespace
}  // namespace fapfon::firewall
