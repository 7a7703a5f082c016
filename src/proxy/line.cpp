// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/line.hpp"

#include <algorithm>

#include "proxy/timing.hpp"

namespace fapfon::proxy {

ContactFlows contact_flows(const Line& line) noexcept {
  ContactFlows ids{};
  for (std::size_t i = 0; i < std::min(ids.size(), line.contacts.size()); ++i) ids[i] = line.contacts[i].flow;
  return ids;
}

bool has_registered_contact(const Line& line) noexcept {
  return std::ranges::any_of(line.contacts, &Contact::registered);
}

bool is_registered_on(const Line& line, FlowId flow) noexcept {
  return std::ranges::any_of(
      line.contacts, [&](const Contact& contact) { return contact.registered && contact.flow == flow; });
}

TimePoint registration_end(const Line& line) noexcept {
  TimePoint last{};
  for (const Contact& contact : line.contacts) {
    if (contact.registered) last = std::max(last, contact.expires);
  }
  return last + kRegistrationGrace;
}

}  // namespace fapfon::proxy
