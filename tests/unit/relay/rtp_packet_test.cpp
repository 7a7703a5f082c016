// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay/rtp_packet.hpp"

#include <gtest/gtest.h>

#include "support/rtp.hpp"

namespace fapfon::relay {
namespace {

using namespace std::string_literals;

const std::string kFixedHeader = "\x80\x08\x12\x34\x00\x00\x00\xa0\xde\xad\xbe\xef"s;

/// The fixed header with another first byte, and what follows it.
std::string with_first_byte(unsigned char first, const std::string& rest) {
  std::string bytes = kFixedHeader + rest;
  bytes[0] = static_cast<char>(first);
  return bytes;
}
std::string with_type(unsigned char second) {
  std::string bytes = kFixedHeader;
  bytes[1] = static_cast<char>(second);
  return bytes;
}

TEST(RtpPacket, its_header_is_read_in_network_byte_order) {
  const auto header = read_rtp("\x80\xe5\xfe\xdc\x01\x02\x03\x04\xde\xad\xbe\xef payload"s);
  EXPECT_EQ(header, (RtpHeader{101, true, 0xfedc, 0x01020304, 0xdeadbeef}));
}

TEST(RtpPacket, without_marker_and_without_payload_it_is_a_packet_too) {
  EXPECT_EQ(read_rtp(kFixedHeader), (RtpHeader{8, false, 0x1234, 160, 0xdeadbeef}));
}

TEST(RtpPacket, each_proper_prefix_of_the_fixed_header_is_none) {
  for (std::size_t size = 0; size < kFixedHeader.size(); ++size) {
    EXPECT_FALSE(read_rtp(kFixedHeader.substr(0, size))) << size;
  }
}

TEST(RtpPacket, another_version_is_none) {
  for (const int first : {0x00, 0x14, 0x40, 0x7f, 0xc0, 0xff}) {
    EXPECT_FALSE(read_rtp(with_first_byte(static_cast<unsigned char>(first), std::string(200, 'x'))))
        << first;
  }
}

TEST(RtpPacket, contributing_sources_must_be_there) {
  EXPECT_TRUE(read_rtp(with_first_byte(0x82, std::string(8, 'c'))));
  EXPECT_FALSE(read_rtp(with_first_byte(0x82, std::string(7, 'c'))));
  EXPECT_TRUE(read_rtp(with_first_byte(0x8f, std::string(60, 'c'))));
  EXPECT_FALSE(read_rtp(with_first_byte(0x8f, std::string(59, 'c'))));
}

TEST(RtpPacket, a_header_extension_must_be_there_as_long_as_it_says) {
  EXPECT_TRUE(read_rtp(with_first_byte(0x90, "\xbe\xde\x00\x00"s)));
  EXPECT_TRUE(read_rtp(with_first_byte(0x90, "\xbe\xde\x00\x01wxyz"s)));
  EXPECT_FALSE(read_rtp(with_first_byte(0x90, "\xbe\xde\x00\x01wxy"s)));
  EXPECT_FALSE(read_rtp(with_first_byte(0x90, "\xbe\xde\xff\xff"s + std::string(1'000, 'x'))));
  EXPECT_FALSE(read_rtp(with_first_byte(0x90, "\xbe\xde\x00"s)));
  EXPECT_FALSE(read_rtp(with_first_byte(0x90, ""s)));
}

TEST(RtpPacket, the_extension_stands_behind_the_contributing_sources) {
  EXPECT_TRUE(read_rtp(with_first_byte(0x91, "\xff\xff\xff\xff\xbe\xde\x00\x00"s)));
  EXPECT_FALSE(read_rtp(with_first_byte(0x91, "\xff\xff\xff\xff\xbe\xde\x00\x01"s)));
}

TEST(RtpPacket, padding_is_not_looked_at_as_srtp_encrypts_it) {
  EXPECT_TRUE(read_rtp(with_first_byte(0xa0, "\xff"s)));
}

// RFC 5761 section 4
TEST(RtpPacket, types_192_to_223_are_rtcp_and_all_others_are_rtp) {
  for (unsigned type = 0; type < 256; ++type) {
    const std::string bytes = with_type(static_cast<unsigned char>(type));
    std::string report = bytes;
    report.replace(2, 2, "\x00\x02"s);
    const bool rtcp = type >= 192 && type <= 223;
    EXPECT_EQ(read_rtp(bytes).has_value(), !rtcp) << type;
    EXPECT_EQ(is_rtcp(report), rtcp) << type;
  }
}

TEST(RtpPacket, what_comes_on_media_ports_too_is_neither) {
  const std::string stun = "\x00\x01\x00\x00\x21\x12\xa4\x42"s + std::string(12, 't');
  const std::string dtls = "\x16\xfe\xff\x00\x00"s + std::string(60, 'd');
  const std::string zeros(4, '\0');
  for (const std::string& bytes : {stun, dtls, zeros, "\r\n"s, ""s}) {
    EXPECT_FALSE(read_rtp(bytes));
    EXPECT_FALSE(is_rtcp(bytes));
    EXPECT_FALSE(rtcp_ssrc(bytes));
  }
}

TEST(RtcpPacket, names_its_sender_behind_the_first_header) {
  EXPECT_EQ(rtcp_ssrc(rtcp_report(0xdeadbeef)), 0xdeadbeefU);
  EXPECT_EQ(rtcp_ssrc(rtcp_report(0xdeadbeef) + "encrypted, or the next part"), 0xdeadbeefU);
}

TEST(RtcpPacket, is_none_when_its_first_part_is_longer_than_the_datagram) {
  const std::string report = rtcp_report(1);
  for (std::size_t size = 0; size < report.size(); ++size) {
    EXPECT_FALSE(is_rtcp(report.substr(0, size))) << size;
    EXPECT_FALSE(rtcp_ssrc(report.substr(0, size))) << size;
  }
}

TEST(RtcpPacket, a_bye_of_nobody_has_no_sender) {
  const std::string bye = "\x80\xcb\x00\x00"s;
  EXPECT_TRUE(is_rtcp(bye));
  EXPECT_FALSE(rtcp_ssrc(bye));
  EXPECT_FALSE(rtcp_ssrc(bye + "behind"));
}

TEST(Packet, carries_the_header_of_rtp_and_none_of_anything_else) {
  const SocketAddress source{IpAddress::v4(192, 0, 2, 1), 4000};
  const std::string rtp = Rtp{.sequence = 7}.bytes();
  const std::string report = rtcp_report(1);
  EXPECT_EQ(Packet::read(source, rtp).rtp->sequence, 7U);
  EXPECT_EQ(Packet::read(source, rtp).source, source);
  EXPECT_FALSE(Packet::read(source, report).rtp);
  EXPECT_EQ(Packet::read(source, report).bytes, report);
}

}  // namespace
}  // namespace fapfon::relay
