// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/service_manager.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "base/bytes.hpp"

#ifdef FAPFON_SYSTEMD
#include <algorithm>
#include <iterator>

#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>

#include "net/fd.hpp"
#endif

namespace fapfon::host {
namespace {

#ifdef FAPFON_SYSTEMD
// A message that cannot be sent is not worth a word: a manager that waits for it says so itself.
void tell(const std::string& state) {
  sd_notify(0, state.c_str());
}

/// sd_notify(3) waits while the manager's queue is full (net.unix.max_dgram_qlen, ten messages), and the loop
/// must not. What does not fit is lost; a later message says it again, or says more.
void tell_if_there_is_room(ByteView state) {
  const char* const path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const ByteView name = path != nullptr ? path : "";
  if (name.empty() || name.size() >= sizeof address.sun_path) return;
  std::copy(name.begin(), name.end(), std::begin(address.sun_path));
  if (name.front() == '@') address.sun_path[0] = '\0';  // an abstract socket
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  const net::Fd socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  ::sendto(socket.number(), state.data(), state.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&address), length);
}

bool is_waited_for() noexcept {
  return std::getenv("NOTIFY_SOCKET") != nullptr;
}

Duration watchdog_timeout() {
  std::uint64_t microseconds = 0;
  const bool is_wanted = sd_watchdog_enabled(0, &microseconds) > 0;
  return std::chrono::microseconds{is_wanted ? microseconds : 0};
}
#else
void tell(const std::string& /*state*/) {}
void tell_if_there_is_room(ByteView /*state*/) {}

bool is_waited_for() noexcept {
  return false;
}

Duration watchdog_timeout() {
  return Duration::zero();
}
#endif

}  // namespace

void ServiceManager::ready(std::string status) {
  status_ = std::move(status);
  interval_ = watchdog_timeout() / 2;  // sd_watchdog_enabled(3) recommends half of the time allowed
  tell("READY=1\nSTATUS=" + status_);
  if (interval_ > Duration::zero()) beat();
}

void ServiceManager::show(std::string status) {
  status_ = std::move(status);
  tell_if_there_is_room("STATUS=" + status_);
}

void ServiceManager::reloading(TimePoint now) {
  // sd_notify(3), Type=notify-reload: the manager compares this time with that of its own request.
  const auto since_boot = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch());
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(since_boot.count()) +
       "\nSTATUS=reopening the log file");
}

void ServiceManager::reloaded() {
  tell("READY=1\nSTATUS=" + status_);
}

void ServiceManager::stopping() {
  tell_if_there_is_room("STOPPING=1\nSTATUS=ending");
}

bool ServiceManager::is_there() noexcept {
  return is_waited_for();
}

void ServiceManager::beat() {
  tell_if_there_is_room("WATCHDOG=1");
  beat_.start_after(interval_, [this] { beat(); });
}

}  // namespace fapfon::host
