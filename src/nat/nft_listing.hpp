// SPDX-License-Identifier: GPL-2.0-or-later
// Reads our own table back from `nft -n list table inet fapfon_proxy`. The kernel is the only memory of what
// was set up: a program that was killed and a configuration that has changed need no other.
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "nat/interception.hpp"

namespace fapfon::nat {

/// Whether `listing` is the table of this very interception, with no translation lost.
bool nft_listing_is_for(ByteView listing, const Interception& interception);

/// The Box addresses and VPN ranges that the table in `listing` intercepts.
std::vector<FamilyPart> families_in_nft_listing(ByteView listing);

}  // namespace fapfon::nat
