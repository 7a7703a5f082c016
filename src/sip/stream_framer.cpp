// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/stream_framer.hpp"

#include "sip/keep_alive.hpp"

namespace fapfon::sip {

StreamFramer::Step StreamFramer::next(ByteView buffered, MessageView& view) noexcept {
  constexpr ByteView kLineEnd = "\r\n";
  constexpr ByteView kPing = "\r\n\r\n";
  inside_message_ = false;
  if (buffered.empty()) return {};
  if (kKeepAliveBytes.find(buffered.front()) == ByteView::npos) return frame_message(buffered, view);
  if (buffered.substr(0, kPing.size()) == kPing) return {Kind::ping, kPing.size()};
  if (kPing.substr(0, buffered.size()) == buffered) return {};
  const bool is_line_end = buffered.substr(0, kLineEnd.size()) == kLineEnd;
  return {Kind::skipped, is_line_end ? kLineEnd.size() : 1};
}

StreamFramer::Step StreamFramer::frame_message(ByteView buffered, MessageView& view) noexcept {
  inside_message_ = true;
  if (message_bytes_ > buffered.size()) return {};
  if (head_bytes_ == 0) {
    const auto end = find_header_end(buffered.substr(0, kMaxHeaderBytes), searched_bytes_);
    if (!end && buffered.size() < kMaxHeaderBytes) {
      searched_bytes_ = buffered.size();
      return {};
    }
    if (!end) {
      // Its parse says header_too_long and splits what there is, for the answer.
      const ParseError error = view.parse_datagram(buffered.substr(0, kMaxHeaderBytes + 1));
      return finish({Kind::lost, buffered.size(),
                     error == ParseError::no_empty_line ? ParseError::header_too_long : error});
    }
    head_bytes_ = *end;
  }
  const ParseError head_error = view.parse_stream_head(buffered, head_bytes_);
  if (head_error != ParseError::none) return finish({Kind::lost, buffered.size(), head_error});
  message_bytes_ = head_bytes_ + view.content_length();
  if (message_bytes_ > buffered.size()) return {};
  const ParseError error = view.parse_stream_message(buffered.substr(0, message_bytes_));
  return finish({error == ParseError::none ? Kind::message : Kind::bad, message_bytes_, error});
}

StreamFramer::Step StreamFramer::finish(Step step) noexcept {
  searched_bytes_ = head_bytes_ = message_bytes_ = 0;
  inside_message_ = false;
  return step;
}

}  // namespace fapfon::sip
