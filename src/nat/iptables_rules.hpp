// SPDX-License-Identifier: GPL-2.0-or-later
// The same interception as input of `iptables-restore --noflush` and `ip6tables-restore --noflush`, for
// machines where nft is missing or too old. Each table is replaced in one transaction. What has to go away is
// found in the output of iptables-save, so nothing is left behind and nobody else's rule is touched. Text in,
// text out.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "nat/interception.hpp"

namespace fapfon::nat {

/// What the empty place of the kernel's SIP helper is filled with (docs/architecture.md, "NAT rules").
enum class RawGuard : std::uint8_t {
  other_helper,  ///< a template with a helper that sees nothing of its own in SIP
  no_helper,     ///< a template without one, where the kernel lacks such a helper
};

/// The table nat: our chain with the rules, and a jump to it in front of all others. `saved` is what
/// iptables-save says now; chains and jumps of an earlier setup in it are replaced.
std::string iptables_nat_table(const FamilyPart& part, const Interception& interception, ByteView saved);

/// The table raw, which keeps the kernel's SIP helper away.
std::string iptables_raw_table(const FamilyPart& part, RawGuard guard, ByteView saved);

/// Removes all of ours that is in `saved`; empty when nothing is.
std::string iptables_removal(ByteView saved);

/// Whether `saved` has exactly the rules of this interception in table nat, and one jump to them.
bool iptables_save_is_for(ByteView saved, const FamilyPart& part, const Interception& interception);

/// The Box addresses and VPN ranges that our rules in `saved` intercept; none when there are no rules of
/// ours.
std::vector<FamilyPart> families_in_iptables_save(ByteView saved);

}  // namespace fapfon::nat
