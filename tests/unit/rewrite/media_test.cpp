// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewrite/media.hpp"

#include <gtest/gtest.h>

#include "unit/proxy/core.hpp"

namespace fapfon::rewrite {
namespace {

using proxy::session;
using proxy::with;
using proxy::with_body;

class Media : public testing::Test {
 protected:
  Media() {
    map.observed = {IpAddress::v4(172, 20, 11, 6), 62895};
    map.box = {IpAddress::v4(172, 30, 10, 1), 5060};
  }
  std::string to_box(const std::string& message) {
    EXPECT_EQ(view.parse_datagram(message), sip::ParseError::none);
    edits.start(view.whole());
    const sip::BodyParts parts(view);
    written = map_media_to_box(parts, map, edits);
    encoding = unread_encoding(parts);
    return finish(parts);
  }
  std::string to_phone(const std::string& message) {
    EXPECT_EQ(view.parse_datagram(message), sip::ParseError::none);
    edits.start(view.whole());
    const sip::BodyParts parts(view);
    restore_media_to_phone(parts, map, edits);
    return finish(parts);
  }
  std::string finish(const sip::BodyParts& parts) {
    correct_lengths(view, parts, edits);
    std::string out;
    edits.apply(out);
    return out;
  }
  static std::string with_session(const std::string& sdp) {
    return with_body(proxy::request_from_phone("INVITE"), "application/sdp", sdp);
  }

  AddressMap map;
  sip::MessageView view;
  Edits edits;
  IpAddress written;
  std::string encoding;
};

TEST_F(Media, S1_every_address_of_the_phone_becomes_the_observed_one) {
  EXPECT_EQ(to_box(with_session(session())), with_session(session("172.20.11.6")));
  EXPECT_EQ(written, IpAddress::v4(10, 81, 179, 54));
}

TEST_F(Media, S1_a_right_address_leaves_the_message_as_it_is) {
  const std::string message = with_session(session("172.20.11.6"));
  EXPECT_EQ(to_box(message), message);
}

TEST_F(Media, S2_hold_multicast_and_host_names_stay) {
  for (const char* kept : {"0.0.0.0", "224.2.1.1/127", "phone.example"}) {
    const std::string message =
        with_session(with(session("172.20.11.6"), "c=IN IP4 172.20.11.6", std::string("c=IN IP4 ") + kept));
    EXPECT_EQ(to_box(message), message);
  }
}

TEST_F(Media, an_ipv6_address_becomes_ipv4_with_its_family) {
  const std::string out =
      to_box(with_session(with(session(), "c=IN IP4 10.81.179.54", "c=IN IP6 2001:db8::1")));
  EXPECT_TRUE(proxy::holds(out, "c=IN IP4 172.20.11.6\r\n"));
}

TEST_F(Media, the_last_line_may_end_with_the_address_without_a_line_end) {
  const std::string sdp = "v=0\r\nc=IN IP4 10.81.179.54";
  EXPECT_EQ(to_box(with_session(sdp)), with_session("v=0\r\nc=IN IP4 172.20.11.6"));
}

TEST_F(Media, a_body_that_is_no_session_description_is_not_read) {
  const std::string message =
      with_body(proxy::request_from_phone("MESSAGE"), "text/plain", "c=IN IP4 10.81.179.54\r\n");
  EXPECT_EQ(to_box(message), message);
}

TEST_F(Media, an_encoded_session_description_passes_and_is_told) {
  const std::string message =
      with(with_session(session()), "Content-Type:", "Content-Encoding: gzip\r\nContent-Type:");
  EXPECT_EQ(to_box(message), message);
  EXPECT_EQ(encoding, "gzip");
}

TEST_F(Media, a_content_length_that_stands_twice_is_corrected_twice) {
  const std::string message = with_session(session());
  const std::string length = proxy::header_of(message, "Content-Length");
  const std::string out = to_box(with(message, length, length + "l:" + length.substr(length.find(' '))));
  const std::size_t body = out.size() - out.find("v=0");
  EXPECT_EQ(proxy::value_of(out, "Content-Length"), std::to_string(body));
  EXPECT_EQ(proxy::value_of(out, "l"), std::to_string(body));
}

TEST_F(Media, the_lengths_of_parts_and_of_the_whole_follow_each_other) {
  // The part grows from 96 to 101 bytes: its own Content-Length grows by a digit, and the whole by that too.
  map.observed.ip = IpAddress::v4(172, 120, 111, 106);
  const std::string part = "v=0\r\nc=IN IP4 10.0.0.1\r\n" + std::string(72, 'x');
  ASSERT_EQ(part.size(), 96U);
  const std::string body = "--b\r\nContent-Type: application/sdp\r\nContent-Length: 96\r\n\r\n" + part +
                           "\r\n--b\r\n\r\nmore\r\n--b--\r\n";
  const std::string out =
      to_box(with_body(proxy::request_from_phone("INVITE"), "multipart/mixed;boundary=b", body));
  const std::string out_body = out.substr(out.find("--b\r\n"));
  EXPECT_EQ(out_body.size(), body.size() + 7 + 1);
  EXPECT_EQ(proxy::value_of(out, "Content-Length"), std::to_string(out_body.size()));
  EXPECT_TRUE(proxy::holds(out_body, "Content-Length: 103\r\n"));
}

TEST_F(Media, S3_the_observed_address_becomes_what_the_phone_wrote) {
  map.sdp_written = IpAddress::v4(10, 81, 179, 54);
  EXPECT_EQ(to_phone(with_session(session("172.20.11.6"))), with_session(session()));
  const std::string of_box = with_session(session("172.30.10.1"));
  EXPECT_EQ(to_phone(of_box), of_box);
}

TEST_F(Media, S3_nothing_is_restored_where_the_box_is_on_the_phones_own_address) {
  map.sdp_written = IpAddress::v4(10, 81, 179, 54);
  map.box.ip = map.observed.ip;
  const std::string message = with_session(session("172.20.11.6"));
  EXPECT_EQ(to_phone(message), message);
}

TEST_F(Media, a_body_of_nothing_but_addresses_is_mapped_in_little_time) {
  std::string sdp;
  while (sdp.size() < 60'000) sdp += "c=IN IP4 10.81.179.54\r\n";
  const auto begin = std::chrono::steady_clock::now();
  const std::string out = to_box(with_session(sdp));
  EXPECT_FALSE(proxy::holds(out, "c=IN IP4 10.81.179.54"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(1'000));
}

}  // namespace
}  // namespace fapfon::rewrite
