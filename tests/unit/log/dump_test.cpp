// SPDX-License-Identifier: GPL-2.0-or-later
#include "log/dump.hpp"

#include <gtest/gtest.h>

namespace fapfon::log {
namespace {

const SocketAddress kHere = SocketAddress::parse("192.0.2.2:5060").value();
const SocketAddress kPhone = SocketAddress::parse("198.51.100.6:62895").value();

TEST(Dump, shows_direction_transport_addresses_size_and_line_ends) {
  EXPECT_EQ(format_dump(
                {false, Side::phone, Transport::tcp, kHere, kPhone, "BYE sip:a SIP/2.0\r\nVia: x\n\r\nbody"}),
            "---- phone 198.51.100.6:62895 -> proxy 192.0.2.2:5060 TCP 32 bytes, as it arrived\n"
            "BYE sip:a SIP/2.0\\r\\n\n"
            "Via: x\\n\n"
            "\\r\\n\n"
            "body\n"
            "\n");
}

TEST(Dump, shows_what_leaves_the_other_way_round) {
  const std::string text = format_dump({true, Side::box, Transport::udp, kHere, kPhone, "x"});
  EXPECT_EQ(text.substr(0, text.find('\n')),
            "---- proxy 192.0.2.2:5060 -> box 198.51.100.6:62895 UDP 1 bytes, as it left");
}

TEST(Dump, does_not_let_a_message_control_the_terminal) {
  const std::string text = format_dump({true, Side::box, Transport::udp, kHere, kPhone, "a\x1b[2Jb"});
  EXPECT_NE(text.find("a\\x1b[2Jb"), std::string::npos);
}

struct Secret {
  const char* line;
  const char* masked;
};

class MaskedSecret : public testing::TestWithParam<Secret> {};

TEST_P(MaskedSecret, is_not_shown) {
  EXPECT_EQ(mask_secrets(GetParam().line), GetParam().masked);
}

INSTANTIATE_TEST_SUITE_P(
    All, MaskedSecret,
    testing::Values(Secret{"Authorization: Digest username=\"a\", nonce=\"n\", response=\"0123\", "
                           "cnonce=\"c\", qop=auth\r\n",
                           "Authorization: Digest username=\"a\", nonce=\"n\", response=\"***\", "
                           "cnonce=\"***\", qop=auth\r\n"},
                    Secret{"Proxy-Authorization: Digest RESPONSE = 0123,uri=\"sip:b\"\r\n",
                           "Proxy-Authorization: Digest RESPONSE = ***,uri=\"sip:b\"\r\n"},
                    Secret{"Authentication-Info: rspauth=\"01\\\"23\", nextnonce=\"n\"\r\n",
                           "Authentication-Info: rspauth=\"***\", nextnonce=\"n\"\r\n"},
                    Secret{"Authorization: Digest response=\"never closed\r\n",
                           "Authorization: Digest response=\"***\""},
                    Secret{"Authorization: Basic YTpi\r\n", "Authorization: Basic ***\r\n"},
                    Secret{"authorization:Bearer  abc\r\n", "authorization:Bearer ***\r\n"},
                    Secret{"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc\r\n", "a=crypto:***\r\n"},
                    Secret{"a=key-mgmt:mikey AQ\n", "a=key-mgmt:***\n"},
                    Secret{"a=ice-pwd:abc", "a=ice-pwd:***"}, Secret{"k=clear:abc\r\n", "k=***\r\n"},
                    Secret{"Contact: <sip:a@b;password=abc>\r\n", "Contact: <sip:a@b;password=***>\r\n"}));

TEST(Dump, leaves_everything_else_as_it_is) {
  for (const char* line :
       {"INVITE sip:response@b SIP/2.0\r\n", "X-response-time: 5\r\n", "Subject: the response is = 5\r\n",
        "WWW-Authenticate: Digest realm=\"fritz.box\", nonce=\"1\"\r\n",
        "a=candidate:1 1 UDP 1 192.0.2.1 1 typ host"}) {
    EXPECT_EQ(mask_secrets(line), line);
  }
}

}  // namespace
}  // namespace fapfon::log
