// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewrite/to_box.hpp"

#include <algorithm>
#include <array>

#include "rewrite/contact_expires.hpp"

namespace fapfon::rewrite {
namespace {

/// Only where an IP address stands: a host name in a Contact may be the domain of the account, which names
/// the registrar as well (RFC 4475 section 3.1.2.11).
void map_uri(const sip::Uri& uri, const AddressMap& map, Edits& edits) {
  if (uri.host_port.ip && is_phone_address(uri, map)) edits.replace(uri.whole, to_box_uri(uri, map));
}

void map_each_value(ByteView header_value, const AddressMap& map, Edits& edits) {
  sip::ValueReader values(header_value);
  while (const auto value = values.next()) {
    if (const auto name_addr = sip::parse_name_addr(*value)) map_uri(name_addr->uri, map, edits);
  }
}

/// As a registrar compares them (RFC 3261 section 19.1.4): other parameters in one only do not count.
bool same_binding(const ContactPair& a, const ContactPair& b) {
  const auto a_uri = sip::parse_uri(a.box_uri);
  const auto b_uri = sip::parse_uri(b.box_uri);
  return a_uri && b_uri && sip::same_user(a_uri->user, b_uri->user) &&
         iequals(a_uri->transport(), b_uri->transport());
}

/// How long a Contact shall live, by this REGISTER; 0 when it does not name it, or removes it.
struct Lifetime {
  const ContactPair* pair = nullptr;
  std::uint32_t seconds = 0;
};
using Lifetimes = std::array<Lifetime, kMaxContactPairs>;

/// Of all that the map knows: gathered once, so that a header full of Contacts costs no more than its length.
Lifetimes requested_lifetimes(const sip::MessageView& message, const AddressMap& map) {
  Lifetimes lifetimes;
  for (std::size_t i = 0; i < map.pair_count; ++i) lifetimes[i].pair = map.pairs[i];
  for (const sip::NameAddr& contact : message.contacts()) {
    const ContactPair* pair = find_by_phone_uri(contact.uri.whole, map);
    if (pair == nullptr) continue;
    const auto known = std::ranges::find(lifetimes, pair, &Lifetime::pair);
    known->seconds = std::max(known->seconds, requested_expires(message, contact));
  }
  return lifetimes;
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
      // One of more Contacts than a line remembers.
      edits.replace(contact.uri.whole, to_box_uri(contact.uri, map));
    }
  }
}

void keep_live_binding(const sip::MessageView& message, const AddressMap& map, Edits& edits) {
  if (!message.is_request() || message.method() != sip::Method::registration) return;
  const Lifetimes lifetimes = requested_lifetimes(message, map);
  for (const sip::NameAddr& removed : message.contacts()) {
    const ContactPair* removed_pair = find_by_phone_uri(removed.uri.whole, map);
    const auto expires = sip::find_param(removed.params, "expires");
    if (removed_pair == nullptr || !expires || contact_expires(removed) != 0U) continue;
    const auto live = std::ranges::find_if(lifetimes, [&](const Lifetime& lifetime) {
      return lifetime.seconds > 0 && same_binding(*lifetime.pair, *removed_pair);
    });
    if (live != lifetimes.end()) edits.replace(expires->value, std::to_string(live->seconds));
  }
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
