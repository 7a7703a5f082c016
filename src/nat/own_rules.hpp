// SPDX-License-Identifier: GPL-2.0-or-later
// Finds our own rules among all that a tool has listed. The kernel is the only memory of what was set up: a
// program that was killed and a configuration that has changed need no other. Pure: rules in, values out.
#pragma once

#include <vector>

#include "firewall/rules.hpp"
#include "nat/interception.hpp"

namespace fapfon::nat {

/// True for the chains that `fapfon-proxy nat setup` makes, with nft or with iptables.
bool is_own(const firewall::Chain& chain);

/// The Box addresses and VPN ranges that our rules among `rules` intercept, whichever tool listed them; empty
/// when there are no rules of ours, or none that translates.
std::vector<FamilyPart> intercepted_by(const firewall::PacketRules& rules);

/// Whether our table among `rules`, as nft lists it, is the table of this very interception: the fingerprint
/// is its own, and no translation is lost. (For iptables: iptables_rules.hpp, which compares the rules.)
bool nft_table_is_for(const firewall::PacketRules& rules, const Interception& interception);

}  // namespace fapfon::nat
