// SPDX-License-Identifier: GPL-2.0-or-later
// A place of the Box: one of its addresses, and the address of this machine that leads to it. All that
// follows from the network depends on the pair: box-facing addresses, NAT rules, the question whether audio
// can be direct.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "base/socket_address.hpp"

namespace fapfon::box {

struct BoxPlace {
  SocketAddress box;
  IpAddress local;  ///< of this machine, towards the Box; the Box's own when this machine is the Box

  friend bool operator==(const BoxPlace&, const BoxPlace&) = default;
};

/// The addresses to which a route leads, in the order given. When there is none, the cause: the kernel's, or
/// that there is no address at all.
Expected<std::vector<BoxPlace>, std::string> places_of(const std::vector<IpAddress>& addresses,
                                                       std::uint16_t port);

}  // namespace fapfon::box
