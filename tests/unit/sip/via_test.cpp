// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/via.hpp"

#include <gtest/gtest.h>

namespace fapfon::sip {
namespace {

TEST(Via, the_seeds_via_is_taken_apart) {
  const auto via =
      parse_via("SIP/2.0/TCP 172.20.11.6:61211;rport=43202;branch=z9hG4bK;alias;received=172.30.10.2");
  ASSERT_TRUE(via);
  EXPECT_EQ(via->transport, "TCP");
  EXPECT_EQ(via->sent_by.whole, "172.20.11.6:61211");
  EXPECT_EQ(via->rport->value, "43202");
  EXPECT_EQ(via->received->value, "172.30.10.2");
  EXPECT_EQ(via->branch, "z9hG4bK");
}

TEST(Via, keeps_rport_without_value) {
  const auto via = parse_via("SIP/2.0/UDP host;rport;branch=b");
  ASSERT_TRUE(via);
  ASSERT_TRUE(via->rport);
  EXPECT_FALSE(via->rport->has_value);
}

TEST(Via, blanks_and_folding_may_stand_nearly_everywhere) {
  const auto via = parse_via("SIP / 2.0\r\n / UDP  host : 5070 ; branch = b");
  ASSERT_TRUE(via);
  EXPECT_EQ(via->transport, "UDP");
  EXPECT_EQ(via->sent_by.port, 5070);
  EXPECT_EQ(via->branch, "b");
}

TEST(Via, received_may_be_ipv6_with_or_without_brackets) {
  EXPECT_EQ(parse_via("SIP/2.0/UDP host;received=2001:db8::1;branch=b")->received->value, "2001:db8::1");
  EXPECT_EQ(parse_via("SIP/2.0/UDP host;received=[2001:db8::1];branch=b")->received->value, "[2001:db8::1]");
}

TEST(Via, sent_by_may_be_an_ipv6_reference) {
  EXPECT_EQ(parse_via("SIP/2.0/UDP [2001:db8::1]:5070;branch=b")->sent_by.port, 5070);
}

TEST(Via, a_message_of_rfc_2543_has_no_branch) {
  EXPECT_TRUE(parse_via("SIP/2.0/UDP host")->branch.empty());
}

TEST(Via, what_cannot_be_read_is_none) {
  for (const ByteView text : {"", "SIP/2.0/UDP", "SIP/2.0 host", "SIP/3.0/UDP host", "HTTP/2.0/UDP host",
                              "SIP/2.0/UDP ;branch=b", "SIP/2.0/UDP host;;branch=b", "SIP/2.0/UDP a b"})
    EXPECT_FALSE(parse_via(text)) << text;
}

TEST(Via, of_another_version_or_with_damaged_parameters_it_still_names_its_sender) {
  EXPECT_TRUE(names_sender("SIP/3.0/UDP host;branch=b"));
  EXPECT_TRUE(names_sender("SIP/2.0/UDP host;;branch=b"));
  EXPECT_FALSE(names_sender("SIP/2.0/UDP"));
  EXPECT_FALSE(names_sender(""));
}

}  // namespace
}  // namespace fapfon::sip
