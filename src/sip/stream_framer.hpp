// SPDX-License-Identifier: GPL-2.0-or-later
// Cuts a TCP stream into SIP messages (SPEC F2, F3; RFC 3261 section 18.3, RFC 5626 section 3.5.1).
// The caller keeps the bytes that are not consumed yet and hands them in again with what came since;
// nothing is looked at twice, so a stream that comes byte by byte costs no more than one in one piece.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "sip/message_view.hpp"

namespace fapfon::sip {

class StreamFramer {
 public:
  enum class Kind : std::uint8_t {
    need_more,  ///< nothing is wrong, and nothing is complete (STYLE rule 7)
    skipped,    ///< a line end or a NUL before a start line
    ping,       ///< CRLFCRLF between messages: answer CRLF
    message,    ///< the view holds it
    bad,        ///< one message that cannot be sent on; the stream continues after it
    lost,       ///< where the next message starts is unknown: answer and close
  };
  struct Step {
    Kind kind = Kind::need_more;
    std::size_t consumed = 0;  ///< bytes to take off the front of the buffer
    ParseError error = ParseError::none;
  };

  /// Looks at the front of `buffered`, which begins where the last step's consumed bytes ended. For
  /// message, bad and lost the view is filled as far as the message can be read; it lives as long as
  /// `buffered`.
  Step next(ByteView buffered, MessageView& view) noexcept;

  /// True when the last buffer ended inside a message (SPEC L9); a lone CRLF, half of a ping, is not a
  /// message.
  [[nodiscard]] bool inside_message() const noexcept { return inside_message_; }

 private:
  Step frame_message(ByteView buffered, MessageView& view) noexcept;
  Step finish(Step step) noexcept;

  std::size_t searched_bytes_ = 0;  // known to hold no empty line
  std::size_t head_bytes_ = 0;      // 0: not complete
  std::size_t message_bytes_ = 0;
  bool inside_message_ = false;
};

}  // namespace fapfon::sip
