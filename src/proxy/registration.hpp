// SPDX-License-Identifier: GPL-2.0-or-later
// Contacts of a line: what phones write, and what the Box confirms (SPEC H1, L3, L5).
#pragma once

#include <cstdint>

#include "proxy/lines.hpp"
#include "proxy/passage.hpp"
#include "proxy/situation.hpp"
#include "rewrite/address_map.hpp"

namespace fapfon::proxy {

/// The addresses of line and phone for a message between them, into `passage.map`: those Contacts that the
/// Box has confirmed, and those that came on this very flow, so that a stranger's Contacts never reach the
/// owner (L3). In a dialog what the phone has written there comes first (H1). Points into `passage.line` and
/// `passage.call`.
void fill_map(Passage& passage, const Situation& situation);

/// Remembers the Contacts of a phone's message that are its own (H1), and fills the map again when there were
/// any. `order` is counted up for each live Contact of a REGISTER.
void learn_contacts(Passage& passage, std::uint64_t& order);

/// H1, L5: a REGISTER that removes an earlier Contact does not take away the binding of a newer one. To be
/// called after learn_contacts.
void keep_live_binding(Passage& passage);

/// The same Contacts for a request that may not reach the phone yet.
void fill_contacts(const Line& line, FlowId flow, rewrite::AddressMap& map) noexcept;

enum class RegistrationChange : std::uint8_t {
  none,          ///< as it was, with a new expiry
  registered,    ///< for the first time, or again
  taken_over,    ///< another flow serves the line now (L3)
  unregistered,  ///< the Box has no binding any more (L5)
};

/// Applies the Box's 2xx to a REGISTER of `passage.phone` (L3, L5). A 2xx to an older REGISTER than the
/// newest confirmed one says nothing about the bindings of now and changes nothing.
RegistrationChange confirm_registration(const Passage& passage, Lines& lines);

}  // namespace fapfon::proxy
