// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/stream_framer.hpp"

#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

#include "unit/proxy/core.hpp"

namespace fapfon::sip {
namespace {

using Kind = StreamFramer::Kind;
using proxy::register_request;
using proxy::with;

class Framer : public testing::Test {
 protected:
  /// Hands in `bytes` and takes out what is complete.
  std::vector<Kind> feed(ByteView bytes) {
    std::vector<Kind> kinds;
    buffer.append(bytes);
    while (true) {
      const StreamFramer::Step step = framer.next(buffer, view);
      error = step.error;
      if (step.kind == Kind::need_more) return kinds;
      kinds.push_back(step.kind);
      if (step.kind == Kind::message) messages.emplace_back(view.whole());
      buffer.erase(0, step.consumed);
    }
  }
  static std::string with_body_of(std::size_t bytes) {
    return with(register_request("TCP"), "Content-Length: 0", "Content-Length: " + std::to_string(bytes)) +
           std::string(bytes, 'b');
  }
  static std::string with_head_of(std::size_t bytes) {
    const std::string message = register_request("TCP");
    return with(message, "Max-Forwards: 70\r\n",
                "Max-Forwards: 70\r\nX: " + std::string(bytes - message.size() - 5, 'x') + "\r\n");
  }

  StreamFramer framer;
  MessageView view;
  std::string buffer;
  std::vector<std::string> messages;
  ParseError error = ParseError::none;
};

using Kinds = std::vector<Kind>;

TEST_F(Framer, two_messages_in_one_read_are_two_messages) {
  const std::string message = with_body_of(5);
  EXPECT_EQ(feed(message + message), (Kinds{Kind::message, Kind::message}));
  EXPECT_EQ(messages.back(), message);
  EXPECT_FALSE(framer.inside_message());
}

TEST_F(Framer, a_message_may_come_byte_by_byte) {
  const std::string message = with_body_of(5);
  for (std::size_t i = 0; i + 1 < message.size(); ++i) {
    EXPECT_TRUE(feed(ByteView(message).substr(i, 1)).empty()) << i;
    EXPECT_TRUE(framer.inside_message());
  }
  EXPECT_EQ(feed(ByteView(message).substr(message.size() - 1)), Kinds{Kind::message});
}

TEST_F(Framer, line_ends_before_a_message_are_skipped) {
  EXPECT_EQ(feed("\r\n" + register_request("TCP")), (Kinds{Kind::skipped, Kind::message}));
  EXPECT_EQ(feed("\n\n" + register_request("TCP")), (Kinds{Kind::skipped, Kind::skipped, Kind::message}));
}

// Asterisk's keep-alive on TCP is CR LF NUL.
TEST_F(Framer, F2_nuls_and_line_ends_in_any_mixture_are_skipped_between_messages) {
  const std::string message = with_body_of(5);
  const std::vector<std::string> mixtures = {{"\r\n\0", 3},      {"\0", 1},     {"\0\0\r\n", 4},
                                             {"\r\0\n", 3},      {"\r\r\n", 3}, {"\n\r\0\r", 4},
                                             {"\r\n\0\r\n\0", 6}};
  std::string stream = mixtures.front();
  for (const std::string& mixture : mixtures) stream += message + mixture;
  for (const char byte : stream) {
    for (const Kind kind : feed({&byte, 1})) EXPECT_TRUE(kind == Kind::skipped || kind == Kind::message);
  }
  EXPECT_EQ(messages, std::vector(mixtures.size(), message));
  EXPECT_TRUE(buffer.empty());
  EXPECT_FALSE(framer.inside_message());
}

TEST_F(Framer, F2_a_ping_is_known_behind_nuls_and_stray_line_ends) {
  for (const std::string& before :
       {std::string("\0", 1), std::string("\r\n\0", 3), std::string("\r"), std::string("\n")}) {
    std::vector<Kind> kinds = feed(before + "\r\n\r\n");
    ASSERT_FALSE(kinds.empty());
    EXPECT_EQ(kinds.back(), Kind::ping);
    EXPECT_EQ(std::ranges::count(kinds, Kind::ping), 1);
  }
}

TEST_F(Framer, a_double_line_end_is_a_ping_also_byte_by_byte) {
  EXPECT_EQ(feed("\r\n\r\n"), Kinds{Kind::ping});
  for (const char* part : {"\r", "\n", "\r"}) {
    EXPECT_TRUE(feed(part).empty());
    EXPECT_FALSE(framer.inside_message());
  }
  EXPECT_EQ(feed("\n"), Kinds{Kind::ping});
}

TEST_F(Framer, F3_a_header_section_may_have_16_kib_and_no_byte_more) {
  EXPECT_EQ(feed(with_head_of(kMaxHeaderBytes)), Kinds{Kind::message});
  EXPECT_EQ(feed(with_head_of(kMaxHeaderBytes + 1)), Kinds{Kind::lost});
}

TEST_F(Framer, F3_a_header_section_without_end_is_lost_at_16_kib_and_not_before) {
  const std::string endless = with_head_of(kMaxHeaderBytes + 10).substr(0, kMaxHeaderBytes);
  EXPECT_TRUE(feed(ByteView(endless).substr(0, kMaxHeaderBytes - 1)).empty());
  buffer += endless.back();
  const StreamFramer::Step step = framer.next(buffer, view);
  EXPECT_EQ(step.kind, Kind::lost);
  EXPECT_EQ(step.error, ParseError::header_too_long);
  EXPECT_NE(view.find(HeaderName::via), nullptr) << "there is nothing to answer by";
}

TEST_F(Framer, F3_a_body_may_have_64_kib_and_no_byte_more) {
  EXPECT_EQ(feed(with_body_of(kMaxBodyBytes)), Kinds{Kind::message});
  buffer = with_body_of(kMaxBodyBytes + 1);
  const StreamFramer::Step step = framer.next(buffer, view);
  EXPECT_EQ(step.kind, Kind::lost);
  EXPECT_EQ(step.error, ParseError::body_too_long);
}

TEST_F(Framer, F3_a_length_that_would_overflow_is_too_long) {
  for (const char* length :
       {"18446744073709551615", "18446744073709551600", "18446744073709551616", "4294967295"}) {
    buffer = with(register_request("TCP"), "Content-Length: 0", std::string("Content-Length: ") + length);
    const StreamFramer::Step step = framer.next(buffer, view);
    EXPECT_EQ(step.kind, Kind::lost) << length;
    EXPECT_EQ(step.error, ParseError::body_too_long) << length;
  }
}

TEST_F(Framer, F2_without_a_content_length_the_stream_is_lost) {
  buffer = with(register_request("TCP"), "Content-Length: 0\r\n", "");
  const StreamFramer::Step step = framer.next(buffer, view);
  EXPECT_EQ(step.kind, Kind::lost);
  EXPECT_EQ(step.error, ParseError::missing_content_length);
}

TEST_F(Framer, F2_the_compact_name_of_content_length_will_do) {
  EXPECT_EQ(feed(with(register_request("TCP"), "Content-Length: 0", "l:0")), Kinds{Kind::message});
}

TEST_F(Framer, F8_a_message_that_cannot_be_routed_does_not_lose_the_stream) {
  const std::string bad = with(with_body_of(5), "Call-ID: register-anna\r\n", "");
  EXPECT_EQ(feed(bad + register_request("TCP")), (Kinds{Kind::bad, Kind::message}));
}

TEST_F(Framer, bytes_that_are_no_sip_are_not_complete_before_an_empty_line) {
  EXPECT_TRUE(feed("GET / HTTP/1.1\r\nHost: x\r\n").empty());
  EXPECT_EQ(feed("\r\n"), Kinds{Kind::lost});
}

TEST_F(Framer, a_long_message_byte_by_byte_takes_little_time) {
  const std::string message = with_head_of(kMaxHeaderBytes);
  const auto begin = std::chrono::steady_clock::now();
  for (const char c : message) feed(ByteView(&c, 1));
  EXPECT_EQ(messages.size(), 1U);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(500));
}

}  // namespace
}  // namespace fapfon::sip
