// SPDX-License-Identifier: GPL-2.0-or-later
// The Box's side of the World's network.
#include <algorithm>
#include <utility>

#include "support/uri_text.hpp"
#include "support/world.hpp"

namespace fapfon::support {

std::vector<std::size_t> World::box_calls(const std::string& user) {
  Outbox out;
  const auto numbers = box_.call(user, now_, out);
  carry_box(std::move(out));
  settle();
  return numbers;
}

void World::box_repeats_invite(std::size_t call) {
  Outbox out;
  box_.repeat_invite(call, out);
  carry_box(std::move(out));
  settle();
}

void World::far_end_picks_up(std::size_t call) {
  Outbox out;
  box_.pick_up(call, out);
  carry_box(std::move(out));
  settle();
}

void World::box_hangs_up(std::size_t call) {
  Outbox out;
  box_.hang_up(call, now_, out);
  carry_box(std::move(out));
  settle();
}

void World::box_previews(std::size_t call, const std::string& tag, std::uint16_t port_offset) {
  Outbox out;
  box_.preview(call, tag, port_offset, out);
  carry_box(std::move(out));
  settle();
}

void World::box_refreshes(std::size_t call) {
  Outbox out;
  box_.refresh(call, now_, out);
  carry_box(std::move(out));
  settle();
}

void World::box_loses_power(BoxState meanwhile) {
  Outbox out;
  box_.reboot(out);
  carry_box(std::move(out));
  box_state_ = meanwhile;
  settle();
}

void World::box_closes_connections() {
  Outbox out;
  for (const Hop& hop : box_.connections()) out.push_back({Outgoing::Kind::close, hop, {}});
  for (const Outgoing& item : out) box_.closed(item.hop);
  carry_box(std::move(out));
  settle();
}

std::vector<Binding> World::bindings(const std::string& user) {
  return box_.registrar().bindings(user, now_);
}

std::optional<proxy::FlowId> World::box_udp_flow(const SocketAddress& address) const {
  const auto found = std::find_if(box_udp_.begin(), box_udp_.end(),
                                  [&](const auto& entry) { return entry.second == address; });
  if (found == box_udp_.end()) return std::nullopt;
  return found->first;
}

void World::carry_box(Outbox outbox) {
  for (Outgoing& item : outbox) {
    in_flight_.emplace_back([this, sent = std::move(item)] { box_sends(sent); });
  }
}

void World::box_sends(const Outgoing& item) {
  if (item.kind == Outgoing::Kind::close) return close_box_connection(item.hop);
  record("Box   > " + item.bytes);
  if (path_ == Path::direct) return box_sends_to_phone(item);
  proxy::Actions actions;
  if (item.hop.transport == Transport::udp) {
    const auto flow = box_udp_flow(item.hop.remote);
    if (!flow) {
      ++lost_count_;
      return;
    }
    proxy_.receive(*flow, item.bytes, now_, actions);
    return carry_out(actions);
  }
  if (item.hop.local.port == 0) return box_dials(item);
  for (auto& [flow, wire] : box_tcp_) {
    const bool same = wire.state == BoxWire::State::connected && wire.local == item.hop.remote &&
                      wire.remote == item.hop.local;
    if (!same) continue;
    proxy_.receive(flow, item.bytes, now_, actions);
    return carry_out(actions);
  }
  ++lost_count_;
}

void World::box_dials(const Outgoing& item) {
  for (const Hop& open : box_.connections()) {
    if (open.remote != item.hop.remote) continue;
    return box_sends({Outgoing::Kind::bytes, open, item.bytes});
  }
  const auto listener = box_udp_flow(item.hop.remote);
  if (!listener) {
    ++lost_count_;
    return;
  }
  const SocketAddress source{item.hop.local.ip, next_box_port_++};
  proxy::Actions actions;
  const auto flow = proxy_.box_accepted(*listener, source, now_, actions);
  if (!flow) {
    ++unwanted_connection_count_;
    return carry_out(actions);
  }
  box_tcp_[*flow] = {item.hop.remote, BoxWire::State::connected, source, {}, 0};
  const Hop hop{Transport::tcp, source, item.hop.remote};
  box_.connected(hop);
  carry_out(actions);
  box_sends({Outgoing::Kind::bytes, hop, item.bytes});
}

void World::close_box_connection(const Hop& hop) {
  if (path_ == Path::direct) {
    for (const auto& station : stations_) {
      if (station->direct_ == hop.remote) station->direct_.reset();
    }
    return;
  }
  for (auto& [flow, wire] : box_tcp_) {
    const bool same =
        wire.state == BoxWire::State::connected && wire.local == hop.remote && wire.remote == hop.local;
    if (!same) continue;
    wire.state = BoxWire::State::idle;
    proxy::Actions actions;
    proxy_.flow_closed(flow, now_, actions);
    return carry_out(actions);
  }
}

void World::reach_box(const Hop& hop, const std::string& bytes) {
  in_flight_.emplace_back([this, hop, bytes] {
    if (box_state_ != BoxState::up) {
      ++lost_count_;
      return;
    }
    record("Box   < " + bytes);
    last_bytes_to_box_ = bytes;
    Outbox out;
    box_.receive(hop, bytes, now_, out);
    carry_box(std::move(out));
  });
}

// --- Without the proxy ------------------------------------------------------------------------------

void World::phone_sends_to_box(Station& station, const Outgoing& item) {
  const SocketAddress& box = box_.profile().address;
  if (item.hop.transport == Transport::udp) {
    return reach_box({Transport::udp, box, station.phone_.profile().local}, item.bytes);
  }
  if (item.kind == Outgoing::Kind::close) {
    if (station.direct_) box_.closed({Transport::tcp, box, *station.direct_});
    station.direct_.reset();
    return;
  }
  if (!station.direct_) {
    station.direct_ = SocketAddress{station.phone_.profile().local.ip, next_phone_port_++};
    box_.connected({Transport::tcp, box, *station.direct_});
  }
  reach_box({Transport::tcp, box, *station.direct_}, item.bytes);
}

void World::box_sends_to_phone(const Outgoing& item) {
  for (const auto& station : stations_) {
    const SocketAddress& udp = station->phone_.profile().local;
    const bool by_udp = item.hop.transport == Transport::udp && udp == item.hop.remote;
    const bool by_tcp = item.hop.transport == Transport::tcp && station->direct_ == item.hop.remote;
    if (by_udp || by_tcp) return reach_phone(*station, item.hop.transport, item.hop.remote, item.bytes);
  }
  ++lost_count_;
}

}  // namespace fapfon::support
