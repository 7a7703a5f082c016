// SPDX-License-Identifier: GPL-2.0-or-later
// Gathers the facts from this host: /proc, nft, iptables, conntrack, ip, and two questions to the Box. Each
// of these has a deadline, and what fails leaves its fact out.
#pragma once

#include "check/facts.hpp"

namespace fapfon::check {

/// All facts about the subject. Takes a few seconds at most, and changes nothing.
Facts collect(const Subject& subject);

/// What `ip -statistics -json neigh show ADDRESS` says about a machine of the own network.
BoxFacts::Neighbour read_neighbour(ByteView json);

/// True when `ip route get ... iif ...` says that the kernel would drop the packet for its source.
bool is_dropped_for_source(int exit_code, ByteView complaint);

/// The VPN that a process is, when it runs without an interface: the words of its command line
/// (/proc/PID/cmdline, parted by NUL) say so. Empty for any other process.
std::string vpn_without_interface(ByteView command_line);

/// The lines of `conntrack -L` that have a SIP helper and lead to the Box or come from it.
std::vector<std::string> helped_connections(ByteView listing, const IpAddress& box);

}  // namespace fapfon::check
