// SPDX-License-Identifier: GPL-2.0-or-later
// NAT is decided once for each connection. A phone that was talking to the Box before the rules came would
// stay on its old path as long as it keeps talking, which for UDP keep-alives is for ever. So these
// connections are forgotten by the kernel and their next packet is decided anew. Here: the arguments of
// conntrack(8) that select them.
#pragma once

#include <string>
#include <vector>

#include "nat/interception.hpp"

namespace fapfon::nat {

/// Which connections from the VPN to the Box's SIP port.
enum class Connections : std::uint8_t {
  not_translated,  ///< those that still go to the Box itself
  translated,      ///< those that go elsewhere by DNAT or REDIRECT
  all,
};

/// Argument lists of `conntrack -D`, one for each range, Box address and protocol.
std::vector<std::vector<std::string>> conntrack_deletions(const std::vector<FamilyPart>& parts,
                                                          Connections which);

}  // namespace fapfon::nat
