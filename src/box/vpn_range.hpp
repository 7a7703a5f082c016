// SPDX-License-Identifier: GPL-2.0-or-later
// What people write where the addresses of the VPN's clients belong, and what they mean by it: the name of an
// interface, one address where the whole range was meant, everybody. Used at start and by `check`, so that
// both say the same. Nothing here decides who is served; that is what was written (SPEC N4).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/interfaces.hpp"

namespace fapfon::box {

/// The network of the phones when all that is known is our own address in it: its own network, or, where a
/// tunnel has a single address, what such tunnels usually have (Tailscale: RFC 6598; OpenVPN: /24).
Prefix network_around(const Prefix& address);

/// True for text that can be the name of an interface and is no attempt at an address: "wg0", "br-5f0c1b".
bool is_interface_name(ByteView text);

/// The networks of the interface with this name; empty when there is none, or when it has no address yet.
std::vector<Prefix> ranges_of_interface(const net::Interfaces& interfaces, ByteView name);

/// The range that was probably meant by one single address: the network that it is the address of
/// (10.208.13.0), or the one in which it is this machine's own (10.208.13.1 with wg0 10.208.13.1/24). None
/// for a range, and for an address that a phone can have.
std::optional<Prefix> probably_meant(const Prefix& range, const net::Interfaces& interfaces);

/// True for a range that has most of the Internet in it: 0.0.0.0/0, ::/0, or a half of them.
bool is_of_everybody(const Prefix& range);

}  // namespace fapfon::box
