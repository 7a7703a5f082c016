// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewrite/remote_target.hpp"

namespace fapfon::rewrite {
namespace {

/// Contacts of a registration and of a redirection name others (H1, H3).
bool has_target(const sip::MessageView& message) noexcept {
  const bool redirects = !message.is_request() && message.start().status / 100 == 3;
  return message.method() != sip::Method::registration && !redirects && message.contacts().size() == 1;
}

}  // namespace

ByteView hide_target(const sip::MessageView& message, const AddressMap& map, Edits& edits) {
  if (!map.crosses_families() || !has_target(message)) return {};
  const sip::Uri& uri = message.contacts().front().uri;
  if (!uri.host_port.ip || uri.host_port.ip->family() == map.observed.ip.family()) return {};
  edits.replace(uri.host_port.whole, map.local.to_string());
  return uri.whole;
}

void restore_target(const sip::MessageView& message, const AddressMap& map, ByteView target, Edits& edits) {
  // Outside of a dialog the phone has the address from its user, and its digest covers it (F6).
  if (!map.crosses_families() || !message.has_to_tag()) return;
  const auto uri = sip::parse_uri(message.start().request_uri);
  if (!uri || uri->host_port.ip != map.local.ip || uri->port() != map.local.port) return;
  if (!target.empty()) return edits.replace(uri->whole, target);
  edits.replace(uri->host_port.whole, map.box.to_string());
}

}  // namespace fapfon::rewrite
