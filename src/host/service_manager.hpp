// SPDX-License-Identifier: GPL-2.0-or-later
// SPEC N3: what the program tells the service manager that started it (systemd's sd_notify(3)): that it is
// ready, in one line what it does, that it reloads or ends, and, as often as the unit's WatchdogSec= asks
// for, that its loop still turns. Built without libsystemd, or started by something else, all of it is
// nothing. Sockets kept across restarts (the FD store) are left out.
#pragma once

#include <string>

#include "base/time.hpp"
#include "net/timer.hpp"

namespace fapfon::host {

class ServiceManager {
 public:
  explicit ServiceManager(net::Loop& loop) : beat_(loop) {}

  /// All ports listen. `status` is the line that `systemctl status` shows. From now on the watchdog is
  /// fed from the loop, so that a loop that hangs is noticed.
  void ready(std::string status);
  /// Another line for `systemctl status`.
  void show(std::string status);
  /// A SIGHUP is being worked on / is done.
  void reloading(TimePoint now);
  void reloaded();
  void stopping();

  /// Somebody waits for all this: the program was started as a service that tells when it is ready.
  [[nodiscard]] static bool is_there() noexcept;

 private:
  void beat();

  std::string status_;
  Duration interval_{};  // of the watchdog's beats; 0: nobody waits for them
  net::Timer beat_;
};

}  // namespace fapfon::host
