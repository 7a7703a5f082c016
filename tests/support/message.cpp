// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/message.hpp"

#include <algorithm>
#include <map>

namespace fapfon::support {
namespace {

ByteView trim(ByteView text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// The n-th word of a start line, the rest of the line for the last one asked for.
std::string word(const std::string& line, int index) {
  std::size_t begin = 0;
  for (int i = 0; i < index; ++i) begin = line.find(' ', begin) + 1;
  return line.substr(begin, line.find(' ', begin) - begin);
}

/// Takes a list apart at commas that stand neither in quotes nor in <>.
void split_values(ByteView list, std::vector<std::string>& out) {
  bool quoted = false;
  bool bracketed = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i] == '"') quoted = !quoted;
    if (quoted) continue;
    if (list[i] == '<') bracketed = true;
    if (list[i] == '>') bracketed = false;
    if (list[i] != ',' || bracketed) continue;
    out.emplace_back(trim(list.substr(begin, i - begin)));
    begin = i + 1;
  }
  out.emplace_back(trim(list.substr(begin)));
}

}  // namespace

std::optional<Message> Message::read(ByteView text) {
  const std::size_t blank = text.find("\r\n\r\n");
  if (blank == ByteView::npos) return std::nullopt;
  Message message;
  message.body = text.substr(blank + 4);
  ByteView head = text.substr(0, blank);
  const std::size_t line_end = head.find("\r\n");
  message.start_line = head.substr(0, line_end);
  if (message.start_line.find("SIP/2.0") == std::string::npos) return std::nullopt;
  head.remove_prefix(line_end == ByteView::npos ? head.size() : line_end + 2);
  while (!head.empty()) {
    const ByteView line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(head.size(), line.size() + 2));
    const std::size_t colon = line.find(':');
    if (colon == ByteView::npos) return std::nullopt;
    message.add(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
  return message;
}

Message Message::request(ByteView method, ByteView uri) {
  Message message;
  message.start_line = std::string{method} + ' ' + std::string{uri} + " SIP/2.0";
  return message;
}

Message Message::response(int status, ByteView reason) {
  Message message;
  message.start_line = "SIP/2.0 " + std::to_string(status) + ' ' + std::string{reason};
  return message;
}

bool Message::is_request() const {
  return !start_line.starts_with("SIP/2.0");
}

int Message::status() const {
  return is_request() ? 0 : parse_decimal<int>(word(start_line, 1)).value_or(0);
}

std::string Message::method() const {
  if (is_request()) return word(start_line, 0);
  const std::string cseq = get("CSeq");
  return cseq.substr(std::min(cseq.size(), cseq.find(' ') + 1));
}

std::string Message::request_uri() const {
  return is_request() ? word(start_line, 1) : std::string{};
}

std::string Message::get(ByteView name) const {
  for (const Header& header : headers) {
    if (iequals(header.name, name)) return header.value;
  }
  return {};
}

bool Message::has(ByteView name) const {
  return std::any_of(headers.begin(), headers.end(),
                     [&](const Header& header) { return iequals(header.name, name); });
}

std::vector<std::string> Message::values(ByteView name) const {
  std::vector<std::string> found;
  for (const Header& header : headers) {
    if (iequals(header.name, name)) split_values(header.value, found);
  }
  return found;
}

Message& Message::add(ByteView name, ByteView value) {
  headers.push_back({std::string{name}, std::string{value}});
  return *this;
}

Message& Message::set(ByteView name, ByteView value) {
  for (Header& header : headers) {
    if (!iequals(header.name, name)) continue;
    header.value = value;
    return *this;
  }
  return add(name, value);
}

Message& Message::carry(ByteView content_type, ByteView content) {
  body = content;
  return set("Content-Type", content_type);
}

std::string Message::text() const {
  std::string out = start_line + "\r\n";
  for (const Header& header : headers) {
    if (!iequals(header.name, "Content-Length")) out += header.name + ": " + header.value + "\r\n";
  }
  return out + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string reason_of(int status) {
  static const std::map<int, std::string> reasons = {{100, "Trying"},
                                                     {180, "Ringing"},
                                                     {183, "Session Progress"},
                                                     {200, "OK"},
                                                     {401, "Unauthorized"},
                                                     {403, "Forbidden"},
                                                     {404, "Not Found"},
                                                     {407, "Proxy Authentication Required"},
                                                     {481, "Call/Transaction Does Not Exist"},
                                                     {486, "Busy Here"},
                                                     {487, "Request Terminated"},
                                                     {501, "Not Implemented"}};
  const auto found = reasons.find(status);
  return found == reasons.end() ? "Unknown" : found->second;
}

}  // namespace fapfon::support
