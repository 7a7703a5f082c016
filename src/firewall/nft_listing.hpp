// SPDX-License-Identifier: GPL-2.0-or-later
// Reads what `nft -j list ruleset` prints (libnftables-json(5)). What a rule looks like to its owner comes
// from `nft -a list ruleset`, found by its handle.
#pragma once

#include <string>

#include "base/bytes.hpp"
#include "base/expected.hpp"
#include "firewall/rules.hpp"

namespace fapfon::firewall {

/// The chains of all tables, or why the text is not a ruleset. Without a `listing` the rules have no text.
Expected<PacketRules, std::string> read_nft_rules(ByteView json, ByteView listing);

}  // namespace fapfon::firewall
