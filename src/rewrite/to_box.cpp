// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewrite/to_box.hpp"

#include <algorithm>
#include <array>

#include "rewrite/contact_expires.hpp"

namespace fapfon::rewrite {
namespace {

/// Only IP addresses: a host name in a Contact may be the domain of the account, which names the registrar
/// as well (RFC 4475 section 3.1.2.11).
void map_uri(const sip::Uri& uri, const AddressMap& map, Edits& edits) {
  if (uri.host_port.ip && is_phone_address(uri, map)) edits.replace(uri.whole, to_box_uri(uri, map));
}

void map_each_value(ByteView header_value, const AddressMap& map, Edits& edits) {
  sip::ValueReader values(header_value);
  while (const auto value = values.next()) {
    if (const auto name_addr = sip::parse_name_addr(*value)) map_uri(name_addr->uri, map, edits);
  }
}

/// The lifetime of the newer Contact that shares the binding of a removed one; none when nothing does.
std::optional<std::uint32_t> lifetime_in_place_of(const ContactPair& removed,
                                                  std::span<const WantedBinding> wanted) {
  const auto newer = std::ranges::find_if(wanted, [&](const WantedBinding& one) {
    return one.seconds > 0 && one.pair->phone_uri != removed.phone_uri && same_binding(*one.pair, removed);
  });
  return newer == wanted.end() ? std::nullopt : std::optional(newer->seconds);
}

bool is_redirect(const sip::MessageView& message) noexcept {
  return !message.is_request() && message.start().status / 100 == 3;
}

}  // namespace

bool names_remote_target(const sip::MessageView& message) noexcept {
  if (!message.is_request() && message.start().status >= 300) return false;
  const ByteView method = message.cseq().method;
  return method == "INVITE" || method == "UPDATE" || method == "REFER" || method == "SUBSCRIBE" ||
         method == "NOTIFY";
}

void map_contacts(const sip::MessageView& message, const AddressMap& map, Edits& edits) {
  if (is_redirect(message)) return;
  const bool is_own = names_remote_target(message);
  for (const sip::NameAddr& contact : message.contacts()) {
    if (const ContactPair* pair = find_by_phone_uri(contact.uri.whole, map)) {
      edits.replace(contact.uri.whole, pair->box_uri);
    } else if (is_own || is_phone_contact(contact.uri, map)) {
      // The message has more Contacts than a line remembers.
      edits.replace(contact.uri.whole, to_box_uri(contact.uri, map));
    }
  }
}

bool same_binding(const ContactPair& a, const ContactPair& b) {
  const auto a_uri = sip::parse_uri(a.box_uri);
  const auto b_uri = sip::parse_uri(b.box_uri);
  return a_uri && b_uri && sip::same_user(a_uri->user, b_uri->user) &&
         iequals(a_uri->transport(), b_uri->transport());
}

void keep_live_binding(const sip::MessageView& message, const AddressMap& map,
                       std::span<const WantedBinding> wanted, Edits& edits) {
  bool header_removes = header_expires(message) == 0U;
  std::optional<std::uint32_t> by_header;
  for (const sip::NameAddr& contact : message.contacts()) {
    const ContactPair* removed = find_by_phone_uri(contact.uri.whole, map);
    const auto own = sip::find_param(contact.params, "expires");
    if (requested_expires(message, contact) > 0) continue;
    const auto kept = removed != nullptr ? lifetime_in_place_of(*removed, wanted) : std::nullopt;
    if (own && kept) edits.replace(own->value, std::to_string(*kept));
    if (own) continue;
    header_removes = header_removes && kept.has_value();
    by_header = kept;
  }
  if (!header_removes || !by_header) return;
  edits.replace(message.find(sip::HeaderName::expires)->value, std::to_string(*by_header));
}

void map_routing_uris(const sip::MessageView& message, const AddressMap& map, Edits& edits) {
  if (message.is_request()) {
    if (const auto uri = sip::parse_uri(message.start().request_uri)) map_uri(*uri, map, edits);
  }
  for (const sip::HeaderLine& header : message.headers()) {
    if (sip::is_routing_header(header.name)) map_each_value(header.value, map, edits);
  }
}

bool ensure_rport(const sip::MessageView& message, const AddressMap& map, Edits& edits) {
  if (!message.is_request() || map.transport != Transport::udp || message.via().rport) return false;
  const ByteView via = message.via().whole;
  edits.insert(via.substr(via.size()), ";rport");
  return true;
}

ByteView replace_sent_by(const sip::MessageView& message, const AddressMap& map, Edits& edits) {
  if (!message.is_request() || !map.crosses_families()) return {};
  const ByteView sent_by = message.via().sent_by.whole;
  edits.replace(sent_by, map.box_facing.to_string());
  return sent_by;
}

}  // namespace fapfon::rewrite
