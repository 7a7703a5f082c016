// SPDX-License-Identifier: GPL-2.0-or-later
// Where the audio of a call goes. Direct (S1 to S3): each side is told the other's real address. Relayed (S4,
// M2, M3): each side is told an address of ours, for each stream another.
#include <algorithm>
#include <array>
#include <functional>

#include "proxy/state.hpp"
#include "proxy/timing.hpp"
#include "rewrite/media.hpp"
#include "rewrite/relayed_media.hpp"
#include "rewrite/sdp_edits.hpp"
#include "sdp/session_reader.hpp"
#include "sip/grammar.hpp"

namespace fapfon::proxy {
namespace {

using relay::StreamDescription;

relay::Leg leg_of(const Flow& flow) noexcept {
  return flow.side() == Side::phone ? relay::Leg::phone : relay::Leg::box;
}

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

StreamDescription describe(const sdp::Media& media) noexcept {
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

std::uint64_t hash_of_tag(const sip::NameAddr& side) noexcept {
  const auto tag = sip::find_param(side.params, "tag");
  return tag ? std::hash<std::string_view>{}(tag->value) : 0;
}

/// The tag of the side that has sent the message: early dialogs differ in it (RFC 3261 section 12.1).
std::uint64_t branch_of(const sip::MessageView& message) noexcept {
  return hash_of_tag(message.is_request() ? message.from() : message.to());
}

/// The session description of a message; empty when it has none that can be read. Of the alternatives of one
/// multipart body the first counts, for all mean the same streams.
ByteView session_in(const sip::BodyParts& parts) noexcept {
  for (const sip::BodyPart& part : parts.list()) {
    if (rewrite::is_plain_sdp(part)) return part.body;
  }
  return {};
}

/// A request that is not an ACK can be refused; what answers one cannot.
bool can_be_refused(const sip::MessageView& message) noexcept {
  return message.is_request() && message.start().method != sip::Method::ack;
}

relay::Description describe(ByteView session, const Arrival& arrival) noexcept {
  relay::Description description;
  description.from = leg_of(arrival.flow);
  description.branch = branch_of(arrival.message);
  description.may_be_refused = can_be_refused(arrival.message);
  sdp::SessionReader reader(session);
  while (const auto media = reader.next()) {
    if (reader.count() > relay::kMaxStreams) break;
    description.count = reader.count();
    description.list[description.count - 1] = describe(*media);
  }
  return description;
}

/// RFC 3264 section 6: streams for which there are no ports are not wanted.
void refuse_streams_without_ports(const relay::Relay& relay, relay::SessionId media,
                                  relay::Description& description) {
  for (std::size_t i = 0; i < description.count; ++i) {
    if (!relay.address(media, i, other(description.from)))
      description.list[i].state = StreamDescription::State::foreign;
  }
}

rewrite::StreamChange change_of(const StreamDescription& stream,
                                const std::optional<SocketAddress>& ours) noexcept {
  using Kind = rewrite::StreamChange::Kind;
  const bool multicast = stream.ip.is_multicast();
  if (multicast) return {};
  if (!stream.needs_ports() || !ours) return {Kind::refuse, 0, 0};
  return {Kind::relay, ours->port, static_cast<std::uint16_t>(ours->port + 1)};
}

void tell_formats(relay::Relay& relay, relay::SessionId media, ByteView session) {
  sdp::SessionReader reader(session);
  while (const auto stream = reader.next()) {
    sdp::CodecReader codecs(*stream);
    while (const auto codec = codecs.next()) {
      relay.know(media, reader.count() - 1, {codec->payload_type, codec->clock_rate, codec->name});
    }
  }
}

/// S2: the phone's o= names the phone. The Box's is left alone, unless it is of an IP version that the phone
/// does not speak: baresip takes that for the version of the whole session and refuses it.
bool hides_origin(relay::Leg from, const relay::Places& places) noexcept {
  return from == relay::Leg::phone ||
         places.local.of(relay::Leg::phone).family() != places.local.of(relay::Leg::box).family();
}

}  // namespace

bool Proxy::State::carry_media(const Arrival& arrival, Line& line, Flow& phone,
                               const rewrite::AddressMap& map) {
  const sip::MessageView& message = arrival.message;
  const Call* call = line.calls.find(call_hash(message));
  // RFC 3261 section 21.4.26: what a refusal describes could be; nobody sends audio for it.
  const bool refuses = !message.is_request() && message.start().status >= 300;
  const bool relayed = call != nullptr && call->media && !refuses;
  if (message.body().empty())
    return !relayed || relay_without_session(arrival, *call, places_of(line, *call, phone));
  const sip::BodyParts parts(message);
  if (const ByteView encoding = rewrite::unread_encoding(parts); !encoding.empty())
    arrival.out.note(Note::Kind::body_not_read, arrival.flow.id, {}, std::string(encoding));
  if (relayed) {
    if (!relay_media(arrival, line, *call, places_of(line, *call, phone), parts)) return false;
  } else if (arrival.flow.side() == Side::box) {
    rewrite::restore_media_to_phone(parts, map, edits);
  } else if (const IpAddress written = rewrite::map_media_to_box(parts, map, edits)) {
    phone.sdp_written = written;
  }
  rewrite::correct_lengths(message, parts, edits);
  return true;
}

bool Proxy::State::relay_media(const Arrival& arrival, const Line& line, const Call& call,
                               const relay::Places& places, const sip::BodyParts& parts) {
  const ByteView session = session_in(parts);
  if (session.empty()) return relay_without_session(arrival, call, places);
  relay::Description said = describe(session, arrival);
  said.is_proposal = arrival.flow.side() == Side::phone && !speaks_for(line, call, arrival.flow);
  const bool has_ports = relay.describe(call.media, said, places, arrival.now);
  if (!has_ports) {
    arrival.out.note(Note::Kind::limit_reached, arrival.flow.id, {}, "media ports (--rtp-ports)");
    if (can_be_refused(arrival.message)) return false;
    refuse_streams_without_ports(relay, call.media, said);
    relay.describe(call.media, said, places, arrival.now);
  }
  if (!said.is_proposal) tell_formats(relay, call.media, session);
  const relay::Leg to = other(said.from);
  std::array<rewrite::StreamChange, relay::kMaxStreams> changes;
  for (std::size_t i = 0; i < said.count; ++i)
    changes[i] = change_of(said.list[i], relay.address(call.media, i, to));
  rewrite::relay_media(
      parts, {places.local.of(to), std::span(changes).first(said.count), hides_origin(said.from, places)},
      edits);
  release_media_ports(arrival.out);
  return true;
}

bool Proxy::State::relay_without_session(const Arrival& arrival, const Call& call,
                                         const relay::Places& places) {
  const sip::MessageView& message = arrival.message;
  if (message.method() != sip::Method::invite) return true;
  if (message.is_request()) {  // the offer comes with the answer (RFC 3261 section 14.1)
    if (relay.reserve(call.media, places, arrival.now)) return true;
    arrival.out.note(Note::Kind::limit_reached, arrival.flow.id, {}, "media ports (--rtp-ports)");
    return false;
  }
  if (message.start().status / 100 == 2)
    relay.choose(call.media, leg_of(arrival.flow), branch_of(message), arrival.now);
  return true;
}

void Proxy::State::refuse_media(const Arrival& arrival, Line& line) {
  answer(arrival, 503);
  const Call* call = line.calls.find(call_hash(arrival.message));
  if (call == nullptr || call->carrier || arrival.message.has_to_tag()) return;
  end_call(line, *call, arrival.message.call_id(), arrival.out);
  if (line.waiting_call.call == call_hash(arrival.message)) line.waiting_call = {};
}

bool Proxy::State::speaks_for(const Line& line, const Call& call, const Flow& phone) const {
  return line.serving == phone.id || (call.carrier ? call.carrier : call.offered_on) == phone.id;
}

void Proxy::State::accept_proposal(const Arrival& arrival, const Call& call) {
  if (arrival.flow.side() == Side::box)
    relay.accept_proposal(call.media, hash_of_tag(arrival.message.from()), arrival.now);
}

relay::Places Proxy::State::places_of(const Line& line, const Call& call, const Flow& phone) const {
  const Flow* speaker = flows.find(call.carrier ? call.carrier : call.offered_on);
  if (speaker == nullptr && line.serving == phone.id) speaker = &phone;
  // A newcomer must not draw audio away by a request (L3), also when the phone's connection is gone.
  if (speaker == nullptr) return relay.places(call.media);
  return {{speaker->local.ip, line.box_facing.ip}, {speaker->remote.ip, box.value_or(SocketAddress{}).ip}};
}

void Proxy::State::open_media(const Line& line, Call& call, const Flow& phone) {
  call.media = relay.open(places_of(line, call, phone));
}

void Proxy::State::move_media(const Line& line, TimePoint now) {
  for (const Call& call : line.calls.all()) {
    const Flow* carrier = flows.find(call.carrier);
    if (call.media && carrier != nullptr) relay.move_phone(call.media, carrier->remote.ip, now);
  }
}

void Proxy::State::withdraw_offer(const Arrival& refusal, const Call& call) {
  relay.withdraw(call.media, other(leg_of(refusal.flow)), refusal.now);
}

void Proxy::State::release_media_ports(Actions& out) {
  for (const relay::PairId pair : relay.take_released()) out.add(ReleaseMediaPorts{pair});
}

void Proxy::State::add_media_home(const IpAddress& local) {
  constexpr std::size_t kMaxHomes = 8;  // addresses of this machine; far more than it will have
  if (media_homes.size() == kMaxHomes || std::ranges::find(media_homes, local) != media_homes.end()) return;
  media_homes.push_back(local);
}

bool Proxy::State::may_have_to_relay() const {
  if (!box || !config.may_relay) return false;
  const auto differs = [&](const IpAddress& home) { return home.family() != box->ip.family(); };
  return media_mode == MediaMode::relay || std::ranges::any_of(media_homes, differs);
}

bool Proxy::State::relays(const Line& line, const Flow& phone) const {
  if (!config.may_relay) return false;
  return media_mode == MediaMode::relay || phone.remote.ip.family() != line.box_facing.ip.family();
}

}  // namespace fapfon::proxy
