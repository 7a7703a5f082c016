// SPDX-License-Identifier: GPL-2.0-or-later
#include "sip/via.hpp"

#include <algorithm>

namespace fapfon::sip {
namespace {

/// Takes "token LWS? /" or, for the last part, "token LWS" from the front of `text`.
std::optional<ByteView> take_token(ByteView& text) noexcept {
  const auto end = std::find_if_not(text.begin(), text.end(), is_token_char);
  const auto length = static_cast<std::size_t>(end - text.begin());
  if (length == 0) return std::nullopt;
  const ByteView token = text.substr(0, length);
  text = trim(text.substr(length));
  return token;
}

bool take_slash(ByteView& text) noexcept {
  if (text.empty() || text.front() != '/') return false;
  text = trim(text.substr(1));
  return true;
}

struct Protocol {
  ByteView version;
  ByteView transport;
};

/// sent-protocol = "SIP" SLASH version SLASH transport; white space may stand around the slashes.
std::optional<Protocol> take_protocol(ByteView& text) noexcept {
  const auto name = take_token(text);
  if (!name || !iequals(*name, "SIP") || !take_slash(text)) return std::nullopt;
  const auto version = take_token(text);
  if (!version || !take_slash(text)) return std::nullopt;
  const auto transport = take_token(text);
  if (!transport) return std::nullopt;
  return Protocol{*version, *transport};
}

bool read_params(Via& via) noexcept {
  ParamReader reader(via.params);
  while (const auto param = reader.next()) {
    if (iequals(param->name, "branch")) via.branch = param->value;
    if (iequals(param->name, "rport")) via.rport = param;
    if (iequals(param->name, "received")) via.received = param;
  }
  return trim(reader.rest()).empty();
}

}  // namespace

std::optional<Via> parse_via(ByteView value) noexcept {
  Via via;
  via.whole = trim(value);
  ByteView text = via.whole;
  const auto protocol = take_protocol(text);
  if (!protocol || protocol->version != "2.0") return std::nullopt;
  via.transport = protocol->transport;
  const std::size_t semicolon = text.find(';');
  const auto sent_by = parse_host_port(text.substr(0, semicolon));
  if (!sent_by) return std::nullopt;
  via.sent_by = *sent_by;
  via.params = text.substr(std::min(semicolon, text.size()));
  if (!read_params(via)) return std::nullopt;
  return via;
}

bool names_sender(ByteView value) noexcept {
  ByteView text = trim(value);
  return take_protocol(text) && parse_host_port(text.substr(0, text.find(';')));
}

}  // namespace fapfon::sip
