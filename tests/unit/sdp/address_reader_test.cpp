// SPDX-License-Identifier: GPL-2.0-or-later
#include "sdp/address_reader.hpp"

#include <gtest/gtest.h>

namespace fapfon::sdp {
namespace {

std::vector<std::string> addresses(ByteView session) {
  std::vector<std::string> all;
  AddressReader reader(session);
  while (const auto address = reader.next()) {
    EXPECT_TRUE(lies_in(address->text, session));
    all.emplace_back(address->text);
  }
  return all;
}

using List = std::vector<std::string>;

TEST(SdpAddresses, every_place_of_S2_is_read) {
  EXPECT_EQ(addresses("v=0\r\n"
                      "o=- 1 1 IN IP4 192.0.2.1\r\n"
                      "c=IN IP4 192.0.2.2\r\n"
                      "m=audio 4000 RTP/AVP 8\r\n"
                      "c=IN IP6 2001:db8::3\r\n"
                      "a=rtcp:4001 IN IP4 192.0.2.4\r\n"
                      "a=candidate:1 1 UDP 1 192.0.2.5 4000 typ srflx raddr 192.0.2.6 rport 4000\r\n"),
            (List{"192.0.2.1", "192.0.2.2", "2001:db8::3", "192.0.2.4", "192.0.2.5", "192.0.2.6"}));
}

TEST(SdpAddresses, the_last_line_needs_no_line_end_and_lines_may_end_with_lf) {
  EXPECT_EQ(addresses("o=- 1 1 IN IP4 192.0.2.1\nc=IN IP4 192.0.2.2"), (List{"192.0.2.1", "192.0.2.2"}));
}

TEST(SdpAddresses, a_ttl_does_not_belong_to_the_address) {
  EXPECT_EQ(addresses("c=IN IP4 224.2.1.1/127/3\r\n"), List{"224.2.1.1"});
}

TEST(SdpAddresses, host_names_and_the_short_form_of_rtcp_are_passed_over) {
  EXPECT_TRUE(addresses("o=- 1 1 IN IP4 phone.local\r\nc=IN IP4 phone.local\r\na=rtcp:7079\r\n").empty());
}

TEST(SdpAddresses, a_candidate_with_a_host_name_still_tells_its_related_address) {
  EXPECT_EQ(addresses("a=candidate:1 1 UDP 1 x.local 9 typ srflx raddr 192.0.2.6 rport 9\r\n"),
            List{"192.0.2.6"});
}

TEST(SdpAddresses, addresses_elsewhere_are_not_read) {
  EXPECT_TRUE(
      addresses("s=192.0.2.1\r\ni=c=IN IP4 192.0.2.1\r\na=x:IN IP4 192.0.2.1\r\nb=AS:64\r\n").empty());
}

TEST(SdpAddresses, lines_that_end_too_early_are_passed_over) {
  EXPECT_TRUE(
      addresses("o=\r\nc=\r\nc=IN\r\nc=IN IP4\r\nc=IN IP4 \r\na=rtcp:\r\na=candidate:\r\no=- 1 1 IN IP4")
          .empty());
  EXPECT_TRUE(addresses("").empty());
}

TEST(SdpAddresses, several_blanks_count_as_one) {
  EXPECT_EQ(addresses("c=IN  IP4   192.0.2.1\r\n"), List{"192.0.2.1"});
}

TEST(SdpAddresses, S2_an_origin_is_read_from_its_end_for_user_names_with_spaces) {
  EXPECT_EQ(addresses("o=Max Muster 1 1 IN IP4 192.0.2.1\r\n"), List{"192.0.2.1"});
  EXPECT_EQ(addresses("o=IN IP4 203.0.113.9 1 1 IN IP4 192.0.2.1\r\n"), List{"192.0.2.1"});
  EXPECT_EQ(addresses("o= 1 1 IN IP6 2001:db8::1\r\n"), List{"2001:db8::1"}) << "no user name";
  EXPECT_EQ(addresses("o=  Max  Muster 1  1 IN  IP4  192.0.2.1  \r\n"), List{"192.0.2.1"});
}

TEST(SdpAddresses, what_follows_the_address_of_an_origin_does_not_hide_it) {
  EXPECT_EQ(addresses("o=- 1 1 IN IP4 192.0.2.1 x\r\n"), List{"192.0.2.1"});
}

TEST(SdpAddresses, an_address_with_leading_zeros_is_decimal_and_what_only_looks_like_one_is_a_name) {
  AddressReader reader("c=IN IP4 010.081.179.054\r\n");
  const auto address = reader.next();
  ASSERT_TRUE(address);
  EXPECT_EQ(address->ip, IpAddress::v4(10, 81, 179, 54));
  EXPECT_EQ(address->text, "010.081.179.054");
  for (const char* text :
       {"c=IN IP4 010.081.179", "c=IN IP4 010.081.179.054.1", "c=IN IP4 010.081.179.256", "c=IN IP4 01..2.3"})
    EXPECT_TRUE(addresses(text).empty()) << text;
}

TEST(SdpAddresses, tabs_count_as_spaces) {
  EXPECT_EQ(addresses("o=-\t1\t1\tIN\tIP4\t192.0.2.1\t\r\nc=IN\tIP4\t192.0.2.2\r\n"),
            (List{"192.0.2.1", "192.0.2.2"}));
}

TEST(SdpAddresses, spaces_nuls_and_a_second_cr_before_a_line_end_do_not_count) {
  EXPECT_EQ(
      addresses("o=- 1 1 IN IP4 192.0.2.1 \r\nc=IN IP4 192.0.2.2/127 \r\r\na=rtcp:4001 IN IP4 192.0.2.3  \n"),
      (List{"192.0.2.1", "192.0.2.2", "192.0.2.3"}));
  EXPECT_EQ(addresses({"c=IN IP4 192.0.2.1\0", 19}), List{"192.0.2.1"});
}

}  // namespace
}  // namespace fapfon::sdp
