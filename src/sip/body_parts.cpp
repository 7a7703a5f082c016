// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/body_parts.hpp"

#include <algorithm>

#include "sip/grammar.hpp"

namespace fapfon::sip {
namespace {

ByteView media_type(ByteView content_type) noexcept {
  return trim(content_type.substr(0, content_type.find(';')));
}

ByteView without_quotes(ByteView value) noexcept {
  const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  return quoted ? value.substr(1, value.size() - 2) : value;
}

ByteView boundary_of(ByteView content_type) noexcept {
  constexpr ByteView kMultipart = "multipart/";
  if (!iequals(media_type(content_type).substr(0, kMultipart.size()), kMultipart)) return {};
  const auto param =
      find_param(content_type.substr(std::min(content_type.find(';'), content_type.size())), "boundary");
  return param ? without_quotes(param->value) : ByteView{};
}

/// Where the next "--boundary" at the start of a line is; npos when there is none.
std::size_t find_delimiter(ByteView text, ByteView boundary) noexcept {
  constexpr ByteView kDashes = "--";
  std::size_t at = 0;
  while ((at = text.find(kDashes, at)) != ByteView::npos) {
    const bool line_start = at == 0 || text[at - 1] == '\n';
    if (line_start && text.substr(at + kDashes.size(), boundary.size()) == boundary) return at;
    ++at;
  }
  return ByteView::npos;
}

/// The line end in front of a delimiter belongs to the delimiter (RFC 2046 section 5.1.1).
ByteView without_last_line_end(ByteView text) noexcept {
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

void set_header(BodyPart& part, const HeaderLine& header) noexcept {
  if (header.name == HeaderName::content_type) part.content_type = header.value;
  if (header.name == HeaderName::content_encoding) part.content_encoding = header.value;
  if (header.name == HeaderName::content_length) part.content_length = header.value;
}

/// `text` is what stands between two delimiters: headers (maybe none), empty line, body.
BodyPart read_part(ByteView text, std::size_t depth) noexcept {
  BodyPart part;
  part.depth = depth;
  const bool no_headers = text.substr(0, 1) == "\n" || text.substr(0, 2) == "\r\n";
  const std::size_t body_start =
      no_headers ? text.find('\n') + 1 : find_header_end(text).value_or(text.size());
  HeaderReader reader(text.substr(0, body_start));
  while (const auto header = reader.next()) set_header(part, *header);
  part.body = text.substr(body_start);
  return part;
}

}  // namespace

BodyParts::BodyParts(const MessageView& message) noexcept {
  if (message.body().empty()) return;
  BodyPart whole;
  whole.body = message.body();
  for (const HeaderLine& header : message.headers()) set_header(whole, header);
  add(whole);
}

void BodyParts::add(const BodyPart& part) noexcept {
  if (count_ == parts_.size()) return;
  parts_[count_++] = part;
  if (part.depth < kMaxMultipartDepth && is_plain(part.content_encoding)) add_nested(part);
}

void BodyParts::add_nested(const BodyPart& part) noexcept {
  const ByteView boundary = boundary_of(part.content_type);
  if (boundary.empty()) return;
  ByteView rest = part.body;
  std::size_t delimiter = find_delimiter(rest, boundary);
  while (delimiter != ByteView::npos && count_ < parts_.size()) {
    rest.remove_prefix(delimiter + 2 + boundary.size());
    if (rest.substr(0, 2) == "--") return;
    take_line(rest);  // white space behind the boundary
    delimiter = find_delimiter(rest, boundary);
    if (delimiter == ByteView::npos) return;
    add(read_part(without_last_line_end(rest.substr(0, delimiter)), part.depth + 1));
  }
}

bool is_media_type(ByteView content_type, ByteView wanted) noexcept {
  return iequals(media_type(content_type), wanted);
}

bool is_plain(ByteView content_encoding) noexcept {
  return content_encoding.empty() || iequals(content_encoding, "identity");
}

}  // namespace fapfon::sip
