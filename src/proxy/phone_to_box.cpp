// SPDX-License-Identifier: GPL-2.0-or-later
// From the phone to the Box: the line, the way to the Box, the rules H1, H2 and H4 (rewrite/to_box).
#include <algorithm>

#include "proxy/registration.hpp"
#include "proxy/state.hpp"
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
  const Call* call = line->calls.find(call_hash(message));
  rewrite::restore_target(message, map, call != nullptr ? ByteView(call->remote_target) : ByteView{}, edits);
  const bool rport_added = rewrite::ensure_rport(message, map, edits);
  const ByteView sent_by = rewrite::replace_sent_by(message, map, edits);
  follow_call(arrival, *line, phone, !message.has_to_tag());
  if (!carry_media(arrival, *line, phone, map)) return refuse_media(arrival, *line);

  remember_phone_request(arrival, *line, rport_added, sent_by);
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
  follow_call(arrival, *line, arrival.flow, initial);
  carry_media(arrival, *line, arrival.flow, map);

  line->last_used = arrival.now;
  settle(key, arrival, line);
  send_edited(target, arrival.out);
  arm(*line);
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
    if (Line* oldest = lines.oldest_reserved()) release_line(*oldest, arrival.now, arrival.out);
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
  arrival.out.note(Note::Kind::line_opened, arrival.flow.id, line.id, line.aor, line.box_facing);
  arrival.out.note(
      Note::Kind::line_identity, arrival.flow.id, line.id,
      line.instance.empty() ? "Contact user " + line.contact_user : "+sip.instance " + line.instance);
  return &line;
}

void Proxy::State::remember_phone_request(const Arrival& arrival, Line& line, bool rport_added,
                                          ByteView sent_by) {
  Pending* waiting = remember(transaction_of(arrival.message, line.id), arrival, line);
  if (waiting == nullptr) return;
  waiting->rport_added = rport_added;
  waiting->sent_by = sent_by;
  if (waiting->method == sip::Method::registration)
    waiting->requested_expires = longest_requested(arrival.message);
}

}  // namespace fapfon::proxy
