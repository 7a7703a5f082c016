// SPDX-License-Identifier: GPL-2.0-or-later
// For how long a phone asks the registrar to keep a Contact, or the registrar grants it (RFC 3261 sections
// 10.2.1.1 and 20.10). All results are seconds.
#pragma once

#include <cstdint>
#include <optional>

#include "sip/grammar.hpp"
#include "sip/message_view.hpp"

namespace fapfon::rewrite {

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

/// How long a REGISTER asks a Contact to be kept: its own parameter, else the header, else an hour.
inline std::uint32_t requested_expires(const sip::MessageView& message,
                                       const sip::NameAddr& contact) noexcept {
  constexpr std::uint32_t kDefaultExpires = 3600;
  if (const auto own = contact_expires(contact)) return *own;
  return header_expires(message).value_or(kDefaultExpires);
}

}  // namespace fapfon::rewrite
