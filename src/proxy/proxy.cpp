// SPDX-License-Identifier: GPL-2.0-or-later
// The story of a message, from bytes on one flow to bytes on another.
#include "proxy/proxy.hpp"

#include <algorithm>
#include <string>

#include "proxy/answer.hpp"
#include "proxy/parts.hpp"
#include "proxy/timing.hpp"

namespace fapfon::proxy {

void Proxy::receive(FlowId id, ByteView bytes, TimePoint now, Actions& out) {
  Flow* flow = parts_->flows.find(id);
  if (flow == nullptr) return;
  flow->last_heard = now;
  switch (flow->transport) {
    case Transport::udp:
      return parts_->receive_datagram(*flow, bytes, now, out);  // one message, keep-alive or STUN (F1, F2)
    case Transport::tcp:
      return parts_->receive_stream(*flow, bytes, now, out);  // any number of messages, or a part of one (F2)
  }
}

void Proxy::Parts::forward(Passage& passage) {
  const bool is_request = passage.message.is_request();
  switch (passage.from()) {
    case Side::phone:
      if (is_request) return to_box.request(passage);  // L1, L3: find the line; H1, H2, H4, S1
      return to_box.response(passage);                 // by transaction; H1, S1
    case Side::box:
      if (is_request) return to_phone.request(passage);  // H3, S3; L4, L8: to the newest verified flow
      return to_phone.response(passage);                 // by transaction; L3: a 2xx verifies; H3, H5, S3
  }
}

// --- The Box -------------------------------------------------------------------------------------

Proxy::Proxy(const Config& config, relay::Relay& relay) : parts_(std::make_unique<Parts>(config, relay)) {}
Proxy::~Proxy() = default;

void Proxy::set_box(std::optional<SocketAddress> box) {
  parts_->situation.box = box;
  parts_->links.box_moved();
  // In every mode: a Box that sees the VPN may still ask for audio by IPv6 from a phone that has only IPv4.
  parts_->relay.keep_stock(box && parts_->situation.config.may_relay);
}

void Proxy::set_media(MediaMode mode) {
  parts_->situation.media_mode = mode;
  parts_->situation.media_good_until = kNever;
}

void Proxy::set_media(MediaMode mode, TimePoint good_until, TimePoint now, Actions& out) {
  parts_->situation.media_mode = mode;
  parts_->situation.media_good_until = good_until;
  while (const auto invite = parts_->held_invites.take_any()) parts_->deliver(invite, now, out);
}

std::size_t Proxy::box_facing_wanted() const {
  constexpr std::size_t kStockCount = 4;
  const std::size_t in_stock = parts_->lines.stock_count();
  return parts_->situation.box && in_stock < kStockCount ? kStockCount - in_stock : 0;
}

BoxFacingFlows Proxy::offer_box_facing(const SocketAddress& address, TimePoint now) {
  const SocketAddress box = parts_->situation.box.value_or(SocketAddress{});
  const FlowId udp = parts_->flows.open_box(FlowRole::box_udp, address, box, now).id;
  const FlowId tcp = parts_->flows.open_box(FlowRole::box_tcp, address, box, now).id;
  parts_->lines.add_stock({address, udp, tcp});
  parts_->relay.add_home(address.ip);
  return {udp, tcp};
}

Line* Proxy::Parts::line_of(FlowId box_flow) {
  const Flow* flow = flows.find(box_flow);
  return flow != nullptr ? lines.find(flow->line) : nullptr;
}

void Proxy::box_connected(FlowId tcp, TimePoint now, Actions& out) {
  Line* line = parts_->line_of(tcp);
  if (line != nullptr) parts_->links.connected(*line, now, out);
}

void Proxy::box_unreachable(FlowId id, ByteView unsent, ByteView cause, TimePoint now, Actions& out) {
  Line* line = parts_->line_of(id);
  if (line == nullptr) return;
  Flow& flow = *parts_->flows.find(id);
  if (flow.role == FlowRole::box_udp) {
    parts_->links.udp_failed(*line, cause, now, out);
  } else {
    parts_->links.failed(*line, cause, now, out);
    parts_->lifetimes.arm(*line);
  }
  parts_->answer_undelivered(flow, unsent, now, out);
}

void Proxy::Parts::answer_undelivered(Flow& flow, ByteView unsent, TimePoint now, Actions& out) {
  if (flow.transport == Transport::udp) {
    if (view.parse_datagram(unsent) == sip::ParseError::none) answer_undelivered(flow, view, now, out);
    return;
  }
  sip::StreamFramer framer;
  while (true) {
    const sip::StreamFramer::Step step = framer.next(unsent, view);
    if (step.kind == sip::StreamFramer::Kind::need_more) return;
    if (step.kind == sip::StreamFramer::Kind::message) answer_undelivered(flow, view, now, out);
    unsent.remove_prefix(step.consumed);
  }
}

/// The answer passes as one from the Box would: the phone gets back its own Via and Contact.
void Proxy::Parts::answer_undelivered(Flow& flow, const sip::MessageView& request, TimePoint now,
                                      Actions& out) {
  if (!is_answerable(request)) return;
  std::string response;
  append_answer(request, 503, kRetryAfter, response);
  if (answer_view.parse_datagram(response) != sip::ParseError::none) return;
  answer_edits.start(answer_view.whole());
  Passage passage{flow, answer_view, answer_edits, now, out, transactions.hash(answer_view.call_id())};
  to_phone.response(passage);
}

// --- Flows come and go ---------------------------------------------------------------------------

std::optional<FlowId> Proxy::phone_datagram(const SocketAddress& local, const SocketAddress& remote,
                                            ByteView datagram, TimePoint now, Actions& out) {
  if (const Flow* known = parts_->flows.find_datagram(local, remote)) return known->id;
  if (!parts_->opens_flow(datagram)) {
    out.note(Note::Kind::message_dropped, {}, {}, "neither SIP nor STUN, from " + remote.to_string());
    return std::nullopt;
  }
  if (!parts_->gate.may_open_flow(remote.ip, now, out)) return std::nullopt;
  const Flow* flow = parts_->open_phone(Transport::udp, local, remote, now, out);
  return flow != nullptr ? std::optional(flow->id) : std::nullopt;
}

std::optional<FlowId> Proxy::phone_connected(const SocketAddress& local, const SocketAddress& remote,
                                             TimePoint now, Actions& out) {
  const Flow* flow = parts_->open_phone(Transport::tcp, local, remote, now, out);
  return flow != nullptr ? std::optional(flow->id) : std::nullopt;
}

Flow* Proxy::Parts::open_phone(Transport transport, const SocketAddress& local, const SocketAddress& remote,
                               TimePoint now, Actions& out) {
  if (!gate.make_room_for_flow(remote.ip, now, out)) return nullptr;
  Flow& flow = flows.open_phone(transport, local, remote, now);
  relay.add_home(local.ip);
  out.note(Note::Kind::flow_opened, flow.id);
  lifetimes.arm(flow);
  return &flow;
}

std::optional<FlowId> Proxy::box_accepted(FlowId udp, const SocketAddress& remote, TimePoint now,
                                          Actions& out) {
  const Flow* box_facing = parts_->flows.find(udp);
  Line* line = box_facing != nullptr ? parts_->lines.find(box_facing->line) : nullptr;
  if (line == nullptr || line->state == LineState::reserved) return std::nullopt;
  const auto& box = parts_->situation.box;
  if (!box || remote.ip != box->ip) return std::nullopt;
  Flow& flow = parts_->flows.open_box(FlowRole::box_accepted, box_facing->local, remote, now);
  flow.line = line->id;
  std::erase_if(line->accepted, [&](FlowId id) { return parts_->flows.find(id) == nullptr; });
  line->accepted.push_back(flow.id);
  out.note(Note::Kind::flow_opened, flow.id, flow.line);
  parts_->lifetimes.arm(flow);
  return flow.id;
}

void Proxy::flow_closed(FlowId id, TimePoint now, Actions& out) {
  const Flow* flow = parts_->flows.find(id);
  if (flow == nullptr) return;
  out.note(Note::Kind::flow_closed, id, flow->line);
  switch (flow->role) {
    case FlowRole::box_tcp:
      if (Line* line = parts_->lines.find(flow->line)) {
        parts_->links.closed(*line, now, out);
        parts_->lifetimes.arm(*line);
      }
      return;
    case FlowRole::box_udp:
      return;  // lives as long as its line
    case FlowRole::phone:
    case FlowRole::box_accepted:
      return parts_->flows.erase(id);
  }
}

// --- Time ----------------------------------------------------------------------------------------

TimePoint Proxy::next_deadline() const {
  return std::min(
      {parts_->lifetimes.next_deadline(), parts_->held_invites.next(), parts_->guests.rates.next_sweep()});
}

void Proxy::expire(TimePoint now, Actions& out) {
  while (const auto invite = parts_->held_invites.take_due(now)) parts_->deliver(invite, now, out);
  parts_->lifetimes.expire(now, out);
  parts_->guests.rates.forget_idle(now);
}

// --- Views ---------------------------------------------------------------------------------------

std::optional<Proxy::FlowView> Proxy::flow(FlowId id) const {
  const Flow* flow = parts_->flows.find(id);
  if (flow == nullptr) return std::nullopt;
  const bool phone = flow->side() == Side::phone;
  const SocketAddress remote = phone || !parts_->situation.box ? flow->remote : *parts_->situation.box;
  return FlowView{flow->side(), flow->transport, flow->local, remote, flow->line};
}

bool Proxy::is_guest(FlowId phone) const {
  return parts_->flows.is_guest(phone);
}

std::vector<Ban> Proxy::bans(TimePoint now) const {
  return parts_->guests.rates.bans(now);
}

std::uint64_t Proxy::reached(Limit limit) const {
  return parts_->guests.reached[static_cast<std::size_t>(limit)];
}

Proxy::Counts Proxy::counts() const {
  return {parts_->flows.phone_count(), parts_->lines.count_in_use(), parts_->transactions.size(),
          parts_->relay.session_count()};
}

}  // namespace fapfon::proxy
