// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewrite/relayed_media.hpp"

#include <string>

#include "rewrite/sdp_edits.hpp"
#include "sdp/address_reader.hpp"
#include "sdp/session_reader.hpp"

namespace fapfon::rewrite {
namespace {

void remove_bypasses(ByteView session, Edits& edits) {
  ByteView rest = session;
  for (ByteView line = sdp::take_bypass_line(rest); !line.empty(); line = sdp::take_bypass_line(rest))
    edits.erase(line);
}

/// What is written in place of `ip` for the side of `ours` (S2). Multicast stays. Hold stays hold, but in the
/// reader's IP version: a Box without IPv6 would not understand "IN IP6 ::".
IpAddress replacement_of(const IpAddress& ip, const IpAddress& ours) {
  if (is_place(ip)) return ours;
  if (ip.is_multicast() || ip.family() == ours.family()) return ip;
  return ours.is_v4() ? IpAddress::v4(0, 0, 0, 0) : *IpAddress::parse("::");
}

void replace_addresses(ByteView session, const MediaChange& change, Edits& edits) {
  sdp::AddressReader addresses(session);
  while (const auto address = addresses.next()) {
    const bool is_origin = address->place == sdp::Address::Place::origin;
    // baresip takes the IP version of o= for that of the whole session and refuses one that it does not
    // speak.
    const bool may_stay = !change.hides_origin && address->ip.family() == change.ip.family();
    if (is_origin && may_stay) continue;
    const IpAddress replacement = replacement_of(address->ip, change.ip);
    if (replacement != address->ip) replace_address(address->family, address->text, replacement, edits);
  }
}

/// A name that only its owner can look up.
void replace_host_name(const std::optional<sdp::Network>& network, const IpAddress& ip, Edits& edits) {
  if (network && !network->ip) replace_address(network->family, network->text, ip, edits);
}

void relay_rtcp(const sdp::Media& media, const StreamChange& change, Edits& edits) {
  if (!media.rtcp) return;
  // RFC 5761 section 5.1.3: with a=rtcp-mux both may be one port.
  const bool shares_port = media.rtcp->port == media.port;
  edits.replace(media.rtcp->port_text, std::to_string(shares_port ? change.rtp_port : change.rtcp_port));
}

void relay_stream(const sdp::Media& media, const StreamChange& change, Edits& edits) {
  switch (change.kind) {
    case StreamChange::Kind::none:
      return;
    case StreamChange::Kind::refuse:
      edits.replace(media.port_text, "0");
      return;
    case StreamChange::Kind::relay:
      edits.replace(media.port_text, std::to_string(change.rtp_port));
      if (!media.count_text.empty()) edits.erase(media.count_text);  // one pair of ports is relayed
      relay_rtcp(media, change, edits);
      return;
  }
}

StreamChange change_of(std::size_t stream, const MediaChange& change) noexcept {
  if (stream < change.streams.size()) return change.streams[stream];
  return {StreamChange::Kind::refuse, 0, 0};
}

void relay_session(ByteView session, const MediaChange& change, Edits& edits) {
  remove_bypasses(session, edits);
  replace_addresses(session, change, edits);
  sdp::SessionReader reader(session);
  replace_host_name(reader.connection(), change.ip, edits);
  while (const auto media = reader.next()) {
    const std::size_t stream = reader.count() - 1;
    replace_host_name(media->connection, change.ip, edits);
    if (media->rtcp) replace_host_name(media->rtcp->network, change.ip, edits);
    if (media->port != 0) relay_stream(*media, change_of(stream, change), edits);
  }
}

}  // namespace

void relay_media(const sip::BodyParts& parts, const MediaChange& change, Edits& edits) {
  for (const sip::BodyPart& part : parts.list()) {
    if (is_plain_sdp(part)) relay_session(part.body, change, edits);
  }
}

}  // namespace fapfon::rewrite
