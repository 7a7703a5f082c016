// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/site.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include <unistd.h>

namespace fapfon::app {
namespace {

using log::kv;

std::uint64_t random_seed() {
  std::random_device random;
  return (std::uint64_t{random()} << 32U) | random();
}

proxy::Config core_config(const options::Options& options) {
  proxy::Config config = options.core;
  config.tells_passed = options.dump_phone || options.dump_box;
  config.hash_seed = random_seed();
  return config;
}

}  // namespace

Site::Site(net::Loop& loop, const options::Options& options, log::Log& log, PhoneSide& phones, Host& host)
    : loop_(loop),
      options_(options),
      log_(log),
      phones_(phones),
      host_(host),
      config_(core_config(options)),
      notes_(log),
      relay_(std::in_place),
      core_(std::in_place, config_, *relay_),
      box_ports_(loop_, std::random_device{}(), *this, *this),
      media_ports_(
          loop_, options.rtp_ports, random_seed(),
          [this](const IpAddress& local, const net::SystemError& cause) { media_port_failed(local, cause); }),
      media_mode_(
          loop_, options, log, [this] { media_decided(); }, [this] { return core_->counts().lines > 0; }),
      dump_output_(STDOUT_FILENO),
      now_(Clock::now()),
      deadline_(loop_),
      refill_(loop_) {
  media_ports_.use(*relay_);
  media_mode_.on_conclusion([this] {
    now_ = Clock::now();
    tell_media();
    carry_out();
  });
  tell_media();
}

Site::~Site() = default;

void Site::phone_datagram(const SocketAddress& local, const SocketAddress& remote, ByteView bytes) {
  now_ = Clock::now();
  if (const auto id = core_->phone_datagram(local, remote, bytes, now_, actions_)) {
    if (flows_.find(*id) == nullptr) {
      FlowSocket& flow = flows_.put(*id, FlowSocket::Kind::phone_udp);
      flow.local = local;
      flow.remote = remote;
      media_ports_.serve(now_);  // it may begin with an INVITE
    }
    core_->receive(*id, bytes, now_, actions_);
  }
  carry_out();
}

void Site::phone_accepted(net::Fd connection, const SocketAddress& remote) {
  now_ = Clock::now();
  const SocketAddress local = net::local_address_of(connection);
  if (const auto id = core_->phone_connected(local, remote, now_, actions_)) {
    FlowSocket& flow = flows_.put(*id, FlowSocket::Kind::phone_tcp);
    flow.connection = net::TcpConnection::accepted(loop_, budget_, std::move(connection),
                                                   net::TcpConnection::Ending::orderly, *this);
    if (flow.connection != nullptr) {
      flow.connection->tag = tag_of(*id);
    } else {
      flows_.erase(*id);
      core_->flow_closed(*id, now_, actions_);
    }
  }
  carry_out();
}

void Site::udp_datagram(net::UdpSocket& socket, const SocketAddress& /*local*/, const SocketAddress& remote,
                        ByteView bytes) {
  if (!place_ || remote.ip != place_->box.ip) return;  // only the Box may send here
  now_ = Clock::now();
  core_->receive(flow_of(socket.tag), bytes, now_, actions_);
  carry_out();
}

void Site::udp_unreachable(net::UdpSocket& socket, const SocketAddress& destination, ByteView payload,
                           const net::SystemError& cause) {
  if (!place_ || destination != place_->box) return;  // for a Box that has moved meanwhile
  now_ = Clock::now();
  core_->box_unreachable(flow_of(socket.tag), payload, cause.text(), now_, actions_);
  carry_out();
}

void Site::tcp_accepted(net::TcpListener& listener, net::Fd connection, const SocketAddress& remote) {
  if (!place_ || remote.ip != place_->box.ip) return;
  now_ = Clock::now();
  const proxy::FlowId facing = flow_of(listener.tag);
  if (const auto id = core_->box_accepted(facing, remote, now_, actions_)) {
    FlowSocket& flow = flows_.put(*id, FlowSocket::Kind::box_tcp);
    flow.box_facing = facing;
    flow.connection = net::TcpConnection::accepted(loop_, budget_, std::move(connection),
                                                   net::TcpConnection::Ending::reset, *this);
    if (flow.connection != nullptr) {
      flow.connection->tag = tag_of(*id);
    } else {
      core_->flow_closed(*id, now_, actions_);
    }
  }
  carry_out();
}

void Site::tcp_accept_paused(net::TcpListener& /*listener*/, const net::SystemError& cause) {
  log_.error("no new connections are accepted for one second", {kv("cause", cause.text())});
}

void Site::tcp_connected(net::TcpConnection& connection) {
  now_ = Clock::now();
  core_->box_connected(flow_of(connection.tag), now_, actions_);
  carry_out();
}

void Site::tcp_connect_failed(net::TcpConnection& connection, ByteView unsent, ByteView cause) {
  now_ = Clock::now();
  const proxy::FlowId id = flow_of(connection.tag);
  if (FlowSocket* flow = flows_.find(id)) flow->connection.reset();
  core_->box_unreachable(id, unsent, cause, now_, actions_);
  carry_out();
}

void Site::tcp_bytes(net::TcpConnection& connection, ByteView bytes) {
  now_ = Clock::now();
  core_->receive(flow_of(connection.tag), bytes, now_, actions_);
  carry_out();
}

void Site::tcp_closed(net::TcpConnection& connection, ByteView cause) {
  now_ = Clock::now();
  const proxy::FlowId id = flow_of(connection.tag);
  log_.write(log::Level::verbose, log::to_text(id), "connection ended", {kv("cause", cause)});
  if (FlowSocket* flow = flows_.find(id)) {
    const auto ended = std::move(flow->connection);
    if (flow->kind == FlowSocket::Kind::phone_tcp) flows_.erase(id);
  }
  core_->flow_closed(id, now_, actions_);
  carry_out();
}

void Site::check_local_address() {
  if (place_ && net::local_address_towards(place_->box) != place_->local) locator_->locate();
}

std::string Site::box_text() const {
  return place_ ? place_->box.to_string() : locator_->name().to_string();
}

std::string Site::local_text() const {
  return place_ ? place_->local.to_string() : std::string{"-"};
}

std::string Site::status() const {
  return "Box " + box_text() + ", " + media_mode_.status() + ", " + bans_text() +
         setup::to_text(activity_.now());
}

/// The first few; the log has all.
std::string Site::bans_text() const {
  constexpr std::size_t kShown = 5;
  const auto bans = core_->bans(Clock::now());
  if (bans.empty()) return {};
  std::string text = "guests banned: " + std::to_string(bans.size());
  for (std::size_t i = 0; i < std::min(kShown, bans.size()); ++i) text += " " + bans[i].source.to_string();
  return text + ", ";
}

void Site::on_deadline() {
  now_ = Clock::now();
  armed_ = kNever;
  core_->expire(now_, actions_);
  carry_out();
  on_batch_end();
}

void Site::report_what_was_left_out() {
  notes_.report_suppressed();
  if (const std::size_t cut = std::exchange(dump_cut_count_, 0); cut > 0) {
    log_.info("messages left out of the dump, its reader is too slow", {kv("count", cut)});
  }
}

void Site::on_batch_end() {
  const TimePoint next = core_->next_deadline();
  // A deadline that has moved to later is found when the timer fires: no timer is touched for a message.
  if (next >= armed_) return;
  armed_ = next;
  deadline_.start_at(next, [this] { on_deadline(); });
}

}  // namespace fapfon::app
