// SPDX-License-Identifier: GPL-2.0-or-later
// The fingerprint; whole pages of rules: tests/golden/nat.
#include "nat/nft_ruleset.hpp"

#include <gtest/gtest.h>

#include "unit/nat/nat_support.hpp"

namespace fapfon::nat {
namespace {

std::string fingerprint_after(void (*change)(Interception&)) {
  Interception interception = seed();
  change(interception);
  return nft_fingerprint(interception);
}

TEST(NftFingerprint, changes_with_each_part_of_the_interception) {
  const std::string before = nft_fingerprint(seed());
  EXPECT_EQ(before, fingerprint_after([](Interception&) {}));
  EXPECT_NE(before, fingerprint_after([](Interception& i) { i.boxes[0].port = 5070; }));
  EXPECT_NE(before, fingerprint_after([](Interception& i) { i.vpn.pop_back(); }));
  EXPECT_NE(before, fingerprint_after([](Interception& i) { i.local_ip4 = address("172.30.10.3:1").ip; }));
  EXPECT_NE(before, fingerprint_after([](Interception& i) { i.udp_port = 5061; }));
  EXPECT_NE(before, fingerprint_after([](Interception& i) { i.tcp_port = 5061; }));
  EXPECT_NE(before, fingerprint_after([](Interception& i) { i.box_is_here = true; }));
}

}  // namespace
}  // namespace fapfon::nat
