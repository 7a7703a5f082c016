// SPDX-License-Identifier: GPL-2.0-or-later
// Why a message cannot be sent on (SPEC F1, F2, F3, F8), and what its sender is told.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace fapfon::sip {

enum class ParseError : std::uint8_t {
  none,
  no_empty_line,            ///< the header section has no end (UDP)
  header_too_long,          ///< more than kMaxHeaderBytes before the empty line (F3)
  too_many_headers,         ///< more than kMaxHeaderCount (F3)
  body_too_long,            ///< Content-Length above kMaxBodyBytes (F3)
  truncated_body,           ///< the datagram ends before Content-Length says (F1)
  bad_content_length,       ///< not a number
  several_content_lengths,  ///< with different values (F3)
  missing_content_length,   ///< on TCP (F2, RFC 3261 section 18.3)
  bad_start_line,           ///< neither a Request-Line nor a Status-Line (RFC 3261 section 7.1, 7.2)
  bad_version,              ///< SIP, but not 2.0
  missing_header,           ///< one of Via, From, To, Call-ID, CSeq (F8)
  repeated_header,          ///< a header that may appear only once appears twice
  bad_via,
  bad_from,
  bad_to,
  bad_call_id,
  bad_cseq,
  method_mismatch,  ///< the start line and CSeq name different methods (RFC 3261 section 8.1.1.5)
};

/// The status code of the answer to a request (F1, F2, F3, F8).
constexpr int status_of(ParseError error) noexcept {
  switch (error) {
    case ParseError::header_too_long:
    case ParseError::too_many_headers:
    case ParseError::body_too_long:
      return 513;
    case ParseError::bad_version:
      return 505;
    case ParseError::none:
    case ParseError::no_empty_line:
    case ParseError::truncated_body:
    case ParseError::bad_content_length:
    case ParseError::several_content_lengths:
    case ParseError::missing_content_length:
    case ParseError::bad_start_line:
    case ParseError::missing_header:
    case ParseError::repeated_header:
    case ParseError::bad_via:
    case ParseError::bad_from:
    case ParseError::bad_to:
    case ParseError::bad_call_id:
    case ParseError::bad_cseq:
    case ParseError::method_mismatch:
      return 400;
  }
  return 400;
}

/// A phrase for the log.
constexpr ByteView to_text(ParseError error) noexcept {
  switch (error) {
    case ParseError::none:
      return "no error";
    case ParseError::no_empty_line:
      return "no empty line after the headers";
    case ParseError::header_too_long:
      return "header section too long";
    case ParseError::too_many_headers:
      return "too many headers";
    case ParseError::body_too_long:
      return "body too long";
    case ParseError::truncated_body:
      return "body shorter than Content-Length";
    case ParseError::bad_content_length:
      return "Content-Length is not a number";
    case ParseError::several_content_lengths:
      return "Content-Length given twice, with different values";
    case ParseError::missing_content_length:
      return "no Content-Length on TCP";
    case ParseError::bad_start_line:
      return "unreadable start line";
    case ParseError::bad_version:
      return "not SIP/2.0";
    case ParseError::missing_header:
      return "Via, From, To, Call-ID or CSeq is missing";
    case ParseError::repeated_header:
      return "a header that may appear only once appears twice";
    case ParseError::bad_via:
      return "unreadable Via";
    case ParseError::bad_from:
      return "unreadable From";
    case ParseError::bad_to:
      return "unreadable To";
    case ParseError::bad_call_id:
      return "empty Call-ID";
    case ParseError::bad_cseq:
      return "unreadable CSeq";
    case ParseError::method_mismatch:
      return "start line and CSeq name different methods";
  }
  return "unknown";
}

}  // namespace fapfon::sip
