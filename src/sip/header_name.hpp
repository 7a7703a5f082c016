// SPDX-License-Identifier: GPL-2.0-or-later
// The headers that some rule reads, with their compact forms (RFC 3261 section 7.3.3 and the IANA
// registry). All others are `other` and pass as they are.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.hpp"

namespace fapfon::sip {

enum class HeaderName : std::uint8_t {
  other,
  authorization,
  call_id,
  contact,
  content_encoding,
  content_length,
  content_type,
  cseq,
  expires,
  from,
  max_forwards,
  path,
  proxy_authenticate,
  proxy_authorization,
  record_route,
  refer_to,
  referred_by,
  route,
  rseq,
  session_expires,
  to,
  via,
  www_authenticate,
};

struct HeaderNameRow {
  HeaderName name;
  ByteView text;
  char compact;  ///< 0: has none
};

inline constexpr std::array kHeaderNames = {
    HeaderNameRow{HeaderName::authorization, "Authorization", 0},
    HeaderNameRow{HeaderName::call_id, "Call-ID", 'i'},
    HeaderNameRow{HeaderName::contact, "Contact", 'm'},
    HeaderNameRow{HeaderName::content_encoding, "Content-Encoding", 'e'},
    HeaderNameRow{HeaderName::content_length, "Content-Length", 'l'},
    HeaderNameRow{HeaderName::content_type, "Content-Type", 'c'},
    HeaderNameRow{HeaderName::cseq, "CSeq", 0},
    HeaderNameRow{HeaderName::expires, "Expires", 0},
    HeaderNameRow{HeaderName::from, "From", 'f'},
    HeaderNameRow{HeaderName::max_forwards, "Max-Forwards", 0},
    HeaderNameRow{HeaderName::path, "Path", 0},
    HeaderNameRow{HeaderName::proxy_authenticate, "Proxy-Authenticate", 0},
    HeaderNameRow{HeaderName::proxy_authorization, "Proxy-Authorization", 0},
    HeaderNameRow{HeaderName::record_route, "Record-Route", 0},
    HeaderNameRow{HeaderName::refer_to, "Refer-To", 'r'},
    HeaderNameRow{HeaderName::referred_by, "Referred-By", 'b'},
    HeaderNameRow{HeaderName::route, "Route", 0},
    HeaderNameRow{HeaderName::rseq, "RSeq", 0},
    HeaderNameRow{HeaderName::session_expires, "Session-Expires", 'x'},
    HeaderNameRow{HeaderName::to, "To", 't'},
    HeaderNameRow{HeaderName::via, "Via", 'v'},
    HeaderNameRow{HeaderName::www_authenticate, "WWW-Authenticate", 0},
};

/// The name in any case, long or compact; `other` for a name that no rule reads.
constexpr HeaderName header_name(ByteView text) noexcept {
  const bool compact = text.size() == 1;
  for (const HeaderNameRow& row : kHeaderNames) {
    const bool same = compact ? row.compact == to_lower(text.front())
                              : row.text.size() == text.size() && iequals(row.text, text);
    if (same) return row.name;
  }
  return HeaderName::other;
}

/// The headers without which a message cannot be routed (SPEC F8), and Max-Forwards. All but Via may appear
/// only once.
constexpr bool routes_alone(HeaderName name) noexcept {
  return name == HeaderName::via || name == HeaderName::from || name == HeaderName::to ||
         name == HeaderName::call_id || name == HeaderName::cseq || name == HeaderName::max_forwards;
}

/// The headers of SPEC H2 and H3 that route a message or tell where to send one.
constexpr bool is_routing_header(HeaderName name) noexcept {
  return name == HeaderName::route || name == HeaderName::record_route || name == HeaderName::path ||
         name == HeaderName::refer_to || name == HeaderName::referred_by;
}

}  // namespace fapfon::sip
