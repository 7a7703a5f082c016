// SPDX-License-Identifier: GPL-2.0-or-later
// What both ways have in common: the addresses for the rules, transactions, and what cannot be handed on.
#include "proxy/registration.hpp"
#include "proxy/state.hpp"
#include "proxy/timing.hpp"

namespace fapfon::proxy {
namespace {

TimePoint pending_end(sip::Method method, TimePoint now) noexcept {
  return now + (method == sip::Method::invite ? Duration(kInvitePendingTimeout) : Duration(kPendingTimeout));
}

}  // namespace

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

Pending* Proxy::State::remember(const TransactionKey& key, const Arrival& arrival, Line& line) {
  const sip::MessageView& message = arrival.message;
  if (message.method() == sip::Method::ack) return nullptr;
  const Pending* known = pending.find(key);
  // A Box that forks may repeat itself on another line: then the transaction is counted there.
  Line* counted = known != nullptr ? lines.find(known->line) : nullptr;
  if (counted != nullptr) --counted->pending_count;
  ++line.pending_count;
  Pending& waiting = pending.add(key);
  waiting.line = line.id;
  waiting.reply_flow = arrival.flow.id;
  waiting.method = message.method();
  waiting.initial = !message.has_to_tag();
  waiting.ends = pending_end(waiting.method, arrival.now);
  if (next_sweep == kNever) next_sweep = arrival.now + kPendingSweep;
  return &waiting;
}

/// A final response ends a transaction; one to an INVITE may come again until its ACK (RFC 3261
/// section 17.2.1).
void Proxy::State::settle(const TransactionKey& key, const Arrival& arrival, Line* line) {
  Pending* waiting = pending.find(key);
  if (waiting == nullptr) return;
  if (waiting->method == sip::Method::invite) {
    const bool final = arrival.message.is_final();
    waiting->ends = arrival.now + (final ? Duration(kAfterFinalTimeout) : Duration(kInvitePendingTimeout));
    return;
  }
  if (!arrival.message.is_final()) return;
  pending.erase(key);
  if (line != nullptr) --line->pending_count;
}

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
