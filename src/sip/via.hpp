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

/// True when sent-protocol, of any version, and sent-by can be read: enough to answer on the flow that the
/// request came on, however damaged the parameters are (RFC 4475 sections 3.1.2.1, 3.1.2.16).
bool names_sender(ByteView value) noexcept;

}  // namespace fapfon::sip
