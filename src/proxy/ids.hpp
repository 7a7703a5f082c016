// SPDX-License-Identifier: GPL-2.0-or-later
// The identifiers of the core.
#pragma once

#include "base/ids.hpp"

namespace fapfon::proxy {

/// One hop: transport, local and remote address (RFC 5626).
using FlowId = Id<struct FlowTag>;
/// One phone account as the Box sees it (SPEC section 1).
using LineId = Id<struct LineTag>;
/// One call of a line. Not the Call-ID, which is a header.
using CallRef = Id<struct CallTag>;

}  // namespace fapfon::proxy
