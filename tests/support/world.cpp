// SPDX-License-Identifier: GPL-2.0-or-later
// Time, the cast and the phones' side of the network; the Box's side is in world_box.cpp, what the core
// wants done in world_core.cpp.
#include "support/world.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace fapfon::support {
namespace {

constexpr auto kUserTimeout = 30s;  // TCP_USER_TIMEOUT (L7)
constexpr int kEventsAtOneTime = 20'000;
constexpr std::size_t kTraceLines = 60;

}  // namespace

World::World(proxy::Config config, Path path, Home home)
    : now_(TimePoint{} + 1000h),
      path_(path),
      home_(home),
      box_(BoxProfile{}),
      proxy_(config, relay_),
      config_(config),
      media_mode_(config.media) {
  box_.profile().address = home.box;
  if (path_ == Path::direct) return;
  proxy_.set_box(box_.profile().address);
  offer_box_facing();
  media_ports_.serve(relay_);
}

Station& World::add_phone(PhoneProfile profile) {
  for (const Account& account : profile.accounts) box_.profile().passwords[account.user] = account.password;
  return add_stranger(std::move(profile));
}

Station& World::add_stranger(PhoneProfile profile) {
  stations_.push_back(std::make_unique<Station>(*this, std::move(profile)));
  return *stations_.back();
}

void World::later(Duration delay, std::function<void()> what) {
  timers_.emplace(now_ + delay, std::move(what));
}

TimePoint World::next_deadline() const {
  TimePoint next = box_state_ == BoxState::up ? box_.next_deadline() : kNever;
  if (path_ == Path::through_proxy) next = std::min(next, proxy_.next_deadline());
  for (const auto& station : stations_) {
    if (station->alive_) next = std::min(next, station->phone_.next_deadline());
  }
  return timers_.empty() ? next : std::min(next, timers_.begin()->first);
}

void World::advance(Duration duration) {
  settle();
  const TimePoint end = now_ + duration;
  int events = 0;
  for (TimePoint next = next_deadline(); next <= end; next = next_deadline()) {
    events = next > now_ ? 0 : events + 1;
    if (events > kEventsAtOneTime) throw std::logic_error("time stands still: a deadline is never met");
    now_ = std::max(now_, next);
    run_due();
    settle();
  }
  now_ = end;
}

void World::run_due() {
  while (!timers_.empty() && timers_.begin()->first <= now_) {
    const auto what = timers_.begin()->second;
    timers_.erase(timers_.begin());
    what();
  }
  if (box_state_ == BoxState::up && box_.next_deadline() <= now_) {
    Outbox out;
    box_.expire(now_, out);
    carry_box(std::move(out));
  }
  for (const auto& station : stations_) {
    if (!station->alive_ || station->phone_.next_deadline() > now_) continue;
    Outbox out;
    station->phone_.expire(now_, out);
    carry(*station, std::move(out));
  }
  if (path_ == Path::through_proxy && proxy_.next_deadline() <= now_) {
    proxy::Actions actions;
    proxy_.expire(now_, actions);
    carry_out(actions);
  }
}

void World::settle() {
  for (int i = 0; !in_flight_.empty(); ++i) {
    if (i > kEventsAtOneTime) throw std::logic_error("a message storm:\n" + trace());
    const auto event = std::move(in_flight_.front());
    in_flight_.pop_front();
    event();
  }
}

void World::carry(Station& station, Outbox outbox) {
  for (Outgoing& item : outbox) {
    in_flight_.emplace_back([this, &station, sent = std::move(item)] { phone_sends(station, sent); });
  }
}

void World::phone_sends(Station& station, const Outgoing& item) {
  if (!station.alive_) return;
  if (item.kind == Outgoing::Kind::bytes) record("phone > " + item.bytes);
  if (path_ == Path::direct) return phone_sends_to_box(station, item);
  phone_sends_to_proxy(station, item);
}

void World::phone_sends_to_proxy(Station& station, const Outgoing& item) {
  proxy::Actions actions;
  std::optional<proxy::FlowId> flow;
  if (item.kind == Outgoing::Kind::close) {
    flow = std::exchange(station.connection_, std::nullopt);
    if (!flow) return;
    phone_wires_.erase(*flow);
    proxy_.flow_closed(*flow, now_, actions);
    return carry_out(actions);
  }
  if (item.hop.transport == Transport::tcp) {
    flow = connection_of(station);
  } else {
    const SocketAddress& source = station.phone_.profile().local;
    flow = proxy_.phone_datagram(arrival_address(station), source, item.bytes, now_, actions);
    media_ports_.serve(relay_);
    if (flow) phone_wires_[*flow] = {&station, Transport::udp, source};
  }
  if (flow) proxy_.receive(*flow, item.bytes, now_, actions);
  carry_out(actions);
}

SocketAddress World::arrival_address(const Station& station) const {
  const SocketAddress& server = station.phone_.profile().server;
  return {home_.intercepted_at.value_or(server.ip), server.port};
}

std::optional<proxy::FlowId> World::connection_of(Station& station) {
  if (station.connection_) return station.connection_;
  SocketAddress source = station.phone_.profile().local;
  source.port = next_phone_port_++;
  proxy::Actions actions;
  station.connection_ = proxy_.phone_connected(arrival_address(station), source, now_, actions);
  if (station.connection_) phone_wires_[*station.connection_] = {&station, Transport::tcp, source};
  const auto connection = station.connection_;
  carry_out(actions);
  if (!connection) {
    in_flight_.emplace_back([this, &station] {
      Outbox out;
      station.phone_.connection_lost(now_, out);
      carry(station, std::move(out));
    });
  }
  return connection;
}

void World::cut(Station& station) {
  const auto old = std::exchange(station.connection_, std::nullopt);
  station.direct_.reset();
  if (!old) return;
  phone_wires_[*old].open = false;
  later(kUserTimeout, [this, flow = *old] {
    if (phone_wires_.erase(flow) == 0) return;
    proxy::Actions actions;
    proxy_.flow_closed(flow, now_, actions);
    carry_out(actions);
  });
}

void World::reach_phone(Station& station, Transport transport, const SocketAddress& at,
                        const std::string& bytes) {
  in_flight_.emplace_back([this, &station, transport, at, bytes] {
    if (!station.alive_) {
      ++lost_count_;
      return;
    }
    record("phone < " + bytes);
    Outbox out;
    const Hop hop{transport, at, station.phone_.profile().server};
    station.phone_.receive(hop, bytes, now_, out);
    carry(station, std::move(out));
  });
}

std::vector<std::string> World::complaints() const {
  std::vector<std::string> all = complaints_;
  all.insert(all.end(), box_.complaints().begin(), box_.complaints().end());
  for (const auto& station : stations_) {
    const auto& own = station->phone_.complaints();
    all.insert(all.end(), own.begin(), own.end());
  }
  return all;
}

void World::forget_complaints() {
  complaints_.clear();
  box_.forget_complaints();
  for (const auto& station : stations_) station->phone_.forget_complaints();
}

void World::record(std::string line) {
  const auto seconds = std::chrono::duration_cast<std::chrono::milliseconds>(now_.time_since_epoch() - 1000h);
  trace_.push_back("[" + std::to_string(seconds.count()) + " ms] " + std::move(line));
  if (trace_.size() > kTraceLines) trace_.pop_front();
}

std::string World::trace() const {
  std::string all;
  for (const std::string& line : trace_) all += line + '\n';
  return all;
}

}  // namespace fapfon::support
