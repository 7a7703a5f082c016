// SPDX-License-Identifier: GPL-2.0-or-later
// Takes a TCP stream apart into messages and pings (RFC 3261 section 18.3, RFC 5626 section 4.4.1),
// for the simulated peers. Bytes that are no SIP stay in the buffer and make `broken` true.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/bytes.hpp"

namespace fapfon::support {

class Stream {
 public:
  void add(ByteView bytes) { buffer_.append(bytes); }
  /// The next whole message; none while it is incomplete.
  std::optional<std::string> next();

  [[nodiscard]] bool broken() const noexcept { return broken_; }
  /// CRLFs that came between messages.
  [[nodiscard]] std::size_t crlf_count() const noexcept { return crlf_count_; }

 private:
  std::string buffer_;
  std::size_t crlf_count_ = 0;
  bool broken_ = false;
};

}  // namespace fapfon::support
