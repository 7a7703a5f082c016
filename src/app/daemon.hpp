// SPDX-License-Identifier: GPL-2.0-or-later
// The program at work: the loop, the ports on which phones arrive, the site of the Box, signals, and what the
// service manager is told. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/phone_side.hpp"
#include "app/site.hpp"
#include "host/service_manager.hpp"
#include "log/log.hpp"
#include "net/loop.hpp"
#include "net/network_watch.hpp"
#include "net/timer.hpp"
#include "options/options.hpp"

namespace fapfon::app {

class Daemon final : PhoneSide::Owner, Site::Host {
 public:
  /// `options` and `log` must outlive the daemon.
  Daemon(const options::Options& options, log::Log& log);
  ~Daemon();

  /// Opens the ports and works until SIGTERM or SIGINT; the error is a line for the user.
  Expected<void, std::string> run();

 private:
  void phone_datagram(const SocketAddress& local, const SocketAddress& remote, ByteView bytes) override;
  void phone_accepted(net::Fd connection, const SocketAddress& remote) override;
  void phone_accept_paused(const net::SystemError& cause) override;
  void status_changed() override;
  bool needs_new_rules() override;
  bool ends_for_new_rules(const std::string& cause);
  void look_for_vpn_interfaces();
  void on_signal(int number);
  void on_housekeeping();
  void on_batch_end();
  void report_what_was_left_out();
  void tell_listening();
  [[nodiscard]] std::string status_line() const;

  const options::Options& options_;
  log::Log& log_;
  std::vector<Prefix> served_;  // grows when an interface named in VPN= comes up
  net::Loop loop_;
  host::ServiceManager service_manager_;
  std::unique_ptr<PhoneSide> phones_;
  std::optional<Site> site_;
  net::Timer housekeeping_;
  std::unique_ptr<net::NetworkWatch> network_;  // none where VPN= names no interface, or rtnetlink is missing
  net::Timer status_;
  bool status_is_due_ = false;
  std::optional<std::string> failure_;  // why run() ends
};

}  // namespace fapfon::app
