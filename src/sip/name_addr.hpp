// SPDX-License-Identifier: GPL-2.0-or-later
// name-addr and addr-spec with header parameters: one value of From, To, Contact, Route, Refer-To ...
// (RFC 3261 section 20.10, 25.1).
#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "sip/uri.hpp"

namespace fapfon::sip {

struct NameAddr {
  ByteView whole;
  Uri uri;
  bool in_brackets = false;  ///< <sip:...>; without them ; starts a header parameter (section 20.10)
  ByteView params;           ///< header parameters from the first semicolon on
};

/// Reads all of `value`, which must not be "*". None when there is no URI, or when a quote or < is
/// left open. An unquoted display name with a comma (RFC 4475 section 3.1.2.15) is read.
/// Views live as long as `value`; no allocation.
std::optional<NameAddr> parse_name_addr(ByteView value) noexcept;

}  // namespace fapfon::sip
