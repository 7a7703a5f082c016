// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/header_lines.hpp"

#include "sip/grammar.hpp"

namespace fapfon::sip {
namespace {

/// Length of the header at the front of `text` with all its folded lines, line end included.
std::size_t logical_line_length(ByteView text) noexcept {
  std::size_t at = 0;
  while (true) {
    const std::size_t line_feed = text.find('\n', at);
    if (line_feed == ByteView::npos) return text.size();
    at = line_feed + 1;
    const bool folded = at < text.size() && (text[at] == ' ' || text[at] == '\t');
    if (!folded) return at;
  }
}

}  // namespace

std::optional<std::size_t> find_header_end(ByteView text, std::size_t searched) noexcept {
  // An empty line may straddle what was searched before: "\n", "\r\n" behind a "\n".
  std::size_t at = searched > 2 ? searched - 2 : 0;
  while ((at = text.find('\n', at)) != ByteView::npos) {
    ++at;
    if (at < text.size() && text[at] == '\n') return at + 1;
    if (at + 1 < text.size() && text[at] == '\r' && text[at + 1] == '\n') return at + 2;
  }
  return std::nullopt;
}

ByteView take_line(ByteView& text) noexcept {
  const std::size_t line_feed = text.find('\n');
  ByteView line = text.substr(0, line_feed);
  text.remove_prefix(line_feed == ByteView::npos ? text.size() : line_feed + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

std::optional<HeaderLine> HeaderReader::next() noexcept {
  if (rest_.empty() || rest_.front() == '\n' || rest_.substr(0, 2) == "\r\n") return std::nullopt;
  const ByteView line = rest_.substr(0, logical_line_length(rest_));
  rest_.remove_prefix(line.size());
  HeaderLine header;
  const std::size_t colon = line.find(':');
  if (colon == ByteView::npos) {
    header.value = trim(line);
    return header;
  }
  header.name_text = trim(line.substr(0, colon));
  header.name = header_name(header.name_text);
  header.value = trim(line.substr(colon + 1));
  return header;
}

}  // namespace fapfon::sip
