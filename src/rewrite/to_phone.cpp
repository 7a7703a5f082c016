// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewrite/to_phone.hpp"

#include "rewrite/contact_expires.hpp"

namespace fapfon::rewrite {
namespace {

/// A URI with a semicolon, comma or question mark needs brackets (RFC 3261 section 20.10).
bool needs_brackets(ByteView uri) noexcept {
  return uri.find_first_of(";,?") != ByteView::npos;
}

/// A URI at the line's address with a user of somebody else, as in a Refer-To: only the address is restored.
void restore_host(const sip::Uri& uri, const AddressMap& map, Edits& edits) {
  if (map.pair_count == 0) return;
  const ContactPair& newest = *map.pairs.front();
  edits.replace(uri.host_port.whole, newest.host + ':' + std::to_string(newest.port));
}

void restore_name_addr(const sip::NameAddr& name_addr, bool is_binding, const AddressMap& map, Edits& edits) {
  const sip::Uri& uri = name_addr.uri;
  if (!is_box_facing(uri, map)) return;
  const ContactPair* pair = is_binding ? find_binding(uri, map) : find_by_box_uri(uri, map);
  if (pair == nullptr) return restore_host(uri, map, edits);
  if (name_addr.in_brackets || !needs_brackets(pair->phone_uri))
    return edits.replace(uri.whole, pair->phone_uri);
  edits.replace(uri.whole, '<' + pair->phone_uri + '>');
}

/// A Request-URI holds no headers ("?..."), unlike a Contact (RFC 3261 section 19.1.1).
void restore_request_uri(const sip::MessageView& message, const AddressMap& map, Edits& edits) {
  const auto uri = sip::parse_uri(message.start().request_uri);
  if (!uri || !is_box_facing(*uri, map)) return;
  const ContactPair* pair = find_binding(*uri, map);
  if (pair == nullptr) return;
  const auto advertised = sip::parse_uri(pair->phone_uri);
  const std::size_t headers = advertised ? advertised->headers.size() : 0;
  edits.replace(uri->whole, ByteView(pair->phone_uri).substr(0, pair->phone_uri.size() - headers));
}

struct ReportedAddress {
  IpAddress ip;
  std::uint16_t port = 0;
};

/// H5, --nat-report. A Contact with a host name cannot be mirrored, because `received` takes only addresses.
ReportedAddress reported_address(std::uint16_t sent_by_port, const AddressMap& map) noexcept {
  switch (map.nat_report) {
    case NatReport::via:
    case NatReport::box:
      return {map.observed.ip, sent_by_port};
    case NatReport::source:
      return {map.observed.ip, map.observed.port};
    case NatReport::mirror: {
      const bool known = map.pair_count > 0 && map.pairs.front()->ip.has_value();
      if (!known) return {map.observed.ip, sent_by_port};
      return {*map.pairs.front()->ip, map.pairs.front()->port};
    }
  }
  return {map.observed.ip, sent_by_port};
}

void cap(ByteView digits, std::chrono::seconds longest, Edits& edits) {
  const auto granted = parse_decimal<std::uint32_t>(digits);
  if (granted && std::chrono::seconds(*granted) > longest)
    edits.replace(digits, std::to_string(longest.count()));
}

}  // namespace

void restore_uris(const sip::MessageView& message, const AddressMap& map, Edits& edits) {
  if (message.is_request()) restore_request_uri(message, map, edits);
  for (const sip::HeaderLine& header : message.headers()) {
    const bool is_contact = header.name == sip::HeaderName::contact;
    if (!is_contact && !sip::is_routing_header(header.name)) continue;
    sip::ValueReader values(header.value);
    while (const auto value = values.next()) {
      const auto name_addr = sip::parse_name_addr(*value);
      if (name_addr) restore_name_addr(*name_addr, is_contact, map, edits);
    }
  }
}

void restore_via(const sip::MessageView& message, const AddressMap& map, const ViaChange& change,
                 Edits& edits) {
  const sip::Via& via = message.via();
  if (!change.sent_by.empty()) edits.replace(via.sent_by.whole, change.sent_by);
  const auto sent_by = change.sent_by.empty() ? via.sent_by : sip::parse_host_port(change.sent_by);
  const auto reported =
      reported_address(sent_by ? sent_by->port_or(sip::kDefaultPort) : sip::kDefaultPort, map);
  if (via.rport && change.rport_added) {
    edits.erase(via.rport->whole);
  } else if (via.rport && via.rport->has_value) {
    edits.replace(via.rport->value, std::to_string(reported.port));
  }
  if (map.nat_report == NatReport::box) return;
  if (via.received && via.received->has_value) edits.replace(via.received->value, reported.ip.to_string());
}

void cap_expires(const sip::MessageView& message, const AddressMap& map, std::chrono::seconds longest,
                 Edits& edits) {
  for (const sip::NameAddr& contact : message.contacts()) {
    const auto expires = sip::find_param(contact.params, "expires");
    if (expires && is_box_facing(contact.uri, map)) cap(expires->value, longest, edits);
  }
  if (const sip::HeaderLine* header = message.find(sip::HeaderName::expires))
    cap(header->value, longest, edits);
}

}  // namespace fapfon::rewrite
