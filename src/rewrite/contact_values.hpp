// SPDX-License-Identifier: GPL-2.0-or-later
// Walks over the Contact values of a message (RFC 3261 section 20.10).
#pragma once

#include <cstdint>
#include <optional>

#include "sip/grammar.hpp"
#include "sip/message_view.hpp"

namespace fapfon::rewrite {

/// Calls `visit(const sip::NameAddr&)` for every Contact value that holds a sip: or sips: URI; "*", other
/// schemes and what cannot be read are passed over.
template <typename Visit>
void for_each_contact(const sip::MessageView& message, Visit&& visit) {
  for (const sip::HeaderLine& header : message.headers()) {
    if (header.name != sip::HeaderName::contact) continue;
    sip::ValueReader values(header.value);
    while (const auto value = values.next()) {
      const auto contact = sip::parse_name_addr(*value);
      if (contact && contact->uri.is_sip()) visit(*contact);
    }
  }
}

/// The expires parameter of a Contact value in seconds; none when it has none that can be read.
inline std::optional<std::uint32_t> contact_expires(const sip::NameAddr& contact) noexcept {
  const auto param = sip::find_param(contact.params, "expires");
  return param ? parse_decimal<std::uint32_t>(param->value) : std::nullopt;
}

/// The Expires header in seconds; none when there is none that can be read.
inline std::optional<std::uint32_t> header_expires(const sip::MessageView& message) noexcept {
  const sip::HeaderLine* header = message.find(sip::HeaderName::expires);
  return header != nullptr ? parse_decimal<std::uint32_t>(header->value) : std::nullopt;
}

/// How long a REGISTER asks a Contact to be kept (RFC 3261 section 10.2.1.1): its own parameter, else the
/// header, else an hour.
inline std::uint32_t requested_expires(const sip::MessageView& message,
                                       const sip::NameAddr& contact) noexcept {
  constexpr std::uint32_t kDefaultExpires = 3600;
  if (const auto own = contact_expires(contact)) return *own;
  return header_expires(message).value_or(kDefaultExpires);
}

}  // namespace fapfon::rewrite
