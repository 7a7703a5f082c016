// SPDX-License-Identifier: GPL-2.0-or-later
// The interception as a script for `nft -f` (SPEC N1): one table of our own, replaced in one transaction.
// Text in, text out; nothing is run here. Family inet, so that both address families are in one table with
// one name. It needs Linux 5.2; older kernels get iptables.
#pragma once

#include <string>

#include "base/bytes.hpp"
#include "nat/interception.hpp"

namespace fapfon::nat {

inline constexpr ByteView kNftTable = "inet fapfon_proxy";

/// How much of the protection against the kernel's SIP helper the kernel can do (docs/architecture.md, "NAT
/// rules").
struct HelperGuard {
  bool takes_template = true;  ///< against `iptables -t raw -j CT --helper sip`
  bool takes_place = true;     ///< against `ct helper set` in other tables
};

/// The script. Applying it twice is applying it once; it replaces whatever an earlier configuration left.
std::string nft_ruleset(const Interception& interception, HelperGuard guard = {});

/// Tells one configuration from another: a number made of the table without its protection, which depends on
/// the kernel. It is a comment in the rules, where own_rules.hpp finds it.
std::string nft_fingerprint(const Interception& interception);

}  // namespace fapfon::nat
