// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/message_view.hpp"

#include <gtest/gtest.h>

#include "unit/proxy/core.hpp"

namespace fapfon::sip {
namespace {

using proxy::register_request;
using proxy::with;

class Datagram : public testing::Test {
 protected:
  ParseError parse(std::string bytes) {
    text = std::move(bytes);
    return view.parse_datagram(text);
  }
  /// A good message whose header section has exactly this size.
  static std::string with_head_of(std::size_t bytes) {
    const std::string message = register_request();
    return with(message, "Max-Forwards: 70\r\n",
                "Max-Forwards: 70\r\nX: " + std::string(bytes - message.size() - 5, 'x') + "\r\n");
  }
  static std::string with_header_count(std::size_t count) {
    const std::string message = register_request();
    const std::size_t has = proxy::count_of(message, "\r\n") - 2;
    std::string more;
    for (std::size_t i = has; i < count; ++i) more += "X: y\r\n";
    return with(message, "Content-Length: 0\r\n", "Content-Length: 0\r\n" + more);
  }
  static std::string with_length(const std::string& length) {
    return with(register_request(), "Content-Length: 0", "Content-Length: " + length);
  }

  std::string text;
  MessageView view;
};

TEST_F(Datagram, a_good_message_is_read_into_its_parts) {
  ASSERT_EQ(parse(register_request()), ParseError::none);
  EXPECT_TRUE(view.is_request());
  EXPECT_EQ(view.method(), Method::registration);
  EXPECT_EQ(view.via().branch, "z9hG4bK-1");
  EXPECT_EQ(view.from().uri.user, "anna");
  EXPECT_EQ(view.to().uri.host_port.host, "fritz.box");
  EXPECT_EQ(view.call_id(), "register-anna");
  EXPECT_EQ(view.cseq().number, 1U);
  EXPECT_TRUE(view.body().empty());
  EXPECT_EQ(view.whole(), text);
}

// --- F1 ---------------------------------------------------------------------------------------------------

TEST_F(Datagram, F1_bytes_behind_content_length_do_not_belong_to_it) {
  const std::string message = register_request();
  ASSERT_EQ(parse(message + "garbage"), ParseError::none);
  EXPECT_EQ(view.whole(), message);
}

TEST_F(Datagram, F1_without_content_length_the_body_goes_to_the_end) {
  ASSERT_EQ(parse(with(register_request(), "Content-Length: 0\r\n", "") + "body"), ParseError::none);
  EXPECT_EQ(view.body(), "body");
}

TEST_F(Datagram, F1_a_body_that_is_one_byte_short_is_truncated) {
  EXPECT_EQ(parse(with_length("5") + "12345"), ParseError::none);
  EXPECT_EQ(parse(with_length("5") + "1234"), ParseError::truncated_body);
}

// --- F3 ---------------------------------------------------------------------------------------------------

TEST_F(Datagram, F3_a_header_section_may_have_16_kib_and_no_byte_more) {
  ASSERT_EQ(with_head_of(kMaxHeaderBytes).size(), kMaxHeaderBytes);
  EXPECT_EQ(parse(with_head_of(kMaxHeaderBytes)), ParseError::none);
  EXPECT_EQ(parse(with_head_of(kMaxHeaderBytes + 1)), ParseError::header_too_long);
}

TEST_F(Datagram, F3_a_message_may_have_256_headers_and_not_one_more) {
  EXPECT_EQ(parse(with_header_count(kMaxHeaderCount)), ParseError::none);
  EXPECT_EQ(view.headers().size(), kMaxHeaderCount);
  EXPECT_EQ(parse(with_header_count(kMaxHeaderCount + 1)), ParseError::too_many_headers);
}

TEST_F(Datagram, F3_a_content_length_above_64_kib_is_too_long_whatever_has_arrived) {
  EXPECT_EQ(parse(with_length("65536")), ParseError::truncated_body);
  EXPECT_EQ(parse(with_length("65537")), ParseError::body_too_long);
  for (const char* length :
       {"4294967296", "18446744073709551615", "18446744073709551616", "99999999999999999999999999"})
    EXPECT_EQ(parse(with_length(length)), ParseError::body_too_long) << length;
  EXPECT_EQ(parse(with_length(std::string(10'000, '9'))), ParseError::body_too_long);
}

TEST_F(Datagram, F3_the_content_length_that_crashed_the_old_program_is_only_too_long_for_its_datagram) {
  EXPECT_EQ(parse(with_length("65436")), ParseError::truncated_body);
}

TEST_F(Datagram, F3_a_content_length_is_digits_and_nothing_else) {
  for (const char* length : {"-1", "+1", "0x10", "1 0", "1,1", "1.0", "one", ""})
    EXPECT_EQ(parse(with_length(length)), ParseError::bad_content_length) << length;
  EXPECT_EQ(parse(with_length("  0000  ")), ParseError::none);
  EXPECT_EQ(parse(with_length("\r\n 0")), ParseError::none);
}

TEST_F(Datagram, F3_several_content_lengths_must_agree) {
  EXPECT_EQ(parse(with_length("0\r\nl: 0")), ParseError::none);
  EXPECT_EQ(parse(with_length("0\r\nl: 1") + "x"), ParseError::several_content_lengths);
}

// --- F4 ---------------------------------------------------------------------------------------------------

TEST_F(Datagram, F4_compact_names_any_case_folding_and_blanks_are_read) {
  std::string message = register_request();
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"Via:", "V :"},
                                                        {"From:", "f\t:"},
                                                        {"To:", "t:"},
                                                        {"Call-ID: register", "i:\r\n register"},
                                                        {"CSeq: 1 REGISTER", "cSEQ: 1\r\n\tREGISTER"},
                                                        {"Content-Length:", "L:"}})
    message = with(message, from, to);
  EXPECT_EQ(parse(message), ParseError::none);
  EXPECT_EQ(view.call_id(), "register-anna");
  EXPECT_EQ(view.cseq().method, "REGISTER");
}

TEST_F(Datagram, F4_lines_may_end_with_lf_alone) {
  std::string message = register_request();
  std::erase(message, '\r');
  EXPECT_EQ(parse(message), ParseError::none);
}

TEST_F(Datagram, F4_an_empty_value_of_a_header_that_nobody_needs_passes) {
  EXPECT_EQ(parse(with(register_request(), "Max-Forwards: 70\r\n", "Subject:\r\nSupported: \r\n")),
            ParseError::none);
}

TEST_F(Datagram, F4_of_two_vias_the_first_counts_however_they_are_written) {
  const std::string two_lines =
      with(register_request(), "\r\nMax-", "\r\nVia: SIP/2.0/UDP 192.0.2.1\r\nMax-");
  ASSERT_EQ(parse(two_lines), ParseError::none);
  EXPECT_EQ(view.via().branch, "z9hG4bK-1");
  ASSERT_EQ(parse(with(register_request(), "z9hG4bK-1", "z9hG4bK-1, SIP/2.0/UDP 192.0.2.1")),
            ParseError::none);
  EXPECT_EQ(view.via().branch, "z9hG4bK-1");
}

// --- F8 ---------------------------------------------------------------------------------------------------

TEST_F(Datagram, F8_each_of_the_five_headers_is_needed) {
  for (const char* name : {"Via", "From", "To", "Call-ID", "CSeq"}) {
    const std::string header = proxy::header_of(register_request(), name);
    EXPECT_EQ(parse(with(register_request(), header, "")), ParseError::missing_header) << name;
  }
}

TEST_F(Datagram, F8_each_of_the_five_must_be_readable) {
  const auto damaged = [&](const std::string& name, const std::string& value) {
    return parse(
        with(register_request(), proxy::header_of(register_request(), name), name + ": " + value + "\r\n"));
  };
  EXPECT_EQ(damaged("Via", "UDP"), ParseError::bad_via);
  EXPECT_EQ(damaged("From", "<sip:"), ParseError::bad_from);
  EXPECT_EQ(damaged("To", ""), ParseError::bad_to);
  EXPECT_EQ(damaged("Call-ID", ""), ParseError::bad_call_id);
  EXPECT_EQ(damaged("CSeq", "REGISTER"), ParseError::bad_cseq);
  EXPECT_EQ(damaged("CSeq", "1 INVITE"), ParseError::method_mismatch);
}

TEST_F(Datagram, F8_a_header_that_may_stand_once_may_not_stand_twice) {
  for (const char* name : {"From", "To", "Call-ID", "CSeq", "Max-Forwards"}) {
    const std::string header = proxy::header_of(register_request(), name);
    EXPECT_EQ(parse(with(register_request(), header, header + header)), ParseError::repeated_header) << name;
  }
}

TEST_F(Datagram, every_beginning_of_a_message_is_read_without_a_crash) {
  const std::string message = register_request() + "body";
  for (std::size_t length = 0; length < message.size(); ++length) parse(message.substr(0, length));
}

TEST_F(Datagram, what_was_read_before_is_forgotten) {
  ASSERT_EQ(parse(register_request()), ParseError::none);
  EXPECT_NE(parse("nothing at all"), ParseError::none);
  EXPECT_EQ(view.find(HeaderName::via), nullptr);
  EXPECT_TRUE(view.body().empty());
}

}  // namespace
}  // namespace fapfon::sip
