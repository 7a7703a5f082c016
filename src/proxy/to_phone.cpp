// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/to_phone.hpp"

#include <utility>

#include "proxy/registration.hpp"
#include "proxy/timing.hpp"
#include "rewrite/remote_target.hpp"
#include "rewrite/to_phone.hpp"

namespace fapfon::proxy {

void ToPhone::request(Passage& passage) {
  const sip::MessageView& message = passage.message;
  passage.line = lines_.find(passage.flow.line);
  if (passage.line == nullptr) return passage.drop("the phone is not connected");
  Line& line = *passage.line;
  passage.phone = target_of(line, passage);
  passage.opens_dialog = !message.has_to_tag();
  keep_waiting_call(passage);
  // L8: no answer is invented; the Box goes on ringing the others until its own timer ends.
  if (passage.phone == nullptr) {
    dialogs_.end_unreachable(passage);
    lifetimes_.arm(line);
    return passage.drop("the phone is not connected");
  }
  dialogs_.enter(passage);
  fill_map(passage, situation_);
  // H6: the Via stays as it is, because the phone's answer comes back on the flow.
  rewrite::restore_uris(message, passage.map, passage.edits);
  hide_target(passage);
  if (!media_.carry(passage)) {
    passage.answer(503);
    dialogs_.refuse(passage);
    if (line.waiting_call.call == passage.call_hash) line.waiting_call = {};
    return;
  }
  line.last_used = passage.now;
  transactions_.remember(transactions_.key_of(message, {}), message, line.id, passage.flow.id, passage.now);
  passage.leave(passage.phone->id);
  lifetimes_.arm(line);
}

void ToPhone::response(Passage& passage) {
  const sip::MessageView& message = passage.message;
  passage.line = lines_.find(passage.flow.line);
  if (passage.line == nullptr) return passage.drop("no request for this response");
  Line& line = *passage.line;
  const TransactionKey key = transactions_.key_of(message, line.id);
  const Transaction* found = transactions_.find(key);
  if (found == nullptr) return passage.drop("no request for this response");
  const Transaction transaction = *found;
  passage.transaction = &transaction;
  passage.opens_dialog = transaction.opens_dialog;
  passage.phone = flows_.find(transaction.reply_flow);
  if (passage.phone == nullptr)
    passage.phone = flows_.find(line.serving);  // L4: it has come back on another flow
  transactions_.settle(key, message, passage.now);
  if (passage.phone == nullptr) return passage.drop("the phone is not connected");

  line.last_used = passage.now;
  dialogs_.enter(passage);
  fill_map(passage, situation_);
  rewrite_response(passage);
  hide_target(passage);
  media_.carry(passage);
  passage.leave(passage.phone->id);
  if (transaction.method == sip::Method::registration && message.is_final()) take_registration(passage);
  lifetimes_.end_if_removed(line, passage.now, passage.out);
  if (Line* still = lines_.find(transaction.line)) lifetimes_.arm(*still);
}

void ToPhone::rewrite_response(Passage& passage) {
  const sip::MessageView& message = passage.message;
  const Transaction& transaction = *passage.transaction;
  rewrite::restore_uris(message, passage.map, passage.edits);
  rewrite::restore_via(message, passage.map, {transaction.rport_added, transaction.sent_by}, passage.edits);
  const bool grants = transaction.method == sip::Method::registration && message.is_final();
  if (grants && passage.phone->transport == Transport::udp)
    rewrite::cap_expires(message, passage.map, situation_.config.max_expires, passage.edits);
}

void ToPhone::hide_target(Passage& passage) {
  const ByteView target = rewrite::hide_target(passage.message, passage.map, passage.edits);
  if (!target.empty() && passage.call != nullptr) passage.call->remote_target = target;
}

// --- Which flow ----------------------------------------------------------------------------------------

Flow* ToPhone::target_of(const Line& line, const Passage& passage) {
  if (passage.message.has_to_tag()) {
    if (Flow* carrier = flows_.find(dialogs_.flow_of(line, passage))) return carrier;
  }
  if (Flow* registered = registered_target(line, passage.message)) return registered;
  return line.state == LineState::unregistered ? flows_.find(line.last_speaker) : nullptr;
}

/// The flow of the Contact that the Request-URI means, else the newest verified one.
Flow* ToPhone::registered_target(const Line& line, const sip::MessageView& request) {
  rewrite::AddressMap map;
  map.box_facing = line.box_facing;
  fill_contacts(line, line.serving, map);
  const auto uri = sip::parse_uri(request.start().request_uri);
  const rewrite::ContactPair* meant =
      uri && rewrite::is_box_facing(*uri, map) ? rewrite::find_binding(*uri, map) : nullptr;
  const Contact* newest = nullptr;
  for (const Contact& contact : line.contacts) {
    if (!contact.registered || flows_.find(contact.flow) == nullptr) continue;
    if (&contact.pair == meant) return flows_.find(contact.flow);
    if (newest == nullptr || contact.order > newest->order) newest = &contact;
  }
  if (Flow* serving = flows_.find(line.serving)) return serving;
  return newest != nullptr ? flows_.find(newest->flow) : nullptr;
}

// --- Registration --------------------------------------------------------------------------------------

void ToPhone::take_registration(Passage& passage) {
  const int status = passage.message.start().status;
  if (status < 300) return confirm(passage);
  const bool is_challenge = status == 401 || status == 407;
  if (is_challenge) {
    ++passage.line->challenges;
    passage.line->challenged_until = passage.now + kRegistrationGrace;
    return;
  }
  passage.out.note(Note::Kind::registration_refused, passage.phone->id, passage.line->id,
                   std::to_string(status));
}

void ToPhone::confirm(Passage& passage) {
  Line& line = *passage.line;
  Actions& out = passage.out;
  const ContactFlows flows_before = contact_flows(line);
  const FlowId served_before = line.serving;
  const RegistrationChange change = confirm_registration(passage, lines_);
  out.changed(line.id);
  switch (change) {
    case RegistrationChange::none:
      break;
    case RegistrationChange::registered:
      out.note(Note::Kind::line_registered, passage.phone->id, line.id, line.aor, line.box_facing);
      break;
    case RegistrationChange::taken_over:
      out.note(Note::Kind::line_taken_over, passage.phone->id, line.id, line.aor);
      break;
    case RegistrationChange::unregistered:
      out.note(Note::Kind::line_unregistered, passage.phone->id, line.id, line.aor);
      return lifetimes_.update_keep_alive(flows_before, passage.now);
  }
  lifetimes_.update_keep_alive(flows_before, passage.now);
  lifetimes_.update_keep_alive(contact_flows(line), passage.now);
  dialogs_.move_to(line, line.serving != served_before ? line.serving : FlowId{}, passage.now);
  deliver_waiting_call(passage);
}

// --- A call that waits for the phone ---------------------------------------------------------------------

void ToPhone::keep_waiting_call(Passage& passage) {
  const sip::MessageView& message = passage.message;
  Line& line = *passage.line;
  WaitingCall& waiting = line.waiting_call;
  if (message.method() == sip::Method::cancel && waiting.call == passage.call_hash) waiting = {};
  if (message.method() != sip::Method::invite || message.has_to_tag()) return;
  const bool retransmission = waiting.call == passage.call_hash && !waiting.invite.empty();
  if (!retransmission) waiting.until = passage.now + kWaitingCall;
  waiting.invite.assign(message.whole());
  waiting.call = passage.call_hash;
  waiting.box_flow = passage.flow.id;
  waiting.sent_to = passage.phone != nullptr ? passage.phone->id : FlowId{};
  if (passage.phone != nullptr || retransmission) return;
  passage.out.note(Note::Kind::call_waits, passage.flow.id, line.id, std::string(message.call_id()));
}

void ToPhone::deliver_waiting_call(const Passage& passage) {
  Line& line = *passage.line;
  const WaitingCall waiting = std::exchange(line.waiting_call, {});
  if (waiting.invite.empty() || passage.now >= waiting.until) return;
  Flow* box_flow = flows_.find(waiting.box_flow);
  if (box_flow == nullptr || waiting_view_.parse_datagram(waiting.invite) != sip::ParseError::none) return;
  waiting_edits_.start(waiting_view_.whole());
  Passage again{*box_flow, waiting_view_, waiting_edits_, passage.now, passage.out, waiting.call};
  const Flow* phone = target_of(line, again);
  if (phone != nullptr && phone->id != waiting.sent_to) request(again);
  // It stays until it is answered, with its first deadline.
  line.waiting_call = waiting;
  if (phone != nullptr) line.waiting_call.sent_to = phone->id;
}

}  // namespace fapfon::proxy
