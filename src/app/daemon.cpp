// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/daemon.hpp"

#include <csignal>
#include <utility>

namespace fapfon::app {
namespace {

using log::kv;

/// How often the log tells what was left out, and the local address is checked.
constexpr auto kHousekeepingInterval = 30s;
/// The line of status is sent to the service manager once in this time at most.
constexpr auto kStatusPause = 200ms;

}  // namespace

Daemon::Daemon(const options::Options& options, log::Log& log)
    : options_(options),
      log_(log),
      served_(options.allow),
      service_manager_(loop_),
      housekeeping_(loop_),
      status_(loop_) {}

Daemon::~Daemon() = default;

Expected<void, std::string> Daemon::run() {
  auto opened = PhoneSide::open(loop_, {options_.udp_port, options_.tcp_port}, served_, *this);
  if (!opened) return Unexpected<std::string>(opened.error());
  phones_ = std::move(*opened);
  site_.emplace(loop_, options_, log_, *phones_, static_cast<Site::Host&>(*this));
  loop_.on_batch_end([this] { on_batch_end(); });
  housekeeping_.start_after(kHousekeepingInterval, [this] { on_housekeeping(); });
  auto network = net::NetworkWatch::open(loop_, [this] { look_for_vpn_interfaces(); });
  if (network && !options_.vpn_interfaces.empty()) network_ = std::move(*network);
  if (auto found = site_->find_box(); !found) return found;
  // Not earlier: a signal must end the search, which has a loop of its own.
  loop_.on_signal({SIGTERM, SIGINT, SIGHUP}, [this](int number) { on_signal(number); });
  tell_listening();
  service_manager_.ready(status_line());
  loop_.run();
  report_what_was_left_out();
  if (failure_) return Unexpected<std::string>(*failure_);
  log_.info("stopped");
  return {};
}

void Daemon::tell_listening() {
  log_.info("listening", {kv("version", FAPFON_VERSION), kv("udp", std::size_t{phones_->ports().udp}),
                          kv("tcp", std::size_t{phones_->ports().tcp}), kv("box", site_->box_text()),
                          kv("local", site_->local_text())});
}

void Daemon::phone_datagram(const SocketAddress& local, const SocketAddress& remote, ByteView bytes) {
  site_->phone_datagram(local, remote, bytes);
}

void Daemon::phone_accepted(net::Fd connection, const SocketAddress& remote) {
  site_->phone_accepted(std::move(connection), remote);
}

void Daemon::phone_accept_paused(const net::SystemError& cause) {
  log_.error("no new connections are accepted for one second", {kv("cause", cause.text())});
}

/// After a power cut thousands of phones register at once, and each of them changes the line.
void Daemon::status_changed() {
  if (std::exchange(status_is_due_, true)) return;
  status_.start_after(kStatusPause, [this] {
    status_is_due_ = false;
    service_manager_.show(status_line());
  });
}

/// Only root can change the rules, so the service manager does that before it restarts the program.
bool Daemon::needs_new_rules() {
  return ends_for_new_rules("the address of the Box or of this machine has changed");
}

bool Daemon::ends_for_new_rules(const std::string& cause) {
  if (!host::ServiceManager::is_there()) return false;
  failure_ = cause + "; exiting, so that the service restarts with new NAT rules";
  service_manager_.stopping();
  loop_.stop();
  return true;
}

/// An interface that is named in VPN= has come up, or has another address. By hand its phones are served from
/// now on; rules for them have to be made by hand, as the others were.
void Daemon::look_for_vpn_interfaces() {
  if (options_.vpn_interfaces.empty()) return;
  const auto found = options::new_vpn_ranges(options_, net::interfaces_of_this_machine());
  for (const Prefix& range : found) {
    if (is_in(range.base, served_)) continue;
    log_.info("the VPN has come up, its phones are served", {kv("vpn", range.to_string())});
    served_.push_back(range);
    ends_for_new_rules("the VPN has come up with the range " + range.to_string());
  }
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
         std::to_string(tcp) + ", " + site_->status();
}

void Daemon::report_what_was_left_out() {
  site_->report_what_was_left_out();
  const std::size_t refused = phones_->take_refused_count();
  if (refused > 0) log_.detail("sources outside the allowed ranges dropped", {kv("count", refused)});
}

void Daemon::on_housekeeping() {
  report_what_was_left_out();
  site_->check_local_address();
  look_for_vpn_interfaces();
  housekeeping_.start_after(kHousekeepingInterval, [this] { on_housekeeping(); });
}

void Daemon::on_batch_end() {
  phones_->flush();
  site_->on_batch_end();
}

}  // namespace fapfon::app
