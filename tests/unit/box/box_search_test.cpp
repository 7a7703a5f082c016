// SPDX-License-Identifier: GPL-2.0-or-later
// The pure part of the search: its message and how an answer is known. With sockets: tests/integration.
#include "box/box_search.hpp"

#include <gtest/gtest.h>

namespace fapfon::box {
namespace {

const SocketAddress kBox = SocketAddress::parse("192.0.2.1:5060").value();
const SocketAddress kHere = SocketAddress::parse("192.0.2.2:40000").value();

TEST(BoxQuery, is_a_complete_request) {
  EXPECT_EQ(box_query(kBox, kHere, "7x1"),
            "OPTIONS sip:192.0.2.1 SIP/2.0\r\n"
            "Via: SIP/2.0/UDP 192.0.2.2:40000;rport;branch=z9hG4bK7x1\r\n"
            "Max-Forwards: 70\r\n"
            "From: <sip:fapfon-proxy@192.0.2.2>;tag=7x1\r\n"
            "To: <sip:192.0.2.1>\r\n"
            "Call-ID: fapfon-search-7x1\r\n"
            "CSeq: 1 OPTIONS\r\n"
            "Content-Length: 0\r\n\r\n");
}

TEST(BoxQuery, puts_ip6_into_brackets) {
  const auto box = SocketAddress::parse("[2001:db8::1]:5060").value();
  const auto here = SocketAddress::parse("[2001:db8::2]:4000").value();
  const std::string query = box_query(box, here, "t");
  EXPECT_EQ(query.rfind("OPTIONS sip:[2001:db8::1] SIP/2.0\r\nVia: SIP/2.0/UDP [2001:db8::2]:4000;", 0), 0U);
}

TEST(BoxAnswer, any_status_with_our_call_id_is_one) {
  EXPECT_TRUE(is_answer_to("SIP/2.0 200 OK\r\nCall-ID: fapfon-search-t\r\n\r\n", "t"));
  EXPECT_TRUE(is_answer_to("SIP/2.0 481 No\r\nVia: x\r\ni : fapfon-search-t \r\n\r\n", "t"));
}

TEST(BoxAnswer, something_else_is_none) {
  EXPECT_FALSE(is_answer_to("", "t"));
  EXPECT_FALSE(is_answer_to("SIP/2.0 200 OK\r\n\r\n", "t"));
  EXPECT_FALSE(is_answer_to("SIP/2.0 200 OK\r\nCall-ID: fapfon-search-u\r\n\r\n", "t"));
  EXPECT_FALSE(is_answer_to("SIP/2.0 xxx OK\r\nCall-ID: fapfon-search-t\r\n\r\n", "t"));
  EXPECT_FALSE(is_answer_to("OPTIONS sip:a SIP/2.0\r\nCall-ID: fapfon-search-t\r\n\r\n", "t"));
}

}  // namespace
}  // namespace fapfon::box
