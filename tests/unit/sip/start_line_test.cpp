// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/start_line.hpp"

#include <gtest/gtest.h>

namespace fapfon::sip {
namespace {

ParseError parse(ByteView line, StartLine& start) {
  return parse_start_line(line, start);
}
ParseError parse(ByteView line) {
  StartLine start;
  return parse_start_line(line, start);
}

TEST(StartLine, a_request_line_has_method_uri_and_version) {
  StartLine start;
  EXPECT_EQ(parse("REGISTER sip:172.30.10.1;transport=TCP SIP/2.0", start), ParseError::none);
  EXPECT_TRUE(start.is_request);
  EXPECT_EQ(start.method, Method::registration);
  EXPECT_EQ(start.request_uri, "sip:172.30.10.1;transport=TCP");
}

TEST(StartLine, an_unknown_method_and_an_unknown_scheme_pass) {
  StartLine start;
  EXPECT_EQ(parse("!interesting-Method0123 soap.beep://192.0.2.103 SIP/2.0", start), ParseError::none);
  EXPECT_EQ(start.method, Method::other);
}

TEST(StartLine, methods_have_one_case_and_versions_any) {
  EXPECT_EQ(method_of("invite"), Method::other);
  EXPECT_EQ(parse("INVITE sip:a@b sip/2.0"), ParseError::none);
}

TEST(StartLine, a_status_line_needs_no_reason) {
  StartLine start;
  EXPECT_EQ(parse("SIP/2.0 200", start), ParseError::none);
  EXPECT_FALSE(start.is_request);
  EXPECT_EQ(parse("SIP/2.0 100 ", start), ParseError::none);
  EXPECT_EQ(start.status, 100);
}

TEST(StartLine, a_status_is_between_100_and_699) {
  EXPECT_EQ(parse("SIP/2.0 100 x"), ParseError::none);
  EXPECT_EQ(parse("SIP/2.0 699 x"), ParseError::none);
  for (const ByteView line : {"SIP/2.0 099 x", "SIP/2.0 700 x", "SIP/2.0 20 x", "SIP/2.0 2000 x",
                              "SIP/2.0  200 x", "SIP/2.0 2x0 x", "SIP/2.0", "SIP/2.0 4294967301 x"})
    EXPECT_EQ(parse(line), ParseError::bad_start_line) << line;
}

TEST(StartLine, another_version_is_told_apart) {
  EXPECT_EQ(parse("OPTIONS sip:a@b SIP/7.0"), ParseError::bad_version);
  EXPECT_EQ(parse("SIP/3.0 200 OK"), ParseError::bad_version);
}

TEST(StartLine, exactly_one_blank_stands_between_the_parts) {
  for (const ByteView line :
       {"INVITE  sip:a@b SIP/2.0", "INVITE sip:a@b  SIP/2.0", "INVITE sip:a@b SIP/2.0 ",
        " INVITE sip:a@b SIP/2.0", "INVITE sip:a b@c SIP/2.0", "INVITE <sip:a@b> SIP/2.0", "INVITE sip:a@b",
        "INVITE", "", "INVITE nocolon SIP/2.0", "INVITE sip:a@b HTTP/1.1"})
    EXPECT_EQ(parse(line), ParseError::bad_start_line) << line;
}

}  // namespace
}  // namespace fapfon::sip
