// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewrite/address_map.hpp"

#include <algorithm>

#include "base/edits.hpp"

namespace fapfon::rewrite {
namespace {

bool same_host(const ContactPair& pair, const sip::HostPort& host_port) noexcept {
  if (pair.ip || host_port.ip) return pair.ip == host_port.ip;
  return iequals(pair.host, host_port.host);
}

bool is_advertised(const sip::Uri& uri, const AddressMap& map) noexcept {
  const auto contacts = map.contacts();
  return std::any_of(contacts.begin(), contacts.end(), [&](const ContactPair* pair) {
    return pair->port == uri.port() && same_host(*pair, uri.host_port);
  });
}

bool is_source_or_via_port(std::uint16_t port, const AddressMap& map) noexcept {
  return port == map.observed.port || (map.via_port != 0 && port == map.via_port);
}

/// A port that the phone listens on, as far as its messages show.
bool is_port_of_phone(std::uint16_t port, const AddressMap& map) noexcept {
  if (is_source_or_via_port(port, map)) return true;
  const auto contacts = map.contacts();
  return std::any_of(contacts.begin(), contacts.end(),
                     [&](const ContactPair* pair) { return pair->port == port; });
}

bool names_box(const sip::Uri& uri, const AddressMap& map) noexcept {
  return uri.host_port.ip == map.box.ip && uri.port() == map.box.port;
}

}  // namespace

ContactPair ContactPair::make(const sip::Uri& uri, std::string box_uri) {
  return {std::string(uri.whole), std::move(box_uri), std::string(uri.host_port.host), uri.host_port.ip,
          uri.port()};
}

bool is_phone_address(const sip::Uri& uri, const AddressMap& map) noexcept {
  if (!uri.is_sip() || names_box(uri, map)) return false;
  if (is_advertised(uri, map)) return true;
  // Our own SIP port is not the phone's, even where both are on one machine.
  if (uri.host_port.ip == map.local.ip && uri.port() == map.local.port) return false;
  return uri.host_port.ip == map.observed.ip && is_source_or_via_port(uri.port(), map);
}

bool is_phone_contact(const sip::Uri& uri, const AddressMap& map) noexcept {
  if (is_phone_address(uri, map)) return true;
  if (!uri.is_sip() || names_box(uri, map)) return false;
  const auto& ip = uri.host_port.ip;
  if (ip == map.observed.ip && is_port_of_phone(uri.port(), map)) return true;
  const bool ours = ip == map.local.ip || ip == map.box_facing.ip;
  return ours && (is_port_of_phone(uri.port(), map) || uri.port() == map.box_facing.port);
}

bool is_box_facing(const sip::Uri& uri, const AddressMap& map) noexcept {
  return uri.is_sip() && uri.host_port.ip == map.box_facing.ip && uri.port() == map.box_facing.port;
}

const ContactPair* find_by_phone_uri(ByteView uri, const AddressMap& map) noexcept {
  const auto contacts = map.contacts();
  const auto found = std::find_if(contacts.begin(), contacts.end(),
                                  [&](const ContactPair* pair) { return pair->phone_uri == uri; });
  return found == contacts.end() ? nullptr : *found;
}

const ContactPair* find_by_box_uri(const sip::Uri& uri, const AddressMap& map) noexcept {
  const ContactPair* same_user = nullptr;
  const ContactPair* same_transport = nullptr;
  for (const ContactPair* pair : map.contacts()) {
    if (pair->box_uri == uri.whole) return pair;
    const auto known = sip::parse_uri(pair->box_uri);
    if (!known || !sip::same_user(known->user, uri.user)) continue;
    if (same_user == nullptr) same_user = pair;
    if (same_transport == nullptr && iequals(known->transport(), uri.transport())) same_transport = pair;
  }
  return same_transport != nullptr ? same_transport : same_user;
}

const ContactPair* find_binding(const sip::Uri& uri, const AddressMap& map) noexcept {
  if (const ContactPair* meant = find_by_box_uri(uri, map)) return meant;
  const auto contacts = map.contacts();
  if (contacts.empty()) return nullptr;
  const auto same_transport = std::ranges::find_if(contacts, [&](const ContactPair* pair) {
    const auto known = sip::parse_uri(pair->box_uri);
    return known && iequals(known->transport(), uri.transport());
  });
  return same_transport != contacts.end() ? *same_transport : contacts.front();
}

std::string to_box_uri(const sip::Uri& uri, const AddressMap& map) {
  Edits edits;
  edits.start(uri.whole);
  edits.replace(uri.host_port.whole, map.box_facing.to_string());
  const ByteView transport = uri.transport();
  if (!transport.empty() && !iequals(transport, to_text(map.transport))) {
    edits.replace(transport, to_text(map.transport));
  }
  std::string box_uri;
  edits.apply(box_uri);
  return box_uri;
}

}  // namespace fapfon::rewrite
