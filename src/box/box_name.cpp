// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/box_name.hpp"

#include <algorithm>

#include "base/prefix.hpp"
#include "text/translate.hpp"

namespace fapfon::box {
namespace {

using text::tr;
using text::trf;

constexpr std::size_t kMaxNameBytes = 253;  // RFC 1035 section 2.3.4, written out

Unexpected<std::string> wrong(ByteView text, const std::string& what) {
  return Unexpected<std::string>("BOX_ADDRESS '" + std::string{text} + "' " + what);
}

bool is_name_byte(char c) {
  const char lower = to_lower(c);
  return (lower >= 'a' && lower <= 'z') || is_digit(c) || c == '-' || c == '.' || c == '_';
}

bool is_host_name(ByteView text) {
  return !text.empty() && text.size() <= kMaxNameBytes && text.front() != '-' && text.front() != '.' &&
         text.find("..") == ByteView::npos && std::all_of(text.begin(), text.end(), is_name_byte);
}

/// "172.30.10" and "300.1.2.3": meant as an address, and no name ends in a number.
bool looks_like_ip4(ByteView text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
}

struct Parts {
  ByteView host;
  ByteView port;
  bool has_port = false;
};

/// Cuts off the port; a bare IPv6 address has none.
Parts split(ByteView text) {
  const std::size_t colon = text.rfind(':');
  const std::size_t bracket = text.rfind(']');
  if (colon == ByteView::npos || (bracket != ByteView::npos && bracket > colon)) return {text, {}, false};
  const bool bare_v6 = text.front() != '[' && text.find(':') != colon;
  if (bare_v6) return {text, {}, false};
  return {text.substr(0, colon), text.substr(colon + 1), true};
}

/// What stands between "http://" and the next '/': people copy the address of the Box's pages. None for text
/// that is neither an address of a page nor one of SIP.
std::optional<ByteView> host_in_link(ByteView text) {
  const std::size_t scheme = text.find("://");
  const bool is_sip = text.rfind("sip:", 0) == 0 || text.rfind("sips:", 0) == 0;
  if (scheme != ByteView::npos) {
    text.remove_prefix(scheme + 3);
  } else if (is_sip) {
    text.remove_prefix(text.find(':') + 1);
  } else if (text.find('/') == ByteView::npos) {
    return std::nullopt;
  }
  text = text.substr(0, text.find_first_of("/?;"));
  return text.substr(text.find('@') == ByteView::npos ? 0 : text.find('@') + 1);
}

std::string write_only(ByteView host) {
  return host.empty() ? tr("is not an address; write only the name, like fritz.box")
                      : trf("is a link; write only the name or the address: {}", host);
}

}  // namespace

std::string BoxName::to_string() const {
  return ip ? SocketAddress{ip, port}.to_string() : name + ':' + std::to_string(port);
}

Expected<BoxName, std::string> parse_box_name(ByteView text) {
  if (text.empty()) return wrong(text, tr("is empty; give the FRITZ!Box's address or name, like fritz.box"));
  if (const auto host = host_in_link(text)) return wrong(text, write_only(*host));
  const Parts parts = split(text);
  BoxName box;
  if (parts.has_port) {
    const auto port = parse_decimal<std::uint16_t>(parts.port);
    if (!port || *port == 0) return wrong(text, tr("has a wrong port; use a number from 1 to 65535"));
    box.port = *port;
  }
  if (text.find('%') != ByteView::npos) {
    return wrong(text, tr("names an interface; use the FRITZ!Box's address without '%'"));
  }
  if (const auto ip = IpAddress::parse(parts.host)) {
    if (ip->is_unspecified() || ip->is_multicast()) {
      return wrong(text, tr("is not the address of one machine; write the FRITZ!Box's own"));
    }
    box.ip = *ip;
    return box;
  }
  if (looks_like_ip4(parts.host) || !is_host_name(parts.host)) {
    return wrong(
        text, tr("is neither an address nor a name; write it like 172.30.10.1, [fd00::1]:5060 or fritz.box"));
  }
  box.name = parts.host;
  return box;
}

std::optional<std::string> mistrust(const std::string& name, const std::vector<IpAddress>& addresses) {
  constexpr ByteView kBox = "fritz.box";
  const ByteView end = ByteView{name}.substr(name.size() - std::min(name.size(), kBox.size()));
  const bool is_of_a_box = iequals(end, kBox);
  const bool any_private = std::any_of(addresses.begin(), addresses.end(),
                                       [](const IpAddress& ip) { return is_allowed(ip, private_ranges()); });
  if (!is_of_a_box || addresses.empty() || any_private) return std::nullopt;
  return trf(
      "the name leads to {}, which is not in a home network: some other name server has answered, not the "
      "FRITZ!Box; use the FRITZ!Box's address instead, like 192.168.178.1",
      addresses.front().to_string());
}

}  // namespace fapfon::box
