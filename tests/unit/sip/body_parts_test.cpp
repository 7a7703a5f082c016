// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/body_parts.hpp"

#include <gtest/gtest.h>

#include "unit/proxy/core.hpp"

namespace fapfon::sip {
namespace {

class Parts : public testing::Test {
 protected:
  std::vector<std::string> bodies(const std::string& type, const std::string& body) {
    text = proxy::with_body(proxy::request_from_phone("INVITE"), type, body);
    EXPECT_EQ(view.parse_datagram(text), ParseError::none);
    std::vector<std::string> all;
    const BodyParts parts(view);
    for (const BodyPart& part : parts.list()) all.emplace_back(part.body);
    return all;
  }

  std::string text;
  MessageView view;
};

using List = std::vector<std::string>;

TEST_F(Parts, a_plain_body_is_one_part) {
  EXPECT_EQ(bodies("application/sdp", "v=0\r\n"), List{"v=0\r\n"});
}

TEST_F(Parts, without_a_body_there_is_none) {
  ASSERT_EQ(view.parse_datagram(text = proxy::register_request()), ParseError::none);
  const BodyParts parts(view);
  EXPECT_TRUE(parts.list().empty());
}

TEST_F(Parts, a_multipart_body_holds_its_parts_without_their_last_line_end) {
  const std::string body =
      "preamble\r\n--b\r\nContent-Type: text/plain\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\nmore";
  EXPECT_EQ(bodies("multipart/mixed;boundary=b", body), (List{body, "one", "two"}));
  EXPECT_EQ(bodies("Multipart/Alternative ; boundary=\"b\"", body).size(), 3U);
}

TEST_F(Parts, a_part_that_is_not_closed_is_none) {
  EXPECT_EQ(bodies("multipart/mixed;boundary=b", "--b\r\n\r\none").size(), 1U);
  EXPECT_EQ(bodies("multipart/mixed;boundary=b", "--b").size(), 1U);
  EXPECT_EQ(bodies("multipart/mixed", "--b\r\n\r\none\r\n--b--").size(), 1U);
}

TEST_F(Parts, nesting_is_read_down_to_its_limit_and_no_deeper) {
  std::string body = "core";
  std::string type = "text/plain";
  for (std::size_t level = 0; level < kMaxMultipartDepth + 2; ++level) {
    const std::string name = "b" + std::to_string(level);
    body = "--" + name + "\r\nContent-Type: " + type + "\r\n\r\n" + body + "\r\n--" + name + "--\r\n";
    type = "multipart/mixed;boundary=" + name;
  }
  EXPECT_EQ(bodies(type, body).size(), kMaxMultipartDepth + 1);
}

TEST_F(Parts, parts_are_read_up_to_their_limit_and_no_more) {
  std::string body;
  for (std::size_t i = 0; i < 100; ++i) body += "--b\r\n\r\nx\r\n";
  EXPECT_EQ(bodies("multipart/mixed;boundary=b", body + "--b--").size(), kMaxBodyParts);
}

TEST_F(Parts, an_encoded_multipart_is_not_taken_apart) {
  text = proxy::with(proxy::with_body(proxy::request_from_phone("INVITE"), "multipart/mixed;boundary=b",
                                      "--b\r\n\r\none\r\n--b--"),
                     "Content-Type:", "Content-Encoding: gzip\r\nContent-Type:");
  ASSERT_EQ(view.parse_datagram(text), ParseError::none);
  const BodyParts parts(view);
  EXPECT_EQ(parts.list().size(), 1U);
}

TEST(MediaType, is_compared_without_parameters_and_case) {
  EXPECT_TRUE(is_media_type("Application/SDP ; charset=x", "application/sdp"));
  EXPECT_FALSE(is_media_type("application/sdpx", "application/sdp"));
  EXPECT_TRUE(is_plain(""));
  EXPECT_TRUE(is_plain("Identity"));
  EXPECT_FALSE(is_plain("gzip"));
}

}  // namespace
}  // namespace fapfon::sip
