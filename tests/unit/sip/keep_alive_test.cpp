// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/keep_alive.hpp"

#include <gtest/gtest.h>

namespace fapfon::sip {
namespace {

std::string binding_request() {
  return std::string("\x00\x01\x00\x00\x21\x12\xa4\x42", 8) + "abcdefghijkl";
}

TEST(KeepAlive, line_ends_nuls_or_nothing_are_one) {
  for (const std::string& text :
       {std::string(), std::string("\r\n"), std::string("\r\n\r\n"), std::string(4, '\0'), std::string("\n")})
    EXPECT_TRUE(is_keep_alive(text));
  EXPECT_FALSE(is_keep_alive("\r\nx"));
  EXPECT_FALSE(is_keep_alive(" "));
}

TEST(KeepAlive, is_taken_off_the_front_of_a_message) {
  EXPECT_EQ(without_keep_alive({"\r\n\0\0INVITE\r\n", 12}), "INVITE\r\n");
  EXPECT_EQ(without_keep_alive("\r\n"), "");
  EXPECT_EQ(without_keep_alive(" \r\n"), " \r\n");
}

TEST(Stun, a_binding_request_is_known_by_type_cookie_and_length) {
  EXPECT_TRUE(is_stun_binding_request(binding_request()));
  std::string text = binding_request();
  EXPECT_FALSE(is_stun_binding_request(ByteView(text).substr(0, 19)));
  text[1] = 2;
  EXPECT_FALSE(is_stun_binding_request(text));
  text = binding_request();
  text[4] = 0;
  EXPECT_FALSE(is_stun_binding_request(text));
  text = binding_request();
  text[3] = 4;
  EXPECT_FALSE(is_stun_binding_request(text)) << "4 bytes of attributes are missing";
  EXPECT_TRUE(is_stun_binding_request(text + "abcd"));
  EXPECT_FALSE(is_stun_binding_request(text + "abcde"));
}

TEST(Stun, the_response_tells_the_observed_address_masked) {
  std::string out;
  append_stun_response(binding_request(), {IpAddress::v4(192, 0, 2, 1), 32853}, out);
  EXPECT_EQ(out, std::string("\x01\x01\x00\x0c\x21\x12\xa4\x42", 8) + "abcdefghijkl" +
                     std::string("\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43", 12));
}

TEST(Stun, an_ipv6_address_is_masked_with_the_transaction_too) {
  std::string out;
  append_stun_response(binding_request(), {*IpAddress::parse("2001:db8::1"), 5060}, out);
  ASSERT_EQ(out.size(), 20U + 4 + 20);
  EXPECT_EQ(out.at(25), '\2');
  EXPECT_EQ(out.substr(28 + 4, 11), "abcdefghijk") << "zeros are masked with the transaction id";
}

}  // namespace
}  // namespace fapfon::sip
