// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewrite/address_map.hpp"

#include <deque>

#include <gtest/gtest.h>

namespace fapfon::rewrite {
namespace {

class Addresses : public testing::Test {
 protected:
  Addresses() {
    map.observed = {IpAddress::v4(172, 20, 11, 6), 62895};
    map.local = {IpAddress::v4(172, 20, 11, 1), 5060};
    map.box_facing = {IpAddress::v4(172, 30, 10, 2), 43202};
    map.box = {IpAddress::v4(172, 30, 10, 1), 5060};
    map.via_port = 5070;
    for (const char* text : {"sip:anna@10.81.179.54:61211;ob", "sip:anna@phone.local"}) {
      const sip::Uri uri = sip::parse_uri(text).value();
      map.pairs[map.pair_count++] = &pairs.emplace_back(ContactPair::make(uri, to_box_uri(uri, map)));
    }
  }
  bool address(ByteView text) const { return is_phone_address(sip::parse_uri(text).value(), map); }
  bool contact(ByteView text) const { return is_phone_contact(sip::parse_uri(text).value(), map); }

  std::deque<ContactPair> pairs;
  AddressMap map;
};

TEST_F(Addresses, H2_an_advertised_host_and_port_is_the_phone_whatever_the_user) {
  EXPECT_TRUE(address("sip:x@10.81.179.54:61211"));
  EXPECT_TRUE(address("sip:PHONE.local:5060"));
  EXPECT_FALSE(address("sip:10.81.179.54:61212"));
  EXPECT_FALSE(address("sip:10.81.179.54"));
  EXPECT_FALSE(address("sip:10.81.179.55:61211"));
}

TEST_F(Addresses, H2_the_observed_address_is_the_phone_with_its_source_or_via_port) {
  EXPECT_TRUE(address("sip:172.20.11.6:62895"));
  EXPECT_TRUE(address("sip:172.20.11.6:5070"));
  EXPECT_FALSE(address("sip:172.20.11.6:61211"));
  EXPECT_FALSE(address("sip:172.20.11.6"));
}

TEST_F(Addresses, H1_an_address_of_ours_with_a_port_of_the_phone_is_its_contact) {
  for (const char* uri :
       {"sip:172.30.10.2:61211", "sip:172.20.11.1:62895", "sip:172.30.10.2:43202", "sip:172.20.11.6:61211"})
    EXPECT_TRUE(contact(uri)) << uri;
  EXPECT_FALSE(contact("sip:172.30.10.2:9"));
  EXPECT_FALSE(address("sip:172.30.10.2:61211"));
}

TEST_F(Addresses, the_box_is_never_the_phone_even_on_one_machine) {
  map.observed.ip = map.local.ip = map.box_facing.ip = map.box.ip;
  map.via_port = map.box.port;
  EXPECT_FALSE(address("sip:172.30.10.1"));
  EXPECT_FALSE(contact("sip:172.30.10.1:5060"));
}

TEST_F(Addresses, other_schemes_are_nobodys_address) {
  EXPECT_FALSE(address("tel:+49"));
  EXPECT_FALSE(contact("tel:+49"));
}

TEST_F(Addresses, the_box_facing_address_is_known_by_host_and_port) {
  EXPECT_TRUE(is_box_facing(*sip::parse_uri("sip:x@172.30.10.2:43202;a"), map));
  EXPECT_FALSE(is_box_facing(*sip::parse_uri("sip:x@172.30.10.2"), map));
}

TEST_F(Addresses, a_pair_is_found_by_its_phone_uri_byte_for_byte_only) {
  EXPECT_EQ(find_by_phone_uri("sip:anna@10.81.179.54:61211;ob", map), map.pairs[0]);
  EXPECT_EQ(find_by_phone_uri("sip:anna@10.81.179.54:61211", map), nullptr);
}

}  // namespace
}  // namespace fapfon::rewrite
