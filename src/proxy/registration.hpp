// SPDX-License-Identifier: GPL-2.0-or-later
// Contacts of a line: what phones tell, and what the Box confirms (SPEC H1, L3, L5).
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "proxy/flow.hpp"
#include "proxy/line.hpp"
#include "proxy/pending.hpp"
#include "rewrite/address_map.hpp"
#include "sip/message_view.hpp"

namespace fapfon::proxy {

/// What one message on `flow` may know of `line`: the Contacts that the Box has confirmed, and those told on
/// this very flow, so that a stranger's Contacts never reach the owner (L3). Points into `line`.
void fill_contacts(const Line& line, FlowId flow, rewrite::AddressMap& map) noexcept;

/// Remembers the Contacts of a phone's message that are its own (H1). `map` is of this line and flow and is
/// filled anew when something was learned. `order` is counted up for each live Contact of a REGISTER.
void learn_contacts(const sip::MessageView& message, const Flow& flow, Line& line, rewrite::AddressMap& map,
                    std::uint64_t& order);

enum class RegistrationChange : std::uint8_t {
  none,          ///< as it was, with a new expiry
  registered,    ///< for the first time, or again
  taken_over,    ///< another flow serves the line now (L3)
  unregistered,  ///< the Box has no binding any more (L5)
};

/// Takes in the Box's 2xx to a REGISTER that came on `flow` (L3, L5). `map` is of this line and flow.
RegistrationChange confirm_registration(const sip::MessageView& response, const Pending& pending,
                                        const Flow& flow, const rewrite::AddressMap& map, TimePoint now,
                                        Line& line);

}  // namespace fapfon::proxy
