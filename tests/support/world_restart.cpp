// SPDX-License-Identifier: GPL-2.0-or-later
// One program takes the place of another, with all sockets handed over: what app/ does on a restart.
#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "support/snapshot.hpp"
#include "support/world.hpp"

namespace fapfon::support {

void World::restarts() {
  settle();
  const proxy::Snapshot snapshot = snapshot_of(proxy_, config_.hash_seed);
  std::set<SocketAddress> stock;
  for (const auto& [flow, address] : box_udp_) stock.insert(address);
  for (const proxy::LineRecord& line : snapshot.lines) stock.erase(line.box_facing);

  replace_core();
  media_ports_.hand_over(relay_, media_pairs(snapshot));
  proxy::Actions actions;
  const proxy::Restored restored = proxy_.restore(snapshot, now_, actions);
  const auto box_wires = std::exchange(box_tcp_, {});
  box_udp_.clear();
  for (std::size_t i = 0; i < snapshot.lines.size(); ++i)
    hand_over(snapshot.lines[i].box_facing, restored.lines[i], box_wires);
  for (const SocketAddress& address : stock)
    hand_over(address, proxy_.offer_box_facing(address, now_), box_wires);
  const auto phone_wires = std::exchange(phone_wires_, {});
  for (const auto& [flow, wire] : phone_wires) {
    for (std::size_t i = 0; i < snapshot.flows.size(); ++i) {
      const proxy::FlowRecord& record = snapshot.flows[i];
      const bool is_same = record.role == proxy::FlowRole::phone && record.key.transport == wire.transport &&
                           record.key.remote == wire.phone;
      if (!is_same) continue;
      phone_wires_.insert_or_assign(restored.flows[i], wire);
      if (wire.station->connection_ == flow) wire.station->connection_ = restored.flows[i];
    }
  }
  for (std::size_t i = 0; i < snapshot.flows.size(); ++i) hand_over(snapshot.flows[i], restored.flows[i]);
  record("another program");
  carry_out(actions);
  settle();
}

void World::replace_core() {
  std::destroy_at(&proxy_);
  std::destroy_at(&relay_);
  std::construct_at(&relay_);
  std::construct_at(&proxy_, config_, relay_);
  proxy_.set_box(box_.profile().address);
  proxy_.set_media(media_mode_);
}

void World::hand_over(const SocketAddress& box_facing, const proxy::BoxFacingFlows& ids,
                      const std::unordered_map<proxy::FlowId, BoxWire>& before) {
  if (!ids.udp) {
    complaints_.push_back("core: has not believed the line at " + box_facing.to_string());
    return;
  }
  box_udp_[ids.udp] = box_facing;
  BoxWire& wire = box_tcp_[ids.tcp];
  wire.local = box_facing;
  for (const auto& [flow, old] : before) {
    const bool is_dialled = old.local == box_facing && old.remote == box_.profile().address;
    if (is_dialled && old.state == BoxWire::State::connected) wire = old;
  }
}

void World::hand_over(const proxy::FlowRecord& record, proxy::FlowId id) {
  if (!id) complaints_.push_back("core: has not believed the flow of " + record.key.remote.to_string());
  if (record.role != proxy::FlowRole::box_accepted) return;
  box_tcp_[id] = {record.key.local, BoxWire::State::connected, record.key.remote, {}, 0};
}

}  // namespace fapfon::support
