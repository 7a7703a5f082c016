// SPDX-License-Identifier: GPL-2.0-or-later
// One SIP message as views into the bytes that came: start line, headers in their order, body, and the
// six things without which it cannot be routed (SPEC F8). It holds no copy and never prints itself.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "sip/cseq.hpp"
#include "sip/header_lines.hpp"
#include "sip/name_addr.hpp"
#include "sip/parse_error.hpp"
#include "sip/start_line.hpp"
#include "sip/via.hpp"

namespace fapfon::sip {

/// All views live as long as the bytes that were parsed. The object is large (the header table) and is
/// reused from message to message.
class MessageView {
 public:
  MessageView() = default;
  MessageView(const MessageView&) = delete;
  MessageView& operator=(const MessageView&) = delete;

  /// Reads one UDP datagram (F1): bytes after Content-Length do not belong to the message; without
  /// Content-Length the body goes to the end. After an error the headers that could be split are there
  /// nevertheless, for the answer.
  ParseError parse_datagram(ByteView datagram) noexcept;

  /// Reads the header section at the front of `stream` (F2), which must hold all of it: `head_bytes`
  /// long. Sets content_length(); without one: missing_content_length.
  ParseError parse_stream_head(ByteView stream, std::size_t head_bytes) noexcept;
  /// The second half for a message of a stream whose body has arrived: `message` starts where the bytes
  /// given to parse_stream_head did, which must have been called right before.
  ParseError parse_stream_message(ByteView message) noexcept;

  [[nodiscard]] ByteView whole() const noexcept { return whole_; }
  [[nodiscard]] ByteView body() const noexcept { return body_; }
  [[nodiscard]] const StartLine& start() const noexcept { return start_; }
  [[nodiscard]] bool is_request() const noexcept { return start_.is_request; }
  [[nodiscard]] std::span<const HeaderLine> headers() const noexcept {
    return {headers_.data(), header_count_};
  }
  /// The first header of that name; null when there is none.
  [[nodiscard]] const HeaderLine* find(HeaderName name) const noexcept;
  [[nodiscard]] std::size_t content_length() const noexcept { return content_length_; }

  // Valid after a parse without error:
  [[nodiscard]] const Via& via() const noexcept { return via_; }  ///< the topmost
  [[nodiscard]] const NameAddr& from() const noexcept { return from_; }
  [[nodiscard]] const NameAddr& to() const noexcept { return to_; }
  [[nodiscard]] ByteView call_id() const noexcept { return call_id_; }
  [[nodiscard]] const CSeq& cseq() const noexcept { return cseq_; }
  /// The Contact values that hold a sip: or sips: URI, in their order; "*", other schemes and what cannot be
  /// read are left out.
  [[nodiscard]] std::span<const NameAddr> contacts() const noexcept { return contacts_; }
  /// True for a request inside a dialog (RFC 3261 section 12.2).
  [[nodiscard]] bool has_to_tag() const noexcept { return find_param(to_.params, "tag").has_value(); }
  /// A response of 200 to 699; false for a request.
  [[nodiscard]] bool is_final() const noexcept { return start_.status >= 200; }
  /// The method of this request, or of the request that this response answers (CSeq).
  [[nodiscard]] Method method() const noexcept { return method_of(cseq_.method); }

 private:
  ParseError read_head(ByteView head) noexcept;
  ParseError read_content_length() noexcept;
  ParseError read_routing() noexcept;
  void read_contacts(ByteView value);
  ParseError read_single(const HeaderLine& header) noexcept;

  ByteView whole_;
  ByteView body_;
  StartLine start_;
  ParseError start_error_ = ParseError::none;
  std::array<HeaderLine, kMaxHeaderCount> headers_;
  std::size_t header_count_ = 0;
  bool has_content_length_ = false;
  std::size_t content_length_ = 0;
  Via via_;
  NameAddr from_;
  NameAddr to_;
  ByteView call_id_;
  CSeq cseq_;
  std::vector<NameAddr> contacts_;  // keeps its memory from message to message
};

}  // namespace fapfon::sip
