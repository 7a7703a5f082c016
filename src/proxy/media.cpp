// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/media.hpp"

#include <array>
#include <string>

#include "proxy/session.hpp"
#include "rewrite/media.hpp"

namespace fapfon::proxy {
namespace {

/// A request that is not an ACK can be refused; what answers one cannot.
bool can_be_refused(const sip::MessageView& message) noexcept {
  return message.is_request() && message.start().method != sip::Method::ack;
}

/// RFC 3261 section 21.4.26: a refusal describes what would be possible; nobody sends audio for it.
bool is_refusal(const sip::MessageView& message) noexcept {
  return !message.is_request() && message.start().status >= 300;
}

/// S2: the phone's o= names the phone. The Box's is left alone, unless it is of an IP version that the phone
/// does not speak: baresip takes that for the version of the whole session and refuses it.
bool hides_origin(Side from, const relay::Places& places) noexcept {
  return from == Side::phone || places.local.phone.family() != places.local.box.family();
}

rewrite::StreamChange change_of(const relay::StreamDescription& stream,
                                const std::optional<SocketAddress>& ours) noexcept {
  using Kind = rewrite::StreamChange::Kind;
  if (stream.ip.is_multicast()) return {};
  if (!stream.needs_ports() || !ours) return {Kind::refuse, 0, 0};
  return {Kind::relay, ours->port, static_cast<std::uint16_t>(ours->port + 1)};
}

void note_shortage(Passage& passage) {
  passage.out.note(Note::Kind::limit_reached, passage.flow.id, {}, "media ports (--rtp-ports)");
}

}  // namespace

bool Media::carry(Passage& passage) {
  const sip::MessageView& message = passage.message;
  const sip::BodyParts parts(message);
  if (const ByteView encoding = rewrite::unread_encoding(parts); !encoding.empty())
    passage.out.note(Note::Kind::body_not_read, passage.flow.id, {}, std::string(encoding));
  const bool relayed = passage.call != nullptr && passage.call->media && !is_refusal(message);
  if (relayed) {
    if (!carry_relayed(passage, parts)) return false;
  } else {
    dialogs_.take(passage, nullptr);
    if (!message.body().empty()) carry_direct(passage, parts);
  }
  if (!message.body().empty()) rewrite::correct_lengths(message, parts, passage.edits);
  return true;
}

bool Media::carry_relayed(Passage& passage, const sip::BodyParts& parts) {
  const ByteView session = session_in(parts);
  if (!session.empty()) return relay_session(passage, parts, session);
  const bool changed = dialogs_.take(passage, nullptr);
  if (passage.call == nullptr) return true;
  if (changed) aim(passage);
  return reserve_for_late_offer(passage);
}

void Media::carry_direct(Passage& passage, const sip::BodyParts& parts) {
  if (passage.from() == Side::box) return rewrite::restore_media_to_phone(parts, passage.map, passage.edits);
  const IpAddress written = rewrite::map_media_to_box(parts, passage.map, passage.edits);
  if (written) passage.flow.sdp_written = written;
}

bool Media::relay_session(Passage& passage, const sip::BodyParts& parts, ByteView session) {
  relay::Description said = describe(session);
  const bool changed = dialogs_.take(passage, &said);
  if (passage.call == nullptr) return true;
  const Call& call = *passage.call;
  const relay::Places places = dialogs_.places_of(passage, call);
  if (!relay_.provide(call.media, said, places, passage.now)) {
    note_shortage(passage);
    if (can_be_refused(passage.message)) return false;
    refuse_streams_without_ports(call, passage.from(), said);
    relay_.provide(call.media, said, places, passage.now);
  }
  if (changed) {
    aim(passage);
    for_each_format(session, [&](std::size_t stream, const relay::PayloadFormat& format) {
      relay_.know(call.media, stream, format);
    });
  }
  rewrite(passage, parts, said);
  return true;
}

/// RFC 3264 section 6: streams for which there are no ports are not wanted.
void Media::refuse_streams_without_ports(const Call& call, Side from, relay::Description& said) const {
  for (std::size_t i = 0; i < said.count; ++i) {
    if (!relay_.address(call.media, i, other(from)))
      said.list[i].state = relay::StreamDescription::State::foreign;
  }
}

void Media::rewrite(Passage& passage, const sip::BodyParts& parts, const relay::Description& said) {
  const relay::SessionId media = passage.call->media;
  const Side to = other(passage.from());
  const relay::Places places = dialogs_.places_of(passage, *passage.call);
  std::array<rewrite::StreamChange, relay::kMaxStreams> changes;
  for (std::size_t i = 0; i < said.count; ++i)
    changes[i] = change_of(said.list[i], relay_.address(media, i, to));
  rewrite::relay_media(
      parts,
      {places.local.of(to), std::span(changes).first(said.count), hides_origin(passage.from(), places)},
      passage.edits);
}

/// The offer comes with the answer (RFC 3261 section 14.1).
bool Media::reserve_for_late_offer(Passage& passage) {
  if (passage.message.start().method != sip::Method::invite) return true;
  const Call& call = *passage.call;
  if (relay_.reserve(call.media, dialogs_.places_of(passage, call), passage.now)) return true;
  note_shortage(passage);
  return false;
}

/// Tells the relay what is in force now, and where the phone is.
void Media::aim(const Passage& passage) {
  const Call& call = *passage.call;
  relay_.move_phone(call.media, dialogs_.places_of(passage, call).peer.phone, passage.now);
  for (const Side side : {Side::phone, Side::box}) {
    if (const relay::Description* wanted = call.in_force(side))
      relay_.set(call.media, side, *wanted, passage.now);
  }
}

}  // namespace fapfon::proxy
