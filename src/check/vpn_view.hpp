// SPDX-License-Identifier: GPL-2.0-or-later
// How the facts look from the VPN: which interfaces phones come in by, which networks they are in, and where
// the home network is. Several checks ask the same questions; here they get the same answers.
#pragma once

#include <string>
#include <vector>

#include "box/media_path.hpp"
#include "box/vpn_side.hpp"
#include "check/facts.hpp"

namespace fapfon::check {

/// The interfaces that phones can come in by: tunnels that are up, and others with an address in VPN=, but
/// never the one that leads to the Box.
std::vector<const Interface*> vpn_interfaces(const Facts& facts);

/// The interface that leads to the Box; null when there is none.
const Interface* home_interface(const Facts& facts);
/// Its network on the way to the Box: 172.30.10.0/24.
std::optional<Prefix> home_network(const Facts& facts);

/// Where phones are, in one family: VPN= if it is set, else the networks of the VPN's interfaces, else the
/// private ranges.
std::vector<Prefix> phone_networks(const Facts& facts, Family family);

/// The addresses of this machine in the VPN, from which the Box is asked (SPEC M1).
std::vector<box::VpnSide> vpn_sides(const Facts& facts, Family family);

/// What the Box's answers say about the path of audio (SPEC M1), whatever --media says.
box::MediaDecision media_by_box(const Facts& facts);
/// What fapfon-proxy decides.
box::MediaDecision media_decision(const Facts& facts);

/// An address that stands for a phone in this network.
IpAddress phone_in(const Facts& facts, const Prefix& network);
/// The interface that this phone comes in by; empty when that cannot be said.
std::string interface_of_phone(const Facts& facts, const IpAddress& phone);

/// True when the Box is this machine.
bool is_own_address(const Facts& facts, const IpAddress& ip);

}  // namespace fapfon::check
