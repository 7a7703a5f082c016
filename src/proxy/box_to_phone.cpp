// SPDX-License-Identifier: GPL-2.0-or-later
// From the Box to the phone: the flow that serves the line, what a 2xx to REGISTER changes, the rules H3, H5
// and L6 (rewrite/to_phone).
#include <utility>

#include "proxy/registration.hpp"
#include "proxy/state.hpp"
#include "proxy/timing.hpp"
#include "rewrite/remote_target.hpp"
#include "rewrite/to_phone.hpp"

namespace fapfon::proxy {

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
  // H6: the Via stays as it is, for the phone's answer comes back on the flow.
  const rewrite::AddressMap map = address_map(*line, *phone);
  edits.start(message.whole());
  rewrite::restore_uris(message, map, edits);
  follow_call(arrival, *line, *phone, !message.has_to_tag());
  keep_remote_target(message, *line, map);
  if (!carry_media(arrival, *line, *phone, map)) return refuse_media(arrival, *line);

  line->last_used = arrival.now;
  remember(transaction_of(message, {}), arrival, *line);
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
  const bool registration = waiting.method == sip::Method::registration && message.is_final();
  const rewrite::AddressMap map = address_map(*line, *phone);
  edits.start(message.whole());
  rewrite::restore_uris(message, map, edits);
  rewrite::restore_via(message, map, {waiting.rport_added, waiting.sent_by}, edits);
  if (registration && phone->transport == Transport::udp)
    rewrite::cap_expires(message, map, config.max_expires, edits);
  follow_call(arrival, *line, *phone, waiting.initial);
  keep_remote_target(message, *line, map);
  carry_media(arrival, *line, *phone, map);
  send_edited(phone->id, arrival.out);
  if (registration) confirm(arrival, *line, waiting, *phone);
  if (Line* still = lines.find(waiting.line)) arm(*still);
}

void Proxy::State::keep_remote_target(const sip::MessageView& message, Line& line,
                                      const rewrite::AddressMap& map) {
  const ByteView target = rewrite::hide_target(message, map, edits);
  if (target.empty()) return;
  if (Call* call = line.calls.find(call_hash(message))) call->remote_target = target;
}

void Proxy::State::keep_waiting_call(const Arrival& arrival, Line& line, const Flow* phone) {
  const sip::MessageView& message = arrival.message;
  const std::uint64_t call = call_hash(message);
  WaitingCall& waiting = line.waiting_call;
  if (message.method() == sip::Method::cancel && waiting.call == call) waiting = {};
  if (message.method() != sip::Method::invite || message.has_to_tag()) return;
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
  if (request.has_to_tag()) {
    if (Flow* carrier = flows.find(line.calls.carrier_of(call_hash(request)))) return carrier;
  }
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

void Proxy::State::confirm(const Arrival& arrival, Line& line, const Pending& waiting, Flow& phone) {
  const int status = arrival.message.start().status;
  if (status >= 300) {
    const bool refused = status != 401 && status != 407;
    if (refused)
      arrival.out.note(Note::Kind::registration_refused, phone.id, line.id, std::to_string(status));
    return;
  }
  const rewrite::AddressMap map = address_map(line, phone);
  const ContactFlows flows_before = contact_flows(line);
  switch (confirm_registration(arrival.message, waiting, phone, map, arrival.now, line)) {
    case RegistrationChange::none:
      break;
    case RegistrationChange::registered:
      arrival.out.note(Note::Kind::line_registered, phone.id, line.id, line.aor, line.box_facing);
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
  move_media(line, arrival.now);
  deliver_waiting_call(line, arrival.now, arrival.out);
}

}  // namespace fapfon::proxy
