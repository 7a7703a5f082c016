// SPDX-License-Identifier: GPL-2.0-or-later
// Request-Line and Status-Line (RFC 3261 section 7.1, 7.2).
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "sip/parse_error.hpp"

namespace fapfon::sip {

enum class Method : std::uint8_t { other, ack, bye, cancel, invite, prack, refer, registration, update };

struct StartLine {
  bool is_request = false;
  // Of a request:
  Method method = Method::other;
  ByteView method_text;
  ByteView request_uri;  ///< any scheme, not taken apart
  // Of a response:
  int status = 0;  ///< 100 to 699
};

/// Methods are case-sensitive (RFC 3261 section 7.1). `other` for a method that no rule reads.
constexpr Method method_of(ByteView text) noexcept {
  if (text == "INVITE") return Method::invite;
  if (text == "REGISTER") return Method::registration;
  if (text == "ACK") return Method::ack;
  if (text == "UPDATE") return Method::update;
  if (text == "BYE") return Method::bye;
  if (text == "CANCEL") return Method::cancel;
  if (text == "REFER") return Method::refer;
  if (text == "PRACK") return Method::prack;
  return Method::other;
}

/// Reads `line` (without its line end). Exactly one space separates the parts, and a Request-URI has no
/// brackets (RFC 4475 sections 3.1.2.7 to 3.1.2.10). After an error `start` holds what could be read.
ParseError parse_start_line(ByteView line, StartLine& start) noexcept;

}  // namespace fapfon::sip
