// SPDX-License-Identifier: GPL-2.0-or-later
// What a phone reads about NAT in the top Via of a response (SPEC H5).
#pragma once

#include <cstdint>

namespace fapfon::rewrite {

enum class NatReport : std::uint8_t {
  via,     ///< rport = the port of its own sent-by, received = its observed address
  source,  ///< rport = its observed port (RFC 3581), received = its observed address
  mirror,  ///< host and port of its own Contact, so that pjsip sees no NAT at all
  box,     ///< rport = the port of its own sent-by, received as the Box wrote it: as the original program did
};

}  // namespace fapfon::rewrite
