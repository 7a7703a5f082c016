// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewrite/remote_target.hpp"

namespace fapfon::rewrite {
namespace {

/// Contacts of a registration and of a redirection name others (H1, H3).
bool has_target(const sip::MessageView& message) noexcept {
  const bool redirects = !message.is_request() && message.start().status / 100 == 3;
  return message.method() != sip::Method::registration && !redirects && message.contacts().size() == 1;
}

bool names(const SocketAddress& address, const sip::Uri& uri) noexcept {
  return uri.host_port.ip == address.ip && uri.port() == address.port;
}

/// Whether the phone means `target` by `uri`: the same user at an address of ours. Its flow may have moved to
/// another one of ours since the phone read it.
bool stands_for(const sip::Uri& uri, const sip::Uri& target, const AddressMap& map) noexcept {
  if (!sip::same_user(uri.user, target.user)) return false;
  if (names(map.local, uri)) return true;
  const auto& ip = uri.host_port.ip;
  return !target.user.empty() && ip && ip->family() == map.observed.ip.family() && ip != map.box.ip;
}

/// RFC 3261 section 12.2.1.1: a phone that takes the Box for a strict router puts the target into Route.
void restore_routes(const sip::MessageView& message, const AddressMap& map, const sip::Uri& target,
                    Edits& edits) {
  if (target.user.empty()) return;  // a Route without user may name us as the phone's outbound proxy (H2)
  for (const sip::HeaderLine& header : message.headers()) {
    if (header.name != sip::HeaderName::route) continue;
    sip::ValueReader values(header.value);
    while (const auto value = values.next()) {
      const auto route = sip::parse_name_addr(*value);
      if (route && route->uri.is_sip() && stands_for(route->uri, target, map))
        edits.replace(route->uri.whole, target.whole);
    }
  }
}

}  // namespace

ByteView hide_target(const sip::MessageView& message, const AddressMap& map, Edits& edits) {
  if (!has_target(message)) return {};
  const sip::Uri& uri = message.contacts().front().uri;
  if (!uri.host_port.ip || uri.host_port.ip->family() == map.observed.ip.family()) return {};
  edits.replace(uri.host_port.whole, map.local.to_string());
  return uri.whole;
}

void restore_target(const sip::MessageView& message, const AddressMap& map, ByteView target, Edits& edits) {
  // Outside of a dialog the phone has the address from its user, and its digest covers it (F6).
  if (!message.has_to_tag()) return;
  const auto uri = sip::parse_uri(message.start().request_uri);
  const auto known = target.empty() ? std::nullopt : sip::parse_uri(target);
  if (known) restore_routes(message, map, *known, edits);
  if (!uri || !uri->is_sip()) return;
  if (known && stands_for(*uri, *known, map)) return edits.replace(uri->whole, target);
  // The ACK of a refusal repeats what the phone has from its user (RFC 3261 section 17.1.1.3).
  const bool may_be_the_users = !map.crosses_families() && message.start().method == sip::Method::ack;
  if (names(map.local, *uri) && !may_be_the_users) edits.replace(uri->host_port.whole, map.box.to_string());
}

}  // namespace fapfon::rewrite
