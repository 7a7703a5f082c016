// SPDX-License-Identifier: GPL-2.0-or-later
// Carries out what the core wants done, as app/ does it with real sockets.
#include <utility>

#include "proxy/timing.hpp"
#include "support/world.hpp"

namespace fapfon::support {
namespace {

constexpr auto kConnectTimeout = 5s;

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

}  // namespace

void World::offer_box_facing() {
  while (proxy_.box_facing_wanted() > 0) {
    const SocketAddress address{home_.lan, next_box_facing_port_++};
    const proxy::BoxFacingFlows flows = proxy_.offer_box_facing(address, now_);
    box_udp_[flows.udp] = address;
    box_tcp_[flows.tcp] = {address, BoxWire::State::idle, {}, {}, 0};
  }
}

void World::carry_out(const proxy::Actions& actions) {
  for (const proxy::Action& action : actions.list()) {
    std::visit(
        Overloaded{
            [&](const proxy::Send& send) { do_send(send.flow, std::string{actions.bytes(send.bytes)}); },
            [&](const proxy::DialBox& dial) { do_dial(dial.flow); },
            [&](const proxy::CloseFlow& close) { do_close(close.flow, close.reason); },
            [&](const proxy::ReleaseBoxFacing& release) { do_release(release.udp); },
            [&](const proxy::CallReport& report) { call_reports_.push_back(report); },
            [&](const proxy::ResolveBox&) { ++resolve_count_; },
            [](const proxy::AskMedia&) {},
            [&](const proxy::Note& note) { notes_.push_back(note); },
            [](const proxy::GuestBanned&) {},
            [](const proxy::Passed&) {},
            [](const proxy::Changed&) {},
        },
        action);
  }
  offer_box_facing();
  media_ports_.serve(relay_);
}

void World::set_media(proxy::MediaMode mode) {
  media_mode_ = mode;
  proxy_.set_media(mode);
  media_ports_.serve(relay_);
}

std::size_t World::media_pairs_in_use() const {
  std::size_t in_stock = 0;
  for (const IpAddress& home : relay_.homes()) in_stock += relay_.stock_count(home);
  return media_ports_.open_count() - in_stock;
}

void World::everybody_leaves() {
  for (const auto& station : stations_) station->dies();
  box_state_ = BoxState::silent;
  box_.profile().session_refresh = 0s;
  advance(proxy::kCallIdle + proxy::kCallGrace + 1s);
}

void World::do_send(proxy::FlowId flow, std::string bytes) {
  if (const auto box = box_udp_.find(flow); box != box_udp_.end()) {
    const Hop hop{Transport::udp, box_.profile().address, box->second};
    if (box_state_ != BoxState::refusing) return reach_box(hop, bytes);
    in_flight_.emplace_back([this, flow, bytes = std::move(bytes)] {
      proxy::Actions actions;
      proxy_.box_unreachable(flow, bytes, "Connection refused", now_, actions);
      carry_out(actions);
    });
    return;
  }
  if (const auto box = box_tcp_.find(flow); box != box_tcp_.end())
    return send_on_box_wire(flow, box->second, bytes);
  const auto phone = phone_wires_.find(flow);
  if (phone == phone_wires_.end()) {
    complaints_.push_back("core: Send on a flow that does not exist: " + bytes);
    return;
  }
  const PhoneWire& wire = phone->second;
  const bool here =
      wire.transport == Transport::tcp ? wire.open : wire.station->phone_.profile().local == wire.phone;
  if (!here) {
    ++lost_count_;
    return;
  }
  reach_phone(*wire.station, wire.transport, wire.phone, bytes);
}

void World::send_on_box_wire(proxy::FlowId flow, BoxWire& wire, const std::string& bytes) {
  static_cast<void>(flow);
  switch (wire.state) {
    case BoxWire::State::idle:
      complaints_.push_back("core: Send on a Box connection that is not even dialled: " + bytes);
      return;
    case BoxWire::State::dialling:
      wire.unsent += bytes;
      return;
    case BoxWire::State::connected:
      return reach_box({Transport::tcp, wire.remote, wire.local}, bytes);
  }
}

void World::do_dial(proxy::FlowId flow) {
  const auto found = box_tcp_.find(flow);
  if (found == box_tcp_.end() || found->second.state != BoxWire::State::idle) {
    complaints_.emplace_back("core: DialBox on a flow that is none, or not idle");
    return;
  }
  BoxWire& wire = found->second;
  wire.state = BoxWire::State::dialling;
  wire.unsent.clear();
  const unsigned attempt = ++wire.attempt;
  dials_.push_back({now_, wire.local});
  record("dial  > " + wire.local.to_string());
  if (box_state_ == BoxState::silent || box_ignores_connects_) {
    return later(kConnectTimeout, [this, flow, attempt] {
      const auto wire_now = box_tcp_.find(flow);
      if (wire_now == box_tcp_.end() || wire_now->second.attempt != attempt) return;
      finish_dial(flow, box_state_ == BoxState::up && !box_ignores_connects_);
    });
  }
  in_flight_.emplace_back([this, flow] { finish_dial(flow, box_state_ == BoxState::up); });
}

void World::finish_dial(proxy::FlowId flow, bool reached) {
  const auto found = box_tcp_.find(flow);
  if (found == box_tcp_.end() || found->second.state != BoxWire::State::dialling) return;
  BoxWire& wire = found->second;
  const std::string unsent = std::exchange(wire.unsent, {});
  proxy::Actions actions;
  if (!reached) {
    wire.state = BoxWire::State::idle;
    proxy_.box_unreachable(flow, unsent, "Connection refused", now_, actions);
    return carry_out(actions);
  }
  wire.state = BoxWire::State::connected;
  wire.remote = box_.profile().address;
  const Hop hop{Transport::tcp, wire.remote, wire.local};
  box_.connected(hop);
  if (!unsent.empty()) reach_box(hop, unsent);
  proxy_.box_connected(flow, now_, actions);
  carry_out(actions);
}

void World::do_close(proxy::FlowId flow, proxy::CloseReason reason) {
  closings_.push_back(reason);
  record("close > reason " + std::to_string(static_cast<int>(reason)));
  if (const auto box = box_tcp_.find(flow); box != box_tcp_.end()) {
    if (box->second.state == BoxWire::State::connected) {
      box_.closed({Transport::tcp, box->second.remote, box->second.local});
    }
    box->second.state = BoxWire::State::idle;
    return;
  }
  const auto phone = phone_wires_.find(flow);
  if (phone == phone_wires_.end()) {
    complaints_.emplace_back("core: CloseFlow of a flow that does not exist");
    return;
  }
  Station& station = *phone->second.station;
  const bool in_use = phone->second.transport == Transport::tcp && station.connection_ == flow;
  phone_wires_.erase(phone);
  if (!in_use) return;
  station.connection_.reset();
  in_flight_.emplace_back([this, &station] {
    if (!station.alive_) return;
    Outbox out;
    station.phone_.connection_lost(now_, out);
    carry(station, std::move(out));
  });
}

void World::do_release(proxy::FlowId udp) {
  const auto found = box_udp_.find(udp);
  if (found == box_udp_.end()) {
    complaints_.emplace_back("core: ReleaseBoxFacing of an address it does not have");
    return;
  }
  const SocketAddress address = found->second;
  released_.push_back(address);
  box_udp_.erase(found);
  std::erase_if(box_tcp_, [&](const auto& entry) { return entry.second.local == address; });
}

}  // namespace fapfon::support
