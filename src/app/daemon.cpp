// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/daemon.hpp"

#include <csignal>
#include <random>
#include <utility>

#include <unistd.h>

#include "base/limits.hpp"

namespace fapfon::app {
namespace {

using log::kv;

/// How often counts of what was left out are told, and the local address is looked at.
constexpr auto kHousekeepingInterval = 30s;

std::uint64_t random_seed() {
  std::random_device random;
  return (std::uint64_t{random()} << 32U) | random();
}

}  // namespace

Daemon::Daemon(const options::Options& options, log::Log& log)
    : options_(options),
      log_(log),
      notes_(log),
      service_manager_(loop_),
      core_(std::in_place, options.core),
      box_ports_(loop_, std::random_device{}(), *this, *this),
      media_ports_(
          loop_, options.rtp_ports, random_seed(),
          [this](const IpAddress& local, const net::SystemError& cause) { media_port_failed(local, cause); }),
      media_mode_(loop_, options, log, [this] { media_decided(); }),
      dump_output_(STDOUT_FILENO),
      deadline_(loop_),
      housekeeping_(loop_),
      refill_(loop_) {}

Daemon::~Daemon() = default;

Expected<void, std::string> Daemon::run() {
  now_ = Clock::now();
  auto opened = PhoneSide::open(loop_, {options_.udp_port, options_.tcp_port}, options_.allow, *this);
  if (!opened) return Unexpected<std::string>(opened.error());
  phones_ = std::move(*opened);
  loop_.on_batch_end([this] { on_batch_end(); });
  housekeeping_.start_after(kHousekeepingInterval, [this] { on_housekeeping(); });
  if (auto found = find_box(); !found) return found;
  // Not earlier: a signal must end the search, which has a loop of its own.
  loop_.on_signal({SIGTERM, SIGINT, SIGHUP}, [this](int number) { on_signal(number); });
  log_.info("listening", {kv("version", FAPFON_VERSION), kv("udp", std::size_t{phones_->ports().udp}),
                          kv("tcp", std::size_t{phones_->ports().tcp}), kv("box", box_text()),
                          kv("local", place_ ? place_->local.to_string() : std::string{"-"})});
  service_manager_.ready(status_line());
  loop_.run();
  report_what_was_left_out();
  if (failure_) return Unexpected<std::string>(*failure_);
  log_.info("stopped");
  return {};
}

void Daemon::phone_datagram(const SocketAddress& local, const SocketAddress& remote, ByteView bytes) {
  now_ = Clock::now();
  if (const auto id = core_->phone_datagram(local, remote, now_, actions_)) {
    if (flows_.find(*id) == nullptr) {
      FlowSocket& flow = flows_.put(*id, FlowSocket::Kind::phone_udp);
      flow.local = local;
      flow.remote = remote;
      media_ports_.refill(*core_, now_);  // it may begin with an INVITE
    }
    core_->receive(*id, bytes, now_, actions_);
  }
  carry_out();
}

void Daemon::phone_accepted(net::Fd connection, const SocketAddress& remote) {
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

void Daemon::phone_accept_paused(const net::SystemError& cause) {
  log_.error("no more connections are accepted for a second", {kv("cause", cause.text())});
}

void Daemon::udp_datagram(net::UdpSocket& socket, const SocketAddress& /*local*/, const SocketAddress& remote,
                          ByteView bytes) {
  if (!place_ || remote.ip != place_->box.ip) return;  // nobody else has business here
  now_ = Clock::now();
  core_->receive(flow_of(socket.tag), bytes, now_, actions_);
  carry_out();
}

void Daemon::udp_unreachable(net::UdpSocket& socket, const SocketAddress& destination, ByteView payload,
                             const net::SystemError& cause) {
  if (!place_ || destination != place_->box) return;  // for a Box that has moved meanwhile
  now_ = Clock::now();
  core_->box_unreachable(flow_of(socket.tag), payload, cause.text(), now_, actions_);
  carry_out();
}

void Daemon::tcp_accepted(net::TcpListener& listener, net::Fd connection, const SocketAddress& remote) {
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

void Daemon::tcp_accept_paused(net::TcpListener& /*listener*/, const net::SystemError& cause) {
  phone_accept_paused(cause);
}

void Daemon::tcp_connected(net::TcpConnection& connection) {
  now_ = Clock::now();
  core_->box_connected(flow_of(connection.tag), now_, actions_);
  carry_out();
}

void Daemon::tcp_connect_failed(net::TcpConnection& connection, ByteView unsent, ByteView cause) {
  now_ = Clock::now();
  const proxy::FlowId id = flow_of(connection.tag);
  if (FlowSocket* flow = flows_.find(id)) flow->connection.reset();
  core_->box_unreachable(id, unsent, cause, now_, actions_);
  carry_out();
}

void Daemon::tcp_bytes(net::TcpConnection& connection, ByteView bytes) {
  now_ = Clock::now();
  core_->receive(flow_of(connection.tag), bytes, now_, actions_);
  carry_out();
}

void Daemon::tcp_closed(net::TcpConnection& connection, ByteView cause) {
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

void Daemon::on_signal(int number) {
  if (number != SIGHUP) {
    service_manager_.stopping();
    return loop_.stop();
  }
  service_manager_.reloading(Clock::now());
  log_.reopen();
  log_.info("log file opened again");
  service_manager_.reloaded();
}

std::string Daemon::status_line() const {
  const auto [udp, tcp] = phones_->ports();
  return "version " FAPFON_VERSION ", phones on UDP port " + std::to_string(udp) + " and TCP port " +
         std::to_string(tcp) + ", Box " + box_text() + ", " + media_mode_.status();
}

std::string Daemon::box_text() const {
  return place_ ? place_->box.to_string() : locator_->name().to_string();
}

void Daemon::on_deadline() {
  now_ = Clock::now();
  armed_ = kNever;
  core_->expire(now_, actions_);
  carry_out();
  on_batch_end();
}

void Daemon::report_what_was_left_out() {
  notes_.report_suppressed();
  const std::size_t refused = phones_->take_refused_count();
  if (refused > 0) log_.detail("sources outside the allowed ranges dropped", {kv("count", refused)});
  if (const std::size_t cut = std::exchange(dump_cut_count_, 0); cut > 0) {
    log_.info("dumps left out, their reader is too slow", {kv("count", cut)});
  }
}

void Daemon::on_housekeeping() {
  report_what_was_left_out();
  if (place_ && net::local_address_towards(place_->box) != place_->local) {
    locator_->locate();
  }
  housekeeping_.start_after(kHousekeepingInterval, [this] { on_housekeeping(); });
}

void Daemon::on_batch_end() {
  phones_->flush();
  const TimePoint next = core_->next_deadline();
  // A deadline that has moved to later is found when the timer fires: no timer is touched for a message.
  if (next >= armed_) return;
  armed_ = next;
  deadline_.start_at(next, [this] { on_deadline(); });
}

}  // namespace fapfon::app
