// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/to_box.hpp"

#include <algorithm>

#include "proxy/answer.hpp"
#include "proxy/registration.hpp"
#include "rewrite/contact_expires.hpp"
#include "rewrite/remote_target.hpp"
#include "rewrite/to_box.hpp"

namespace fapfon::proxy {
namespace {

/// The longest that any Contact of a REGISTER asks to be kept; 0 for a removal and for a query.
std::uint32_t longest_requested(const sip::MessageView& request) {
  std::uint32_t longest = 0;
  for (const sip::NameAddr& contact : request.contacts()) {
    longest = std::max(longest, rewrite::requested_expires(request, contact));
  }
  return longest;
}

}  // namespace

void ToBox::request(Passage& passage) {
  const sip::MessageView& message = passage.message;
  Flow& phone = passage.flow;
  if (acknowledges_own_answer(message)) return;
  if (!shared_.situation.box) return passage.answer(503);
  passage.phone = &phone;
  passage.opens_dialog = !message.has_to_tag();
  phone.via_port = message.via().sent_by.port_or(sip::kDefaultPort);
  read_identity(message, identity_);
  passage.line = recognise(passage, identity_, shared_.lines, shared_.flows, shared_.dialogs);
  const bool is_guest = gate_.is_guest(passage);
  if (is_guest && !gate_.admit(passage, identity_)) return;
  passage.line = line_for(passage);
  if (passage.line == nullptr || !gate_.make_room_for_request(passage, is_guest)) return passage.answer(503);
  Line& line = *passage.line;
  line.last_used = passage.now;
  line.last_speaker = phone.id;
  shared_.lifetimes.arm(line);  // even if it is refused now: a line without a deadline never ends
  if (!links_.reach(line, phone.transport, passage.now, passage.out)) return passage.answer(503);

  shared_.dialogs.enter(passage);
  rewrite::ViaChange via;
  rewrite_request(passage, via);
  if (!shared_.media.carry(passage)) return refuse_media(passage);
  remember(passage, via, is_guest);
  passage.leave(phone.transport == Transport::udp ? line.box_udp : line.box_tcp);
  shared_.lifetimes.arm(line);
}

void ToBox::rewrite_request(Passage& passage, rewrite::ViaChange& via) {
  const sip::MessageView& message = passage.message;
  Edits& edits = passage.edits;
  fill_map(passage, shared_.situation);
  learn_contacts(passage, contact_order_);
  rewrite::map_contacts(message, passage.map, edits);
  if (message.method() == sip::Method::registration) keep_live_binding(passage);
  rewrite::map_routing_uris(message, passage.map, edits);
  const ByteView target = passage.call != nullptr ? ByteView(passage.call->remote_target) : ByteView{};
  rewrite::restore_target(message, passage.map, target, edits);
  via.rport_added = rewrite::ensure_rport(message, passage.map, edits);
  via.sent_by = rewrite::replace_sent_by(message, passage.map, edits);
}

void ToBox::remember(Passage& passage, const rewrite::ViaChange& via, bool is_guest) {
  const sip::MessageView& message = passage.message;
  Line& line = *passage.line;
  const TransactionKey key = shared_.transactions.key_of(message, line.id);
  const bool is_new = shared_.transactions.find(key) == nullptr;
  Transaction* transaction =
      shared_.transactions.remember(key, message, line.id, passage.phone->id, passage.now);
  shared_.dialogs.learn_contact(passage, transaction);
  if (transaction == nullptr) return;
  if (is_guest) shared_.transactions.set_guest(key, passage.flow.remote.ip);
  transaction = shared_.transactions.find(key);
  transaction->rport_added = via.rport_added;
  transaction->sent_by = via.sent_by;
  transaction->has_credentials = has_credentials(message);
  if (transaction->method != sip::Method::registration) return;
  transaction->requested_expires = longest_requested(message);
  if (is_new && line.challenges > 0) --line.challenges;
  // L6: the phone registers by itself. A newcomer is not the phone before the Box has said so.
  if (line.serving == passage.phone->id) line.tell_phone = false;
}

void ToBox::refuse_media(Passage& passage) {
  passage.answer(503);
  shared_.dialogs.refuse(passage);
}

void ToBox::response(Passage& passage) {
  const sip::MessageView& message = passage.message;
  const TransactionKey key = shared_.transactions.key_of(message, {});
  const Transaction* transaction = shared_.transactions.find(key);
  passage.line = transaction != nullptr ? shared_.lines.find(transaction->line) : nullptr;
  if (passage.line == nullptr) return passage.drop("no request for this response");
  Line& line = *passage.line;
  passage.phone = &passage.flow;
  passage.transaction = transaction;
  passage.opens_dialog = transaction->opens_dialog;
  if (line.waiting_call.call == passage.call_hash) line.waiting_call = {};
  // The Box's connection may be gone. Then the line's own flow to the Box is used.
  const Flow* reply = shared_.flows.find(transaction->reply_flow);
  const Transport transport = reply != nullptr ? reply->transport : Transport::tcp;
  const FlowId target = reply != nullptr ? reply->id : line.box_tcp;
  if (target == line.box_tcp && !links_.reach(line, transport, passage.now, passage.out)) return;

  shared_.dialogs.enter(passage);
  fill_map(passage, shared_.situation);
  passage.map.transport = transport;
  learn_contacts(passage, contact_order_);
  rewrite::map_contacts(message, passage.map, passage.edits);
  rewrite::map_routing_uris(message, passage.map, passage.edits);
  shared_.media.carry(passage);
  if (!transaction->is_answered)
    shared_.dialogs.learn_contact(passage, nullptr);  // else it has been sent again

  line.last_used = passage.now;
  shared_.transactions.settle(key, message, passage.now);
  passage.leave(target);
  shared_.lifetimes.review_call(passage);
  shared_.lifetimes.arm(line);
}

Line* ToBox::line_for(Passage& passage) {
  Flow& phone = passage.flow;
  Line* line = passage.line != nullptr ? passage.line : open_line(passage);
  if (line == nullptr) return nullptr;
  if (line->state == LineState::reserved) line->state = LineState::unregistered;
  if (std::ranges::find(phone.lines, line->id) == phone.lines.end()) {
    std::erase_if(phone.lines, [&](LineId id) { return shared_.lines.find(id) == nullptr; });
    phone.lines.push_back(line->id);
  }
  return line;
}

Line* ToBox::open_line(Passage& passage) {
  const IpAddress& source = passage.flow.remote.ip;
  if (!gate_.make_room_for_line(passage)) return nullptr;
  if (shared_.lines.stock_count() == 0) {
    shared_.guests.tell(Limit::box_facing, source, passage.flow.id, passage.out);
    return nullptr;
  }
  Line& line = shared_.lines.open(identity_.aor, passage.flow.remote.ip);
  shared_.lines.set_instance(line, identity_.instance);
  line.contact_user = identity_.contact_user;
  line.contacts.reserve(rewrite::kMaxContactPairs);
  for (const FlowId id : {line.box_udp, line.box_tcp}) shared_.flows.find(id)->line = line.id;
  tell_opened(passage, line);
  return &line;
}

void ToBox::tell_opened(Passage& passage, const Line& line) const {
  passage.out.note(Note::Kind::line_opened, passage.flow.id, line.id, line.aor, line.box_facing);
  passage.out.note(
      Note::Kind::line_identity, passage.flow.id, line.id,
      line.instance.empty() ? "Contact user " + line.contact_user : "+sip.instance " + line.instance);
}

}  // namespace fapfon::proxy
