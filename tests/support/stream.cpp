// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/stream.hpp"

#include "support/message.hpp"

namespace fapfon::support {

std::optional<std::string> Stream::next() {
  while (buffer_.starts_with("\r\n")) {
    buffer_.erase(0, 2);
    ++crlf_count_;
  }
  const std::size_t blank = buffer_.find("\r\n\r\n");
  if (broken_ || blank == std::string::npos) return std::nullopt;
  const std::size_t head_bytes = blank + 4;
  const auto head = Message::read(ByteView{buffer_}.substr(0, head_bytes));
  const auto length = head ? parse_decimal<std::size_t>(head->get("Content-Length")) : std::nullopt;
  broken_ = !length;
  if (broken_ || buffer_.size() < head_bytes + *length) return std::nullopt;
  std::string message = buffer_.substr(0, head_bytes + *length);
  buffer_.erase(0, message.size());
  return message;
}

}  // namespace fapfon::support
