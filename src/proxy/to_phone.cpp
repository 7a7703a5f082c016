// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/to_phone.hpp"

#include <algorithm>
#include <utility>

#include "proxy/registration.hpp"
#include "proxy/timing.hpp"
#include "rewrite/remote_target.hpp"
#include "rewrite/to_phone.hpp"

namespace fapfon::proxy {
namespace {

/// RFC 2617 section 3.2.1: the nonce was too old, not the password wrong.
bool says_stale(const sip::MessageView& response) {
  for (const sip::HeaderName name :
       {sip::HeaderName::www_authenticate, sip::HeaderName::proxy_authenticate}) {
    const sip::HeaderLine* header = response.find(name);
    if (header == nullptr) continue;
    for (ByteView rest = header->value; !rest.empty();) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      const ByteView one = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const std::size_t equals = one.find('=');
      if (equals == ByteView::npos || !iequals(sip::trim(one.substr(0, equals)), "stale")) continue;
      const ByteView value = sip::trim(one.substr(equals + 1));
      return iequals(value, "true") || iequals(value, "\"true\"");
    }
  }
  return false;
}

}  // namespace

void ToPhone::request(Passage& passage) {
  const sip::MessageView& message = passage.message;
  passage.line = shared_.lines.find(passage.flow.line);
  if (passage.line == nullptr) return passage.drop("the phone is not connected");
  Line& line = *passage.line;
  passage.phone = target_of(line, passage);
  passage.opens_dialog = !message.has_to_tag();
  keep_waiting_call(passage);
  // L8: no answer is invented; the Box rings the other phones until its own timer ends.
  if (passage.phone == nullptr) {
    shared_.dialogs.end_unreachable(passage);
    shared_.lifetimes.arm(line);
    return passage.drop("the phone is not connected");
  }
  shared_.dialogs.enter(passage);
  fill_map(passage, shared_.situation);
  // H6: the Via stays as it is, because the phone's answer comes back on the flow.
  rewrite::restore_uris(message, passage.map, passage.edits);
  hide_target(passage);
  if (!shared_.media.carry(passage)) {
    passage.answer(503);
    shared_.dialogs.refuse(passage);
    if (line.waiting_call.call == passage.call_hash) line.waiting_call = {};
    return;
  }
  line.last_used = passage.now;
  shared_.transactions.remember(shared_.transactions.key_of(message, {}), message, line.id, passage.flow.id,
                                passage.now);
  passage.leave(passage.phone->id);
  shared_.lifetimes.arm(line);
}

void ToPhone::response(Passage& passage) {
  const sip::MessageView& message = passage.message;
  passage.line = shared_.lines.find(passage.flow.line);
  if (passage.line == nullptr) return passage.drop("no request for this response");
  Line& line = *passage.line;
  const TransactionKey key = shared_.transactions.key_of(message, line.id);
  const Transaction* found = shared_.transactions.find(key);
  if (found == nullptr) return passage.drop("no request for this response");
  const Transaction transaction = *found;
  passage.transaction = &transaction;
  passage.opens_dialog = transaction.opens_dialog;
  passage.phone = shared_.flows.find(transaction.reply_flow);
  if (passage.phone == nullptr)
    passage.phone = shared_.flows.find(line.serving);  // L4: it has come back on another flow
  shared_.transactions.settle(key, message, passage.now);
  if (passage.phone == nullptr) return passage.drop("the phone is not connected");

  line.last_used = passage.now;
  shared_.dialogs.enter(passage);
  fill_map(passage, shared_.situation);
  rewrite_response(passage);
  hide_target(passage);
  shared_.media.carry(passage);
  passage.leave(passage.phone->id);
  if (message.is_final()) line.is_refused = message.start().status >= 400;
  if (transaction.is_guests && message.is_final()) take_guests_answer(passage);
  if (transaction.method == sip::Method::registration && message.is_final()) take_registration(passage);
  shared_.lifetimes.review_call(passage);
  shared_.lifetimes.end_if_over(line, passage.now, passage.out);
  if (Line* still = shared_.lines.find(transaction.line)) shared_.lifetimes.arm(*still);
}

void ToPhone::rewrite_response(Passage& passage) {
  const sip::MessageView& message = passage.message;
  const Transaction& transaction = *passage.transaction;
  rewrite::restore_uris(message, passage.map, passage.edits);
  rewrite::restore_via(message, passage.map, {transaction.rport_added, transaction.sent_by}, passage.edits);
  const bool grants = transaction.method == sip::Method::registration && message.is_final();
  if (grants && passage.phone->transport == Transport::udp)
    rewrite::cap_expires(message, passage.map, shared_.situation.config.max_expires, passage.edits);
}

void ToPhone::hide_target(Passage& passage) {
  const ByteView target = rewrite::hide_target(passage.message, passage.map, passage.edits);
  if (!target.empty() && passage.call != nullptr) passage.call->remote_target = target;
}

// --- Which flow ----------------------------------------------------------------------------------------

Flow* ToPhone::target_of(const Line& line, const Passage& passage) {
  if (passage.message.has_to_tag()) {
    if (Flow* carrier = shared_.flows.find(shared_.dialogs.flow_of(line, passage))) return carrier;
  }
  if (Flow* registered = registered_target(line, passage.message)) return registered;
  // L8: a call is not for somebody whom the Box has not accepted. The port may have been another phone's.
  const bool begins_call = passage.message.method() == sip::Method::invite && !passage.message.has_to_tag();
  if (line.state != LineState::unregistered || begins_call) return nullptr;
  return shared_.flows.find(line.last_speaker);
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
    if (!contact.registered || shared_.flows.find(contact.flow) == nullptr) continue;
    if (&contact.pair == meant) return shared_.flows.find(contact.flow);
    if (newest == nullptr || contact.order > newest->order) newest = &contact;
  }
  if (Flow* serving = shared_.flows.find(line.serving)) return serving;
  return newest != nullptr ? shared_.flows.find(newest->flow) : nullptr;
}

/// L9: a guest may answer a challenge, and must not go on guessing passwords.
void ToPhone::take_guests_answer(const Passage& passage) {
  Flow& phone = *passage.phone;
  const int status = passage.message.start().status;
  const bool is_challenge = status == 401 || status == 407;
  constexpr unsigned kMaxChallenges = 8;
  if (is_challenge && phone.role == FlowRole::phone)
    phone.challenges = std::min(phone.challenges + 1, kMaxChallenges);
  const bool is_stale = is_challenge && says_stale(passage.message);
  const bool is_failed =
      (is_challenge && passage.transaction->has_credentials && !is_stale) || status == 403 || status == 404;
  if (is_failed) shared_.guests.rates.failed_login(phone.remote.ip, passage.now);
  if (status < 300 && passage.transaction->method == sip::Method::registration)
    shared_.guests.rates.accepted(phone.remote.ip, passage.now);
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
  const RegistrationChange change = confirm_registration(passage, shared_.lines);
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
      return shared_.lifetimes.update_keep_alive(flows_before, passage.now);
  }
  shared_.lifetimes.update_keep_alive(flows_before, passage.now);
  shared_.lifetimes.update_keep_alive(contact_flows(line), passage.now);
  shared_.lifetimes.trim_reservations(out);
  shared_.dialogs.move_to(line, line.serving != served_before ? line.serving : FlowId{}, passage.now);
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
  Flow* box_flow = shared_.flows.find(waiting.box_flow);
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
