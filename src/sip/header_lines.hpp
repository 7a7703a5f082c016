// SPDX-License-Identifier: GPL-2.0-or-later
// Splits a header section into lines and logical headers (RFC 3261 section 7.3.1). LF alone ends a
// line as well as CR LF. Used for SIP messages and for the parts of a multipart body (RFC 2046).
#pragma once

#include <cstddef>
#include <optional>

#include "base/bytes.hpp"
#include "sip/header_name.hpp"

namespace fapfon::sip {

/// One header as it stands; views into the buffer.
struct HeaderLine {
  HeaderName name = HeaderName::other;
  ByteView name_text;
  ByteView value;  ///< trimmed, folding inside it kept; may be empty
};

/// The length of the header section at the start of `text`, its empty line included; none when there
/// is no empty line. `searched` bytes at the front are known to hold none (for streams).
std::optional<std::size_t> find_header_end(ByteView text, std::size_t searched = 0) noexcept;

/// Walks over the headers of `section`, which starts behind the start line.
class HeaderReader {
 public:
  explicit HeaderReader(ByteView section) noexcept : rest_(section) {}

  /// The next header; none at the empty line or at the end. A line without a colon has an empty name_text and
  /// passes as it is.
  std::optional<HeaderLine> next() noexcept;

 private:
  ByteView rest_;
};

/// Takes one line off the front of `text`; the view has no line end.
ByteView take_line(ByteView& text) noexcept;

}  // namespace fapfon::sip
