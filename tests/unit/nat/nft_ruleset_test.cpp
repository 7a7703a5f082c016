// SPDX-License-Identifier: GPL-2.0-or-later
// Listings as nft 1.0.6 prints them.
#include "nat/nft_listing.hpp"

#include <gtest/gtest.h>

#include "nat/nft_ruleset.hpp"
#include "unit/nat/nat_support.hpp"

namespace fapfon::nat {
namespace {

std::string listing_with(const std::string& fingerprint) {
  return R"(table inet fapfon_proxy {
	set vpn4 {
		type ipv4_addr
		flags interval
		elements = { 10.8.0.0/24, 172.20.11.0/24,
			     172.20.12.6 }
	}

	set box4 {
		type ipv4_addr . inet_service
		elements = { 172.30.10.1 . 5060,
			     172.30.10.9 . 5070 }
	}

	chain intercept {
		type nat hook prerouting priority -110; policy accept;
		ip saddr { 172.30.10.1, 172.30.10.2 } return comment "configuration )" +
         fingerprint + R"("
		ip saddr @vpn4 ip daddr . udp dport @box4 counter packets 7 bytes 99 dnat ip to 172.30.10.2:5060
		ip saddr @vpn4 ip daddr . tcp dport @box4 counter packets 0 bytes 0 dnat ip to 172.30.10.2:5060
	}
}
)";
}

TEST(NftListing, is_current_by_its_fingerprint) {
  EXPECT_TRUE(nft_listing_is_for(listing_with(nft_fingerprint(seed())), seed()));
}

TEST(NftListing, of_another_configuration_is_not_current) {
  Interception other = seed();
  other.vpn.pop_back();
  EXPECT_FALSE(nft_listing_is_for(listing_with(nft_fingerprint(other)), seed()));
}

TEST(NftListing, that_has_lost_a_rule_is_not_current) {
  const std::string whole = listing_with(nft_fingerprint(seed()));
  EXPECT_FALSE(nft_listing_is_for(without(whole, "bytes 0 dnat ip to 172.30.10.2:5060"), seed()));
  EXPECT_FALSE(nft_listing_is_for(without(whole, nft_fingerprint(seed())), seed()));
  EXPECT_FALSE(nft_listing_is_for("", seed()));
}

TEST(NftListing, tells_what_it_intercepts) {
  const auto parts = families_in_nft_listing(listing_with("0"));
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(texts(parts[0].vpn),
            (std::vector<std::string>{"10.8.0.0/24", "172.20.11.0/24", "172.20.12.6/32"}));
  EXPECT_EQ(texts(parts[0].boxes), (std::vector<std::string>{"172.30.10.1:5060", "172.30.10.9:5070"}));
}

TEST(NftListing, that_cannot_be_read_intercepts_nothing) {
  for (const char* text :
       {"", "table inet fapfon_proxy {\n}\n", "set vpn4 {", "set vpn4 { elements = { 1.2.3.4",
        "set vpn4 { elements = { x } set box4 { elements = { 1.2.3.4 . sip } }"}) {
    EXPECT_TRUE(families_in_nft_listing(text).empty()) << text;
  }
}

TEST(NftRuleset, is_read_back_as_what_went_in) {
  Interception interception = seed();
  interception.boxes.push_back(address("[2001:db8::1]:5070"));
  interception.vpn.push_back(Prefix::parse("2001:db8:20::/48").value());
  interception.local_ip6 = address("[2001:db8::2]:1").ip;
  const std::string text = nft_ruleset(interception);
  const auto parts = families_in_nft_listing(text);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(texts(parts[1].vpn), (std::vector<std::string>{"2001:db8:20::/48"}));
  EXPECT_EQ(texts(parts[1].boxes), (std::vector<std::string>{"[2001:db8::1]:5070"}));
  EXPECT_TRUE(nft_listing_is_for(text, interception));
}

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
