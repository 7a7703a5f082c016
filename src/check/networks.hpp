// SPDX-License-Identifier: GPL-2.0-or-later
// Arithmetic with the networks of addresses, as people and the FRITZ!Box write them.
#pragma once

#include <string>

#include "base/prefix.hpp"

namespace fapfon::check {

/// 255.255.255.0 for 24: what the FRITZ!Box asks for.
std::string ip4_mask(unsigned length);

/// An address of the network that is not `taken`, to stand for a phone in it: the last but one.
IpAddress sample_of(const Prefix& network, const IpAddress& taken = {});

}  // namespace fapfon::check
