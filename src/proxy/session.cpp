// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/session.hpp"

#include "rewrite/sdp_edits.hpp"

namespace fapfon::proxy {
namespace {

using relay::StreamDescription;

relay::MediaType media_type(ByteView type) noexcept {
  if (type == "audio") return relay::MediaType::audio;
  if (type == "video") return relay::MediaType::video;
  if (type == "image") return relay::MediaType::image;
  return relay::MediaType::other;
}

StreamDescription::State state_of(const sdp::Media& media) noexcept {
  const IpAddress ip = media.connection && media.connection->ip ? *media.connection->ip : IpAddress{};
  if (!media.is_over_udp() || ip.is_multicast()) return StreamDescription::State::foreign;
  if (media.port == 0) return StreamDescription::State::refused;
  return ip.is_unspecified() ? StreamDescription::State::held : StreamDescription::State::active;
}

StreamDescription describe_stream(const sdp::Media& media) noexcept {
  StreamDescription stream;
  stream.state = state_of(media);
  stream.type = media_type(media.type);
  stream.payload = media.is_rtp() ? relay::Payload::rtp : relay::Payload::datagrams;
  stream.sends = media.direction == sdp::Direction::both || media.direction == sdp::Direction::send_only;
  stream.receives =
      media.direction == sdp::Direction::both || media.direction == sdp::Direction::receive_only;
  if (media.connection && media.connection->ip) stream.ip = *media.connection->ip;
  stream.rtp_port = media.port;
  const auto next_port = static_cast<std::uint16_t>(media.port + 1);
  stream.rtcp_port = media.rtcp ? media.rtcp->port : next_port;
  return stream;
}

}  // namespace

ByteView session_in(const sip::BodyParts& parts) noexcept {
  for (const sip::BodyPart& part : parts.list()) {
    if (rewrite::is_plain_sdp(part)) return part.body;
  }
  return {};
}

relay::Description describe(ByteView session) noexcept {
  relay::Description description;
  sdp::SessionReader reader(session);
  while (const auto media = reader.next()) {
    if (reader.count() > relay::kMaxStreams) break;
    description.count = reader.count();
    description.list[description.count - 1] = describe_stream(*media);
  }
  return description;
}

bool asks_for_other_family(const sip::MessageView& message, Family family) noexcept {
  if (message.body().empty()) return false;
  const sip::BodyParts parts(message);
  sdp::SessionReader reader(session_in(parts));
  while (const auto media = reader.next()) {
    const auto& connection = media->connection;
    if (connection && connection->ip && connection->ip->family() != family) return true;
  }
  return false;
}

}  // namespace fapfon::proxy
