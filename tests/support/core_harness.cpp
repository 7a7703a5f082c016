// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/core_harness.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <variant>

namespace fapfon::support {

std::size_t Reaction::count(proxy::Note::Kind kind) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(notes, [&](const proxy::Note& note) { return note.kind == kind; }));
}

CoreHarness::CoreHarness(Scene scene)
    : scene_(std::move(scene)),
      proxy_(scene_.config, relay_),
      media_ports_(scene_.media_pair_count),
      now_(TimePoint{} + std::chrono::hours(1)) {
  proxy_.set_box(scene_.box);
  // Enough for every line of a test; the core takes the address that came last.
  constexpr std::uint16_t kInStock = 16;
  for (std::uint16_t above = kInStock; above > 0; --above) {
    const auto port = static_cast<std::uint16_t>(scene_.box_facing.port + above - 1);
    box_facing_.push_back(proxy_.offer_box_facing({scene_.box_facing.ip, port}, now_));
  }
  media_ports_.serve(relay_);
}

Reaction CoreHarness::phone_sends(ByteView bytes, Transport transport) {
  return phone_sends_from(scene_.phone, bytes, transport);
}

Reaction CoreHarness::phone_sends_from(const SocketAddress& address, ByteView bytes, Transport transport) {
  proxy::Actions opening;
  std::optional<proxy::FlowId> flow;
  const auto known = phones_.find({transport, address});
  if (transport == Transport::udp) {
    flow = proxy_.phone_datagram(scene_.sip_port, address, bytes, now_, opening);
  } else if (known != phones_.end() && proxy_.flow(known->second)) {
    flow = known->second;
  } else {
    flow = proxy_.phone_connected(scene_.sip_port, address, now_, opening);
  }
  if (!flow) {
    Reaction reaction;
    carry_out(opening, reaction);
    return reaction;
  }
  media_ports_.serve(relay_);
  phones_[{transport, address}] = *flow;
  return receive(*flow, bytes);
}

Reaction CoreHarness::box_sends(ByteView bytes) {
  if (!heard_by_box_) throw std::logic_error("the Box has heard nothing yet");
  return receive(*heard_by_box_, bytes);
}

Reaction CoreHarness::box_accepts() {
  std::string response = "SIP/2.0 200 OK\r\n";
  for (const char* name : {"Via", "From", "To", "Call-ID", "CSeq", "Contact"}) {
    const std::size_t start = heard_.find(std::string("\r\n") + name + ":") + 2;
    response.append(heard_.substr(start, heard_.find("\r\n", start) + 2 - start));
  }
  return box_sends(response.append("Expires: 300\r\nContent-Length: 0\r\n\r\n"));
}

Reaction CoreHarness::box_sends(ByteView bytes, Transport transport) {
  const auto line = std::ranges::find_if(box_facing_, [&](const proxy::BoxFacingFlows& flows) {
    return flows.udp == heard_by_box_ || flows.tcp == heard_by_box_;
  });
  if (line == box_facing_.end()) throw std::logic_error("the Box has heard nothing yet");
  return receive(transport == Transport::udp ? line->udp : line->tcp, bytes);
}

std::optional<Relayed> CoreHarness::packet(const SocketAddress& source, const SocketAddress& to,
                                           ByteView bytes) {
  const auto exact = std::make_unique<char[]>(bytes.size());
  std::ranges::copy(bytes, exact.get());
  return media_ports_.packet(relay_, source, to, {exact.get(), bytes.size()}, now_);
}

Reaction CoreHarness::advance(Duration duration) {
  now_ += duration;
  proxy::Actions actions;
  proxy_.expire(now_, actions);
  Reaction reaction;
  carry_out(actions, reaction);
  return reaction;
}

bool CoreHarness::is_connected() const {
  const auto known = phones_.find({Transport::tcp, scene_.phone});
  return known != phones_.end() && proxy_.flow(known->second).has_value();
}

Reaction CoreHarness::receive(proxy::FlowId flow, ByteView bytes) {
  const auto exact = std::make_unique<char[]>(bytes.size());
  std::ranges::copy(bytes, exact.get());
  proxy::Actions actions;
  proxy_.receive(flow, {exact.get(), bytes.size()}, now_, actions);
  Reaction reaction;
  carry_out(actions, reaction);
  return reaction;
}

void CoreHarness::carry_out(const proxy::Actions& actions, Reaction& reaction) {
  std::vector<proxy::FlowId> dialled;
  for (const proxy::Action& action : actions.list()) {
    if (const auto* send = std::get_if<proxy::Send>(&action)) carry_out_send(actions, *send, reaction);
    if (const auto* dial = std::get_if<proxy::DialBox>(&action)) dialled.push_back(dial->flow);
    if (const auto* close = std::get_if<proxy::CloseFlow>(&action)) reaction.closed.push_back(close->reason);
    if (const auto* report = std::get_if<proxy::CallReport>(&action)) reaction.reports.push_back(*report);
    if (const auto* note = std::get_if<proxy::Note>(&action)) reaction.notes.push_back(*note);
  }
  for (const proxy::FlowId flow : dialled) {
    proxy::Actions connected;
    proxy_.box_connected(flow, now_, connected);
    carry_out(connected, reaction);
  }
  media_ports_.serve(relay_);
}

void CoreHarness::carry_out_send(const proxy::Actions& actions, const proxy::Send& send, Reaction& reaction) {
  const bool to_box = std::ranges::any_of(box_facing_, [&](const proxy::BoxFacingFlows& flows) {
    return flows.udp == send.flow || flows.tcp == send.flow;
  });
  (to_box ? reaction.to_box : reaction.to_phone).emplace_back(actions.bytes(send.bytes));
  if (!to_box) return;
  heard_by_box_ = send.flow;
  heard_ = actions.bytes(send.bytes);
}

}  // namespace fapfon::support
