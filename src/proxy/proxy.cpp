// SPDX-License-Identifier: GPL-2.0-or-later
// The story of a message, from bytes on one flow to bytes on another.
#include "proxy/proxy.hpp"

#include <algorithm>

#include "proxy/state.hpp"
#include "proxy/timing.hpp"

namespace fapfon::proxy {

void Proxy::receive(FlowId id, ByteView bytes, TimePoint now, Actions& out) {
  Flow* flow = state_->flows.find(id);
  if (flow == nullptr) return;
  flow->last_heard = now;
  switch (flow->transport) {
    case Transport::udp:
      return state_->receive_datagram(*flow, bytes, now, out);  // one message, keep-alive or STUN (F1, F2)
    case Transport::tcp:
      return state_->receive_stream(*flow, bytes, now, out);  // any number of messages, or a part of one (F2)
  }
}

void Proxy::State::forward(const Arrival& arrival) {
  const bool from_phone = arrival.flow.side() == Side::phone;
  const bool is_request = arrival.message.is_request();
  if (from_phone && is_request) return request_to_box(arrival);  // L1, L3: find the line; H1, H2, H4, S1
  if (from_phone) return response_to_box(arrival);               // by transaction; H1, S1
  if (is_request) return request_to_phone(arrival);  // H3, S3; L4, L8: to the newest verified flow
  return response_to_phone(arrival);                 // by transaction; L3: a 2xx verifies; H3, H5, S3
}

// --- The Box -------------------------------------------------------------------------------------

Proxy::Proxy(const Config& config) : state_(std::make_unique<State>(config)) {}
Proxy::~Proxy() = default;

void Proxy::set_box(std::optional<SocketAddress> box) {
  state_->box = box;
  state_->box_udp_down_until = {};
}

void Proxy::set_media(MediaMode mode) {
  state_->media_mode = mode;
}

std::size_t Proxy::box_facing_wanted() const {
  constexpr std::size_t kStockCount = 4;
  const std::size_t in_stock = state_->lines.stock_count();
  return state_->box && in_stock < kStockCount ? kStockCount - in_stock : 0;
}

BoxFacingFlows Proxy::offer_box_facing(const SocketAddress& address, TimePoint now) {
  const SocketAddress box = state_->box.value_or(SocketAddress{});
  const FlowId udp = state_->flows.open_box(FlowRole::box_udp, address, box, now).id;
  const FlowId tcp = state_->flows.open_box(FlowRole::box_tcp, address, box, now).id;
  state_->lines.add_stock({address, udp, tcp});
  state_->add_media_home(address.ip);
  return {udp, tcp};
}

// --- Media ---------------------------------------------------------------------------------------

std::span<const IpAddress> Proxy::media_homes() const {
  return state_->media_homes;
}

std::size_t Proxy::media_ports_wanted(const IpAddress& local) const {
  // One message of the most streams takes a pair on each side, which may be one address.
  constexpr std::size_t kStockCount = 2 * relay::kMaxStreams;
  const std::size_t in_stock = state_->relay.stock_count(local);
  return state_->may_have_to_relay() && in_stock < kStockCount ? kStockCount - in_stock : 0;
}

std::size_t Proxy::media_stock_count(const IpAddress& local) const {
  return state_->relay.stock_count(local);
}

relay::PairId Proxy::offer_media_ports(const IpAddress& local, std::uint16_t rtp_port) {
  return state_->relay.add_pair(local, rtp_port);
}

std::optional<relay::MediaHop> Proxy::media_packet(relay::MediaPort port, const SocketAddress& source,
                                                   ByteView bytes, TimePoint now) {
  return state_->relay.forward(port, source, bytes, now);
}

void Proxy::box_connected(FlowId tcp, TimePoint now, Actions& out) {
  const Flow* flow = state_->flows.find(tcp);
  Line* line = flow != nullptr ? state_->lines.find(flow->line) : nullptr;
  if (line != nullptr) state_->link_connected(*line, now, out);
}

void Proxy::box_unreachable(FlowId id, ByteView unsent, ByteView cause, TimePoint now, Actions& out) {
  Flow* flow = state_->flows.find(id);
  Line* line = flow != nullptr ? state_->lines.find(flow->line) : nullptr;
  if (line == nullptr) return;
  if (flow->role == FlowRole::box_udp) {
    state_->box_udp_failed(*line, cause, now, out);
  } else {
    state_->link_failed(*line, cause, now, out);
  }
  state_->answer_undelivered(*flow, unsent, now, out);
}

// --- Flows come and go ---------------------------------------------------------------------------

std::optional<FlowId> Proxy::phone_datagram(const SocketAddress& local, const SocketAddress& remote,
                                            TimePoint now, Actions& out) {
  if (const Flow* known = state_->flows.find_datagram(local, remote)) return known->id;
  Flow* flow = state_->flows.open_phone(Transport::udp, local, remote, now);
  if (flow == nullptr) {
    out.note(Note::Kind::limit_reached, {}, {}, "phone flows, " + remote.to_string());
    return std::nullopt;
  }
  state_->add_media_home(local.ip);
  out.note(Note::Kind::flow_opened, flow->id);
  state_->arm(*flow);
  return flow->id;
}

std::optional<FlowId> Proxy::phone_connected(const SocketAddress& local, const SocketAddress& remote,
                                             TimePoint now, Actions& out) {
  Flow* flow = state_->flows.open_phone(Transport::tcp, local, remote, now);
  if (flow == nullptr) {
    out.note(Note::Kind::limit_reached, {}, {}, "phone connections, " + remote.to_string());
    return std::nullopt;
  }
  state_->add_media_home(local.ip);
  out.note(Note::Kind::flow_opened, flow->id);
  state_->arm(*flow);
  return flow->id;
}

std::optional<FlowId> Proxy::box_accepted(FlowId udp, const SocketAddress& remote, TimePoint now,
                                          Actions& out) {
  const Flow* box_facing = state_->flows.find(udp);
  Line* line = box_facing != nullptr ? state_->lines.find(box_facing->line) : nullptr;
  if (line == nullptr || line->state == LineState::reserved) return std::nullopt;
  if (!state_->box || remote.ip != state_->box->ip) return std::nullopt;
  Flow& flow = state_->flows.open_box(FlowRole::box_accepted, box_facing->local, remote, now);
  flow.line = line->id;
  line->accepted.push_back(flow.id);
  out.note(Note::Kind::flow_opened, flow.id, flow.line);
  state_->arm(flow);
  return flow.id;
}

void Proxy::flow_closed(FlowId id, TimePoint now, Actions& out) {
  Flow* flow = state_->flows.find(id);
  if (flow == nullptr) return;
  out.note(Note::Kind::flow_closed, id, flow->line);
  if (flow->role == FlowRole::box_tcp) {
    Line* line = state_->lines.find(flow->line);
    if (line != nullptr) state_->link_closed(*line, now, out);
    return;
  }
  state_->forget_flow(*flow);
}

// --- Time ----------------------------------------------------------------------------------------

TimePoint Proxy::next_deadline() const {
  return std::min({state_->flow_deadlines.next(), state_->line_deadlines.next(), state_->next_sweep});
}

void Proxy::expire(TimePoint now, Actions& out) {
  // What ends with a line may make a flow due, and the other way round.
  while (std::min(state_->flow_deadlines.next(), state_->line_deadlines.next()) <= now) {
    while (const auto due = state_->flow_deadlines.take_due(now)) state_->expire_flow(*due, now, out);
    while (const auto due = state_->line_deadlines.take_due(now)) state_->expire_line(*due, now, out);
  }
  if (state_->next_sweep <= now) state_->sweep_pending(now);
}

// --- Views ---------------------------------------------------------------------------------------

std::optional<Proxy::FlowView> Proxy::flow(FlowId id) const {
  const Flow* flow = state_->flows.find(id);
  if (flow == nullptr) return std::nullopt;
  const bool phone = flow->side() == Side::phone;
  const SocketAddress remote = phone || !state_->box ? flow->remote : *state_->box;
  return FlowView{flow->side(), flow->transport, flow->local, remote, flow->line};
}

Proxy::Counts Proxy::counts() const {
  return {state_->flows.phone_count(), state_->lines.count_in_use(), state_->pending.size(),
          state_->relay.session_count()};
}

}  // namespace fapfon::proxy
