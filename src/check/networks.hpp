// SPDX-License-Identifier: GPL-2.0-or-later
// Arithmetic with the networks of addresses, as people and the FRITZ!Box write them.
#pragma once

#include <string>

#include "base/prefix.hpp"

namespace fapfon::check {

/// The network of an address: 172.20.11.1/24 gives 172.20.11.0/24.
Prefix network_of(const Prefix& address);

/// True when the two have an address in common.
bool overlap(const Prefix& a, const Prefix& b);

/// 255.255.255.0 for 24: what the FRITZ!Box asks for.
std::string ip4_mask(unsigned length);

/// An address of the network that is not `taken`, to stand for a phone in it: the last but one.
IpAddress sample_of(const Prefix& network, const IpAddress& taken = {});

}  // namespace fapfon::check
