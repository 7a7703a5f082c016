// SPDX-License-Identifier: GPL-2.0-or-later
// Reads what iptables-save and ip6tables-save print (iptables-extensions(8)).
#pragma once

#include <string>

#include "base/bytes.hpp"
#include "firewall/rules.hpp"

namespace fapfon::firewall {

/// The chains of all tables in the text. `program` is the command that edits them ("iptables",
/// "ip6tables-legacy"), from which the family is known too.
PacketRules read_iptables_rules(ByteView text, const std::string& program);

}  // namespace fapfon::firewall
