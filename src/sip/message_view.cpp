// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/message_view.hpp"

#include <algorithm>
#include <bitset>

#include "sip/grammar.hpp"

namespace fapfon::sip {

ParseError MessageView::parse_datagram(ByteView datagram) noexcept {
  whole_ = datagram;
  body_ = datagram.substr(datagram.size());
  auto end = find_header_end(datagram.substr(0, kMaxHeaderBytes));
  // The last line of a message without body may end it, empty line or not (RFC 4475 section 3.1.2.15 has
  // one).
  const bool ends_with_line = !datagram.empty() && datagram.back() == '\n';
  if (!end && ends_with_line && datagram.size() <= kMaxHeaderBytes) end = datagram.size();
  const std::size_t head_bytes = end.value_or(std::min(datagram.size(), kMaxHeaderBytes));
  const ParseError head_error = read_head(datagram.substr(0, head_bytes));
  if (!end)
    return datagram.size() > kMaxHeaderBytes ? ParseError::header_too_long : ParseError::no_empty_line;
  if (head_error != ParseError::none) return head_error;
  const std::size_t available = datagram.size() - head_bytes;
  if (!has_content_length_) content_length_ = available;
  if (content_length_ > available) return ParseError::truncated_body;
  whole_ = datagram.substr(0, head_bytes + content_length_);
  body_ = whole_.substr(head_bytes);
  return read_routing();
}

ParseError MessageView::parse_stream_head(ByteView stream, std::size_t head_bytes) noexcept {
  whole_ = stream.substr(0, head_bytes);
  body_ = whole_.substr(head_bytes);
  const ParseError head_error = read_head(whole_);
  if (head_error != ParseError::none) return head_error;
  return has_content_length_ ? ParseError::none : ParseError::missing_content_length;
}

ParseError MessageView::parse_stream_message(ByteView message) noexcept {
  whole_ = message;
  body_ = message.substr(message.size() - content_length_);
  return read_routing();
}

const HeaderLine* MessageView::find(HeaderName name) const noexcept {
  const auto all = headers();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const HeaderLine& line) { return line.name == name; });
  return found == all.end() ? nullptr : &*found;
}

/// Splits only; errors here are those that make the length of the message unknown.
ParseError MessageView::read_head(ByteView head) noexcept {
  header_count_ = 0;
  start_error_ = parse_start_line(take_line(head), start_);
  HeaderReader reader(head);
  while (const auto header = reader.next()) {
    if (header_count_ == headers_.size()) return ParseError::too_many_headers;
    headers_[header_count_++] = *header;
  }
  return read_content_length();
}

ParseError MessageView::read_content_length() noexcept {
  has_content_length_ = false;
  content_length_ = 0;
  for (const HeaderLine& header : headers()) {
    if (header.name != HeaderName::content_length) continue;
    // A value with more digits than fit is a number all the same, but one above every limit.
    const bool digits =
        !header.value.empty() && std::all_of(header.value.begin(), header.value.end(), is_digit);
    if (!digits) return ParseError::bad_content_length;
    const auto length = parse_decimal<std::size_t>(header.value);
    if (!length || *length > kMaxBodyBytes) return ParseError::body_too_long;
    if (has_content_length_ && *length != content_length_) return ParseError::several_content_lengths;
    has_content_length_ = true;
    content_length_ = *length;
  }
  return ParseError::none;
}

ParseError MessageView::read_routing() noexcept {
  if (start_error_ != ParseError::none) return start_error_;
  std::bitset<kHeaderNames.size() + 1> seen;
  contacts_.clear();
  for (const HeaderLine& header : headers()) {
    if (header.name == HeaderName::contact) read_contacts(header.value);
    if (!routes_alone(header.name)) continue;
    const auto index = static_cast<std::size_t>(header.name);
    const bool again = seen.test(index);
    seen.set(index);
    if (again && header.name == HeaderName::via) continue;  // only the topmost is read
    if (again) return ParseError::repeated_header;
    const ParseError error = read_single(header);
    if (error != ParseError::none) return error;
  }
  for (const HeaderName name :
       {HeaderName::via, HeaderName::from, HeaderName::to, HeaderName::call_id, HeaderName::cseq}) {
    if (!seen.test(static_cast<std::size_t>(name))) return ParseError::missing_header;
  }
  const bool mismatch = start_.is_request && start_.method_text != cseq_.method;
  return mismatch ? ParseError::method_mismatch : ParseError::none;
}

void MessageView::read_contacts(ByteView value) {
  ValueReader values(value);
  while (const auto one = values.next()) {
    const auto contact = parse_name_addr(*one);
    if (contact && contact->uri.is_sip()) contacts_.push_back(*contact);
  }
}

ParseError MessageView::read_single(const HeaderLine& header) noexcept {
  switch (header.name) {
    case HeaderName::via: {
      const auto value = ValueReader(header.value).next();
      const auto via = value ? parse_via(*value) : std::nullopt;
      if (!via) return ParseError::bad_via;
      via_ = *via;
      return ParseError::none;
    }
    case HeaderName::from:
    case HeaderName::to: {
      const bool is_from = header.name == HeaderName::from;
      const auto name_addr = parse_name_addr(header.value);
      if (!name_addr) return is_from ? ParseError::bad_from : ParseError::bad_to;
      (is_from ? from_ : to_) = *name_addr;
      return ParseError::none;
    }
    case HeaderName::call_id:
      call_id_ = header.value;
      return call_id_.empty() ? ParseError::bad_call_id : ParseError::none;
    case HeaderName::cseq: {
      const auto cseq = parse_cseq(header.value);
      if (!cseq) return ParseError::bad_cseq;
      cseq_ = *cseq;
      return ParseError::none;
    }
    case HeaderName::max_forwards:
    case HeaderName::other:
    case HeaderName::authorization:
    case HeaderName::contact:
    case HeaderName::content_encoding:
    case HeaderName::content_length:
    case HeaderName::content_type:
    case HeaderName::expires:
    case HeaderName::path:
    case HeaderName::proxy_authenticate:
    case HeaderName::proxy_authorization:
    case HeaderName::record_route:
    case HeaderName::refer_to:
    case HeaderName::referred_by:
    case HeaderName::route:
    case HeaderName::rseq:
    case HeaderName::session_expires:
    case HeaderName::www_authenticate:
      return ParseError::none;
  }
  return ParseError::none;
}

}  // namespace fapfon::sip
