// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/terminal.hpp"

#include <cerrno>
#include <csignal>

#include <time.h>
#include <unistd.h>

#include "log/print.hpp"

namespace fapfon::app {
namespace {

volatile std::sig_atomic_t interrupted = 0;  // a signal handler can reach nothing else

void on_interrupt(int /*number*/) {
  interrupted = 1;
}

}  // namespace

Terminal::Terminal() {
  interrupted = 0;
  struct sigaction action {};
  action.sa_handler = on_interrupt;  // without SA_RESTART, so that read() comes back
  ::sigaction(SIGINT, &action, nullptr);
}

Terminal::~Terminal() {
  std::signal(SIGINT, SIG_DFL);
}

bool Terminal::is_there() {
  return ::isatty(STDIN_FILENO) == 1;
}

/// Byte by byte: a terminal hands over whole lines anyway, and what somebody has typed ahead stays there.
std::optional<std::string> Terminal::ask(const std::string& prompt) {
  log::print(prompt);
  std::string line;
  for (char c = 0;;) {
    if (is_interrupted()) return std::nullopt;
    const ssize_t got = ::read(STDIN_FILENO, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    if (c == '\n') return line;
    line += c;
  }
}

bool Terminal::pause(std::chrono::milliseconds time) {
  if (is_interrupted()) return false;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  timespec length{};
  length.tv_sec = static_cast<time_t>(seconds.count());  // 32 bits on armhf
  length.tv_nsec = static_cast<long>(std::chrono::nanoseconds{time - seconds}.count());
  ::nanosleep(&length, nullptr);
  return !is_interrupted();
}

bool Terminal::is_interrupted() const noexcept {
  return interrupted != 0;
}

}  // namespace fapfon::app
