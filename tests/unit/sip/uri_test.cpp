// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/uri.hpp"

#include <gtest/gtest.h>

namespace fapfon::sip {
namespace {

TEST(Uri, a_sip_uri_is_taken_apart) {
  const auto uri = parse_uri("sip:anna:pw@10.81.179.54:61211;transport=TCP;ob?subject=x");
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->scheme, Scheme::sip);
  EXPECT_EQ(uri->user, "anna:pw");
  EXPECT_EQ(uri->host_port.whole, "10.81.179.54:61211");
  EXPECT_EQ(uri->params, ";transport=TCP;ob");
  EXPECT_EQ(uri->headers, "?subject=x");
  EXPECT_EQ(uri->transport(), "TCP");
}

TEST(Uri, the_scheme_has_any_case) {
  EXPECT_EQ(parse_uri("SIP:a@b")->scheme, Scheme::sip);
  EXPECT_EQ(parse_uri("Sips:a@b")->scheme, Scheme::sips);
}

TEST(Uri, the_port_follows_from_the_scheme) {
  EXPECT_EQ(parse_uri("sip:b")->port(), 5060);
  EXPECT_EQ(parse_uri("sips:b")->port(), 5061);
  EXPECT_EQ(parse_uri("sips:b:5060")->port(), 5060);
}

TEST(Uri, the_user_may_hold_what_ends_a_host) {
  const auto uri = parse_uri("sip:a;b?c/d:e@host");
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->user, "a;b?c/d:e");
  EXPECT_EQ(uri->host_port.host, "host");
  EXPECT_TRUE(uri->params.empty());
}

TEST(Uri, an_account_may_be_an_e_mail_address) {
  const auto uri = parse_uri("sip:anna@example.com@fritz.box");
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->user, "anna@example.com");
  EXPECT_EQ(uri->host_port.host, "fritz.box");
}

TEST(Uri, without_a_user_the_user_is_empty) {
  EXPECT_TRUE(parse_uri("sip:fritz.box;lr")->user.empty());
}

TEST(Uri, any_other_scheme_is_only_known_as_other) {
  const auto uri = parse_uri("tel:+4930123456");
  ASSERT_TRUE(uri);
  EXPECT_FALSE(uri->is_sip());
}

TEST(Uri, without_a_scheme_or_a_host_it_is_none) {
  for (const ByteView text :
       {"", "*", ":", "sip:", "sip:@", "sip:a@", "sip:a@:5060", "sip:a@b:x", "s ip:a@b", "fritz.box"})
    EXPECT_FALSE(parse_uri(text)) << text;
}

TEST(Uri, users_are_compared_without_their_escapes) {
  EXPECT_TRUE(same_user("", ""));
  EXPECT_TRUE(same_user("a%6Ena", "a%6ena"));
  EXPECT_TRUE(same_user("%61nna", "anna"));
  EXPECT_TRUE(same_user("**610", "%2a%2A610"));
  EXPECT_FALSE(same_user("anna", "Anna"));
  EXPECT_FALSE(same_user("anna", "anna%"));
  EXPECT_FALSE(same_user("anna", "ann"));
}

TEST(Uri, what_is_not_an_escape_stands_for_itself) {
  EXPECT_TRUE(same_user("50%", "50%"));
  EXPECT_TRUE(same_user("%4x", "%4x"));
  EXPECT_FALSE(same_user("%4", "@"));
}

}  // namespace
}  // namespace fapfon::sip
