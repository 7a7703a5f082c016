// SPDX-License-Identifier: GPL-2.0-or-later
// SPEC N3: reports readiness, a line of status, reloads and the end to the service manager that started the
// program (systemd's sd_notify(3)), and feeds its watchdog as often as WatchdogSec= of the unit asks for.
// Does nothing when built without libsystemd or started by something else. Sockets kept across restarts (the
// FD store) are left out.
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
  /// Another line for `systemctl status`. This, the watchdog's beat and stopping() never wait for a manager
  /// that does not read: what finds no room is lost.
  void show(std::string status);
  /// A SIGHUP is being handled; `now` is sent along, as Type=notify-reload wants it.
  void reloading(TimePoint now);
  /// The reload is done.
  void reloaded();
  /// The program is about to end, so that a long shutdown is not taken for a hang.
  void stopping();

  /// True when the program was started as a service of Type=notify.
  [[nodiscard]] static bool is_there() noexcept;

 private:
  void beat();

  std::string status_;
  Duration interval_{};  // of the watchdog's beats; 0: the unit has no WatchdogSec=
  net::Timer beat_;
};

}  // namespace fapfon::host
