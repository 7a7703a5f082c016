// SPDX-License-Identifier: GPL-2.0-or-later
// M2: SRTP passes untouched, its keys byte for byte (RFC 4568, RFC 5763); F6 for what is not routing.
#include "golden/relayed_call.hpp"

namespace fapfon::golden {
namespace {

using M2Srtp = RelayedCall;

TEST_F(M2Srtp, keys_of_sdes_are_byte_for_byte_those_of_the_phone) {
  EXPECT_EQ(phone("INVITE", R"(v=0
o=- 1 1 IN IP4 10.81.179.54
s=-
c=IN IP4 10.81.179.54
t=0 0
m=audio 4000 RTP/SAVP 8
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR|2^20|1:32
a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj|2^20|1:32 KDR=4000
)"),
            R"(v=0
o=- 1 1 IN IP4 172.30.10.2
s=-
c=IN IP4 172.30.10.2
t=0 0
m=audio 30002 RTP/SAVP 8
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR|2^20|1:32
a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj|2^20|1:32 KDR=4000
)");
}

TEST_F(M2Srtp, the_key_of_the_answer_is_that_of_the_box) {
  phone("INVITE", phone_writes("m=audio 4000 RTP/SAVP 8\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA\n"));
  EXPECT_EQ(box("200", box_writes("m=audio 7078 RTP/SAVP 8\n"
                                  "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:bTQqlGTkWVGoFwr+gg/LVQ==\n")),
            phone_reads("m=audio 30000 RTP/SAVP 8\n"
                        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:bTQqlGTkWVGoFwr+gg/LVQ==\n"));
}

TEST_F(M2Srtp, the_fingerprint_of_dtls_is_that_of_the_phone) {
  EXPECT_EQ(phone("INVITE", R"(v=0
o=- 1 1 IN IP4 10.81.179.54
s=-
c=IN IP4 10.81.179.54
t=0 0
a=fingerprint:SHA-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB
a=setup:actpass
m=audio 4000 UDP/TLS/RTP/SAVP 8
a=tls-id:abc3de65cddef001be82
m=video 4002 UDP/TLS/RTP/SAVPF 99
a=fingerprint:sha-256 19:E2:1C:3B:4B:9F:81:E6:B8:5C:F4:A5:A8:D8:73:04
a=connection:new
)"),
            R"(v=0
o=- 1 1 IN IP4 172.30.10.2
s=-
c=IN IP4 172.30.10.2
t=0 0
a=fingerprint:SHA-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB
a=setup:actpass
m=audio 30002 UDP/TLS/RTP/SAVP 8
a=tls-id:abc3de65cddef001be82
m=video 30006 UDP/TLS/RTP/SAVPF 99
a=fingerprint:sha-256 19:E2:1C:3B:4B:9F:81:E6:B8:5C:F4:A5:A8:D8:73:04
a=connection:new
)");
}

TEST_F(M2Srtp, the_hash_of_zrtp_stays) {
  EXPECT_EQ(
      phone("INVITE", phone_writes("m=audio 4000 RTP/AVP 8\na=zrtp-hash:1.10 fe30efd02423cb054e50efd0\n")),
      box_reads("m=audio 30002 RTP/AVP 8\na=zrtp-hash:1.10 fe30efd02423cb054e50efd0\n"));
}

}  // namespace
}  // namespace fapfon::golden
