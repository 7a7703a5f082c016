// SPDX-License-Identifier: GPL-2.0-or-later
// The same interception as input of `iptables-restore --noflush` and `ip6tables-restore --noflush`, for
// machines where nft is missing or too old. Each table is replaced in one transaction. What has to go away is
// found among the rules that iptables-save lists, so nothing is left behind and nobody else's rule is
// touched. Rules in, text out.
#pragma once

#include <string>

#include "base/bytes.hpp"
#include "firewall/rules.hpp"
#include "nat/interception.hpp"

namespace fapfon::nat {

/// What the empty place of the kernel's SIP helper is filled with (docs/architecture.md, "NAT rules").
enum class RawGuard : std::uint8_t {
  other_helper,  ///< a template with a helper that sees nothing of its own in SIP
  no_helper,     ///< a template without one, where the kernel lacks such a helper
};

/// The table nat: our chain with the rules, and a jump to it before all others. `now` are the rules that
/// iptables-save lists at this moment; chains and jumps of an earlier setup in them are replaced.
std::string iptables_nat_table(const FamilyPart& part, const Interception& interception,
                               const firewall::PacketRules& now);

/// The table raw, which keeps the kernel's SIP helper away.
std::string iptables_raw_table(const FamilyPart& part, RawGuard guard, const firewall::PacketRules& now);

/// Removes all of ours that is in `now`; empty when nothing is.
std::string iptables_removal(const firewall::PacketRules& now);

/// Whether `now` has exactly the rules of this interception in table nat, and one jump to them.
bool iptables_rules_are_for(const firewall::PacketRules& now, const FamilyPart& part,
                            const Interception& interception);

}  // namespace fapfon::nat
