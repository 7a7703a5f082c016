// SPDX-License-Identifier: GPL-2.0-or-later
// From one side to the other: which line, which flow, which rules. The rules themselves are in rewrite/.
#include <algorithm>
#include <utility>

#include "proxy/registration.hpp"
#include "proxy/state.hpp"
#include "proxy/timing.hpp"
#include "rewrite/contact_values.hpp"
#include "rewrite/media.hpp"
#include "rewrite/to_box.hpp"
#include "rewrite/to_phone.hpp"

namespace fapfon::proxy {
namespace {

std::string describe(ByteView what, ByteView text) {
  return std::string(what).append(text);
}

bool is_final(const sip::MessageView& response) noexcept {
  return response.start().status >= 200;
}

/// The longest that any Contact of a REGISTER asks to be kept; 0 for a removal and for a query.
std::uint32_t longest_requested(const sip::MessageView& request) {
  std::uint32_t longest = 0;
  rewrite::for_each_contact(request, [&](const sip::NameAddr& contact) {
    longest = std::max(longest, rewrite::requested_expires(request, contact));
  });
  return longest;
}

TimePoint pending_end(sip::Method method, TimePoint now) noexcept {
  return now + (method == sip::Method::invite ? Duration(kInvitePendingTimeout) : Duration(kPendingTimeout));
}

bool opens_dialog(const sip::MessageView& request) noexcept {
  return !sip::find_param(request.to().params, "tag").has_value();
}

}  // namespace

// --- Phone to Box ----------------------------------------------------------------------------------

void Proxy::State::request_to_box(const Arrival& arrival) {
  const sip::MessageView& message = arrival.message;
  Flow& phone = arrival.flow;
  if (acknowledges_own_answer(message)) return;
  if (!box) return answer(arrival, 503);
  phone.via_port = message.via().sent_by.port_or(sip::kDefaultPort);
  Line* line = line_for(arrival);
  if (line == nullptr || line->pending_count >= pending_limit(*line, phone)) return answer(arrival, 503);
  line->last_used = arrival.now;
  line->last_speaker = phone.id;
  arm(*line);  // also when it is refused now: a line that nobody looks at never ends
  if (!reach_box(*line, phone.transport, arrival.now, arrival.out)) return answer(arrival, 503);

  rewrite::AddressMap map = address_map(*line, phone);
  learn_contacts(message, phone, *line, map, contact_order);
  edits.start(message.whole());
  rewrite::map_contacts(message, map, edits);
  rewrite::keep_live_binding(message, map, edits);
  rewrite::map_routing_uris(message, map, edits);
  const bool rport_added = rewrite::ensure_rport(message, map, edits);
  const ByteView sent_by = rewrite::replace_sent_by(message, map, edits);
  map_media(arrival, map);

  remember_phone_request(arrival, *line, rport_added, sent_by);
  follow_call(arrival, *line, opens_dialog(message));
  // L6: the phone does so by itself. A newcomer is not the phone before the Box has said so.
  if (message.method() == sip::Method::registration && line->serving == phone.id) line->tell_phone = false;
  send_edited(phone.transport == Transport::udp ? line->box_udp : line->box_tcp, arrival.out);
  arm(*line);
}

/// L9. A newcomer has half of them at most while the line is served: it may be a stranger (L3).
std::size_t Proxy::State::pending_limit(const Line& line, const Flow& phone) const {
  const std::size_t limit = config.limits.max_pending_per_line;
  const bool newcomer = line.serving != phone.id && flows.find(line.serving) != nullptr;
  return newcomer ? limit / 2 : limit;
}

void Proxy::State::response_to_box(const Arrival& arrival) {
  const sip::MessageView& message = arrival.message;
  const TransactionKey key = transaction_of(message, {});
  const Pending* waiting = pending.find(key);
  Line* line = waiting != nullptr ? lines.find(waiting->line) : nullptr;
  if (line == nullptr)
    return arrival.out.note(Note::Kind::message_dropped, arrival.flow.id, {}, "no request for this response");
  // The Box's connection may be gone: then the line's own way to the Box has to do.
  const Flow* reply = flows.find(waiting->reply_flow);
  const bool initial = waiting->initial;
  if (line->waiting_call.call == call_hash(message)) line->waiting_call = {};
  const Transport transport = reply != nullptr ? reply->transport : Transport::tcp;
  const FlowId target = reply != nullptr ? reply->id : line->box_tcp;
  if (target == line->box_tcp && !reach_box(*line, transport, arrival.now, arrival.out)) return;

  rewrite::AddressMap map = address_map(*line, arrival.flow);
  map.transport = transport;
  learn_contacts(message, arrival.flow, *line, map, contact_order);
  edits.start(message.whole());
  rewrite::map_contacts(message, map, edits);
  rewrite::map_routing_uris(message, map, edits);
  map_media(arrival, map);

  line->last_used = arrival.now;
  settle(key, arrival, line);
  follow_call(arrival, *line, initial);
  send_edited(target, arrival.out);
  arm(*line);
}

/// S1, S2, and the lengths that follow.
void Proxy::State::map_media(const Arrival& arrival, const rewrite::AddressMap& map) {
  if (arrival.message.body().empty()) return;
  const sip::BodyParts parts(arrival.message);
  const rewrite::MediaResult media = rewrite::map_media_to_box(parts, map, edits);
  rewrite::correct_lengths(arrival.message, parts, edits);
  if (media.written) arrival.flow.sdp_written = media.written;
  if (media.unread_encoding.empty()) return;
  arrival.out.note(Note::Kind::body_not_read, arrival.flow.id, {}, std::string(media.unread_encoding));
}

Line* Proxy::State::line_for(const Arrival& arrival) {
  read_identity(arrival.message, identity);
  Flow& phone = arrival.flow;
  Line* line = recognise(arrival.message, identity, phone, arrival.now, lines, flows);
  if (line == nullptr) line = open_line(arrival);
  if (line == nullptr) return nullptr;
  if (line->state == LineState::reserved) line->state = LineState::unregistered;
  if (std::ranges::find(phone.lines, line->id) == phone.lines.end()) {
    std::erase_if(phone.lines, [&](LineId id) { return lines.find(id) == nullptr; });
    phone.lines.push_back(line->id);
  }
  return line;
}

Line* Proxy::State::open_line(const Arrival& arrival) {
  if (lines.is_full()) {
    if (Line* oldest = lines.oldest_reserved()) release_line(*oldest, arrival.out);
  }
  const bool over_limit = lines.is_full() || lines.is_full_for(arrival.flow.remote.ip);
  if (over_limit || lines.stock_count() == 0) {
    arrival.out.note(Note::Kind::limit_reached, arrival.flow.id, {},
                     over_limit ? "lines" : "box-facing addresses");
    return nullptr;
  }
  Line& line = lines.open(identity.aor, arrival.flow.remote.ip);
  line.instance = identity.instance;
  line.contact_user = identity.contact_user;
  line.contacts.reserve(rewrite::kMaxContactPairs);
  for (const FlowId id : {line.box_udp, line.box_tcp}) flows.find(id)->line = line.id;
  arrival.out.note(Note::Kind::line_opened, arrival.flow.id, line.id,
                   describe(line.aor, " box-facing " + line.box_facing.to_string()));
  arrival.out.note(Note::Kind::line_identity, arrival.flow.id, line.id,
                   line.instance.empty() ? describe("Contact user ", line.contact_user)
                                         : describe("+sip.instance ", line.instance));
  return &line;
}

void Proxy::State::remember_phone_request(const Arrival& arrival, Line& line, bool rport_added,
                                          ByteView sent_by) {
  const sip::MessageView& message = arrival.message;
  if (message.method() == sip::Method::ack) return;
  Pending& waiting = remember(arrival, line, transaction_of(message, line.id));
  waiting.rport_added = rport_added;
  waiting.requested_expires = waiting.method == sip::Method::registration ? longest_requested(message) : 0;
  waiting.sent_by = sent_by;
}

// --- Box to phone ----------------------------------------------------------------------------------

void Proxy::State::request_to_phone(const Arrival& arrival) {
  const sip::MessageView& message = arrival.message;
  Line* line = lines.find(arrival.flow.line);
  Flow* phone = line != nullptr ? target_of(*line, message) : nullptr;
  if (line != nullptr) keep_waiting_call(arrival, *line, phone);
  // L8: no answer is invented; the Box goes on ringing the others until its own timer ends.
  if (phone == nullptr) {
    return arrival.out.note(Note::Kind::message_dropped, arrival.flow.id, arrival.flow.line,
                            "the phone is not connected");
  }
  const rewrite::AddressMap map = address_map(*line, *phone);
  edits.start(message.whole());
  rewrite::restore_uris(message, map, edits);
  restore_media(message, map);

  line->last_used = arrival.now;
  remember_box_request(arrival, *line);
  follow_call(arrival, *line, opens_dialog(message));
  send_edited(phone->id, arrival.out);
  arm(*line);
}

void Proxy::State::response_to_phone(const Arrival& arrival) {
  const sip::MessageView& message = arrival.message;
  Line* line = lines.find(arrival.flow.line);
  const TransactionKey key = transaction_of(message, line != nullptr ? line->id : LineId{});
  const Pending* found = line != nullptr ? pending.find(key) : nullptr;
  if (found == nullptr)
    return arrival.out.note(Note::Kind::message_dropped, arrival.flow.id, arrival.flow.line,
                            "no request for this response");
  const Pending waiting = *found;
  Flow* phone = flows.find(waiting.reply_flow);
  if (phone == nullptr) phone = flows.find(line->serving);  // L4: it has come back on another flow
  settle(key, arrival, line);
  if (phone == nullptr)
    return arrival.out.note(Note::Kind::message_dropped, arrival.flow.id, line->id,
                            "the phone is not connected");

  line->last_used = arrival.now;
  const bool registration = waiting.method == sip::Method::registration && is_final(message);
  const rewrite::AddressMap map = address_map(*line, *phone);
  edits.start(message.whole());
  rewrite::restore_uris(message, map, edits);
  rewrite::restore_via(message, map, {waiting.rport_added, waiting.sent_by}, edits);
  if (registration && phone->transport == Transport::udp)
    rewrite::cap_expires(message, map, config.max_expires, edits);
  restore_media(message, map);
  follow_call(arrival, *line, waiting.initial);
  send_edited(phone->id, arrival.out);
  if (registration) confirm(arrival, *line, waiting, *phone);
  if (Line* still = lines.find(waiting.line)) arm(*still);
}

/// S3, and the lengths that follow.
void Proxy::State::restore_media(const sip::MessageView& message, const rewrite::AddressMap& map) {
  if (message.body().empty()) return;
  const sip::BodyParts parts(message);
  rewrite::restore_media_to_phone(parts, map, edits);
  rewrite::correct_lengths(message, parts, edits);
}

void Proxy::State::keep_waiting_call(const Arrival& arrival, Line& line, const Flow* phone) {
  const sip::MessageView& message = arrival.message;
  const std::uint64_t call = call_hash(message);
  WaitingCall& waiting = line.waiting_call;
  if (message.method() == sip::Method::cancel && waiting.call == call) waiting = {};
  if (message.method() != sip::Method::invite || !opens_dialog(message)) return;
  const bool retransmission = waiting.call == call && !waiting.invite.empty();
  if (!retransmission) waiting.until = arrival.now + kWaitingCall;
  waiting.invite.assign(message.whole());
  waiting.call = call;
  waiting.box_flow = arrival.flow.id;
  waiting.sent_to = phone != nullptr ? phone->id : FlowId{};
  if (phone != nullptr || retransmission) return;
  arrival.out.note(Note::Kind::call_waits, arrival.flow.id, line.id, std::string(message.call_id()));
}

void Proxy::State::deliver_waiting_call(Line& line, TimePoint now, Actions& out) {
  const WaitingCall waiting = std::exchange(line.waiting_call, {});
  if (waiting.invite.empty() || now >= waiting.until) return;
  Flow* box_flow = flows.find(waiting.box_flow);
  if (box_flow == nullptr || answer_view.parse_datagram(waiting.invite) != sip::ParseError::none) return;
  const Flow* phone = target_of(line, answer_view);
  if (phone != nullptr && phone->id != waiting.sent_to) request_to_phone({*box_flow, answer_view, now, out});
  // It stays until it is answered, with its first deadline.
  line.waiting_call = waiting;
  if (phone != nullptr) line.waiting_call.sent_to = phone->id;
}

Flow* Proxy::State::target_of(const Line& line, const sip::MessageView& request) {
  rewrite::AddressMap map;
  map.box_facing = line.box_facing;
  fill_contacts(line, line.serving, map);
  const auto uri = sip::parse_uri(request.start().request_uri);
  const rewrite::ContactPair* meant =
      uri && rewrite::is_box_facing(*uri, map) ? rewrite::find_by_box_uri(*uri, map) : nullptr;
  const Contact* newest = nullptr;
  for (const Contact& contact : line.contacts) {
    if (!contact.registered || flows.find(contact.flow) == nullptr) continue;
    if (&contact.pair == meant) return flows.find(contact.flow);
    if (newest == nullptr || contact.order > newest->order) newest = &contact;
  }
  if (Flow* serving = flows.find(line.serving)) return serving;
  if (newest != nullptr) return flows.find(newest->flow);
  return line.state == LineState::unregistered ? flows.find(line.last_speaker) : nullptr;
}

void Proxy::State::remember_box_request(const Arrival& arrival, Line& line) {
  if (arrival.message.method() != sip::Method::ack)
    remember(arrival, line, transaction_of(arrival.message, {}));
}

// --- Both ways -------------------------------------------------------------------------------------

Pending& Proxy::State::remember(const Arrival& arrival, Line& line, const TransactionKey& key) {
  const Pending* known = pending.find(key);
  // A Box that forks may repeat itself on another line: then the transaction is counted there.
  Line* counted = known != nullptr ? lines.find(known->line) : nullptr;
  if (counted != nullptr) --counted->pending_count;
  ++line.pending_count;
  Pending& waiting = pending.add(key);
  waiting.line = line.id;
  waiting.reply_flow = arrival.flow.id;
  waiting.method = arrival.message.method();
  waiting.initial = opens_dialog(arrival.message);
  waiting.ends = pending_end(waiting.method, arrival.now);
  if (next_sweep == kNever) next_sweep = arrival.now + kPendingSweep;
  return waiting;
}

rewrite::AddressMap Proxy::State::address_map(const Line& line, const Flow& phone) const {
  rewrite::AddressMap map;
  map.observed = phone.remote;
  map.local = phone.local;
  map.box_facing = line.box_facing;
  map.box = box.value_or(SocketAddress{});
  map.transport = phone.transport;
  map.via_port = phone.via_port;
  map.sdp_written = phone.sdp_written;
  map.nat_report = config.nat_report;
  fill_contacts(line, phone.id, map);
  return map;
}

void Proxy::State::send_edited(FlowId flow, Actions& out) const {
  if (edits.empty()) return out.send(flow, edits.original());
  const std::size_t start = out.buffer().size();
  edits.apply(out.buffer());
  out.send_from(flow, start);
}

/// A final response ends a transaction; one to an INVITE may come again until its ACK (RFC 3261
/// section 17.2.1).
void Proxy::State::settle(const TransactionKey& key, const Arrival& arrival, Line* line) {
  Pending* waiting = pending.find(key);
  if (waiting == nullptr) return;
  if (waiting->method == sip::Method::invite) {
    const bool final = is_final(arrival.message);
    waiting->ends = arrival.now + (final ? Duration(kAfterFinalTimeout) : Duration(kInvitePendingTimeout));
    return;
  }
  if (!is_final(arrival.message)) return;
  pending.erase(key);
  if (line != nullptr) --line->pending_count;
}

/// L5: a line with a call is in use. A call counts from its INVITE until that fails, or until a BYE.
void Proxy::State::follow_call(const Arrival& arrival, Line& line, bool initial) {
  const sip::MessageView& message = arrival.message;
  const std::uint64_t call = call_hash(message);
  if (message.is_request()) {
    const bool offered =
        message.start().method == sip::Method::invite && initial && !line.calls.contains(call);
    if (offered) {
      line.calls.add(call);
      arrival.out.note(Note::Kind::call_offered, arrival.flow.id, line.id, std::string(message.call_id()));
    }
    if (message.start().method != sip::Method::bye) return;
  } else {
    const int status = message.start().status;
    const bool challenge = status == 401 || status == 407;
    if (message.method() != sip::Method::invite || !initial || status < 300 || challenge) return;
  }
  if (line.calls.remove(call)) {
    arrival.out.note(Note::Kind::call_ended, arrival.flow.id, line.id, std::string(message.call_id()));
  }
}

void Proxy::State::confirm(const Arrival& arrival, Line& line, const Pending& waiting, Flow& phone) {
  const int status = arrival.message.start().status;
  if (status >= 300) {
    const bool refused = status != 401 && status != 407;
    if (refused)
      arrival.out.note(Note::Kind::registration_refused, phone.id, line.id,
                       describe(line.aor, " status " + std::to_string(status)));
    return;
  }
  const rewrite::AddressMap map = address_map(line, phone);
  const ContactFlows flows_before = contact_flows(line);
  switch (confirm_registration(arrival.message, waiting, phone, map, arrival.now, line)) {
    case RegistrationChange::none:
      break;
    case RegistrationChange::registered:
      arrival.out.note(Note::Kind::line_registered, phone.id, line.id, line.aor);
      break;
    case RegistrationChange::taken_over:
      arrival.out.note(Note::Kind::line_taken_over, phone.id, line.id, line.aor);
      break;
    case RegistrationChange::unregistered:
      arrival.out.note(Note::Kind::line_unregistered, phone.id, line.id, line.aor);
      update_keep_alive(flows_before, arrival.now);
      if (line.calls.empty()) end_line(line, arrival.now, arrival.out);
      return;
  }
  update_keep_alive(flows_before, arrival.now);
  update_keep_alive(contact_flows(line), arrival.now);
  deliver_waiting_call(line, arrival.now, arrival.out);
}

// --- What cannot be handed on ------------------------------------------------------------------------

void Proxy::State::refuse(const Arrival& arrival, sip::ParseError error) {
  const sip::MessageView& message = arrival.message;
  const bool box_invite =
      arrival.flow.side() == Side::box && message.start().method == sip::Method::invite;  // L8
  if (!is_answerable(message) || box_invite) {
    return arrival.out.note(Note::Kind::message_dropped, arrival.flow.id, {}, std::string(to_text(error)));
  }
  const int status = status_of(error);
  arrival.out.note(Note::Kind::message_rejected, arrival.flow.id, {},
                   std::to_string(status).append(" ").append(to_text(error)));
  answer(arrival, status);
}

void Proxy::State::answer(const Arrival& arrival, int status) {
  if (!is_answerable(arrival.message)) return;
  const std::size_t start = arrival.out.buffer().size();
  append_answer(arrival.message, status, status == 503 ? kRetryAfter : 0s, arrival.out.buffer());
  arrival.out.send_from(arrival.flow.id, start);
}

}  // namespace fapfon::proxy
