// SPDX-License-Identifier: GPL-2.0-or-later
// The question to a SIP server and what its answer tells.
#include "box/box_query.hpp"

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
            "Call-ID: fapfon-query-7x1\r\n"
            "CSeq: 1 OPTIONS\r\n"
            "Content-Length: 0\r\n\r\n");
}

TEST(BoxQuery, puts_ip6_into_brackets) {
  const auto box = SocketAddress::parse("[2001:db8::1]:5060").value();
  const auto here = SocketAddress::parse("[2001:db8::2]:4000").value();
  const std::string query = box_query(box, here, "t");
  EXPECT_EQ(query.rfind("OPTIONS sip:[2001:db8::1] SIP/2.0\r\nVia: SIP/2.0/UDP [2001:db8::2]:4000;", 0), 0U);
}

std::string answer(const std::string& status, const std::string& via_params, const std::string& more = {},
                   const std::string& token = "t") {
  return "SIP/2.0 " + status + "\r\nVia: SIP/2.0/UDP 192.0.2.2:40000;branch=z9hG4bKt" + via_params +
         "\r\nFrom: <sip:fapfon-proxy@192.0.2.2>;tag=t\r\nTo: <sip:192.0.2.1>;tag=1\r\n" +
         "Call-ID: fapfon-query-" + token + "\r\nCSeq: 1 OPTIONS\r\n" + more + "Content-Length: 0\r\n\r\n";
}

TEST(BoxAnswer, any_status_with_our_call_id_is_one) {
  EXPECT_EQ(read_answer(answer("200 OK", ""), "t").value().status, 200U);
  EXPECT_EQ(read_answer(answer("481 No", ""), "t").value().status, 481U);
}

TEST(BoxAnswer, something_else_is_none) {
  EXPECT_FALSE(read_answer("", "t"));
  EXPECT_FALSE(read_answer("hello", "t"));
  EXPECT_FALSE(read_answer(answer("200 OK", "", "", "u"), "t"));
  EXPECT_FALSE(read_answer(box_query(kBox, kHere, "t"), "t"));
}

TEST(BoxAnswer, tells_where_the_request_was_seen_to_come_from) {
  const auto masqueraded = read_answer(answer("200 OK", ";rport=4711;received=198.51.100.7"), "t").value();
  EXPECT_EQ(masqueraded.received, IpAddress::parse("198.51.100.7"));
  EXPECT_EQ(masqueraded.rport, 4711);
  const auto direct = read_answer(answer("200 OK", ";rport=40000"), "t").value();
  EXPECT_FALSE(direct.received);
  EXPECT_EQ(direct.rport, 40000);
}

TEST(BoxAnswer, reads_the_brackets_of_a_fritzbox_around_ip6) {
  const auto found = read_answer(answer("200 OK", ";received=[2001:db8::2]"), "t").value();
  EXPECT_EQ(found.received, IpAddress::parse("2001:db8::2"));
}

TEST(BoxAnswer, names_the_product_by_user_agent_or_server) {
  const auto by_agent = read_answer(answer("200 OK", "", "User-Agent: FRITZ!OS\r\n"), "t").value();
  EXPECT_TRUE(by_agent.product.is_fritzbox);
  const auto by_server = read_answer(answer("200 OK", "", "Server: kamailio\r\n"), "t").value();
  EXPECT_EQ(by_server.product, (Product{false, "kamailio", ""}));
}

struct Said {
  const char* value;
  const char* shown;
};

class ProductNames : public testing::TestWithParam<Said> {};

TEST_P(ProductNames, are_shown_as_people_know_them) {
  EXPECT_EQ(Product::read(GetParam().value).to_string(), GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(
    All, ProductNames,
    testing::Values(
        Said{"FRITZ!OS", "FRITZ!Box (FRITZ!OS)"},
        Said{"AVM FRITZ!Box Fon WLAN 7170 29.04.88 (Feb  9 2014)", "FRITZ!Box 7170 with FRITZ!OS 4.88"},
        Said{"AVM FRITZ!Box Fon WLAN 7141 (UI) 40.04.77 TAL (Feb 10 2014)",
             "FRITZ!Box 7141 with FRITZ!OS 4.77"},
        Said{"AVM FRITZ!Box 7590 154.07.57 TAL (Aug 13 2023)", "FRITZ!Box 7590 with FRITZ!OS 7.57"},
        Said{"AVM FRITZ!Box 6810 LTE 108.05.56", "FRITZ!Box 6810 LTE with FRITZ!OS 5.56"},
        Said{"kamailio (5.6.3)", "kamailio (5.6.3), not a FRITZ!Box"},
        Said{"x\x01\x7f"
             "y",
             "xy, not a FRITZ!Box"},
        Said{"x\xc2\x9b"
             "31my\x9b\xff",
             "x31my, not a FRITZ!Box"},
        Said{"", "a SIP server that does not say what it is, not a FRITZ!Box"}));

TEST(Product, leaves_out_what_is_too_long) {
  EXPECT_EQ(Product::read(std::string(500, 'x')).name.size(), 80U);
}

}  // namespace
}  // namespace fapfon::box
