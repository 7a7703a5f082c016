// SPDX-License-Identifier: GPL-2.0-or-later
// One Via value (RFC 3261 section 20.42; rport: RFC 3581).
#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "sip/grammar.hpp"
#include "sip/host_port.hpp"

namespace fapfon::sip {

struct Via {
  ByteView whole;
  ByteView transport;  ///< "UDP", "TCP" ... as it stands
  HostPort sent_by;
  ByteView params;
  std::optional<Param> rport;  ///< may be without a value
  std::optional<Param> received;
  ByteView branch;  ///< empty in a message of RFC 2543
};

/// Reads one Via value. None when sent-protocol, sent-by or the parameters cannot be read.
/// Views live as long as `value`; no allocation.
std::optional<Via> parse_via(ByteView value) noexcept;

}  // namespace fapfon::sip
