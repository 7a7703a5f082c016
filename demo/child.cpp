// SPDX-License-Identifier: GPL-2.0-or-later
#include "child.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fapfon::demo {
namespace {

constexpr auto kPatience = std::chrono::seconds{5};
constexpr int kCannotStart = 127;
constexpr int kGlanceMs = 10;

/// In the child: nothing but system calls between fork and exec.
[[noreturn]] void become(const std::vector<char*>& arguments, int log, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kCannotStart);  // the parent died before prctl
  // Ctrl-C at the terminal is for the demo, which ends the program in order.
  setpgid(0, 0);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execv(arguments.front(), arguments.data());
  _exit(kCannotStart);
}

}  // namespace

Child::Child(Poller& poller, const std::vector<std::string>& command,
             std::function<void(const std::string&)> line)
    : poller_(poller), line_(std::move(line)) {
  if (access(command.front().c_str(), X_OK) != 0) throw std::runtime_error("cannot run " + command.front());
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error("cannot open a pipe");
  log_ = net::Fd{ends[0]};
  const net::Fd writing{ends[1]};
  fcntl(writing.number(), F_SETFL, 0);  // the child's stdout blocks like any other
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("cannot start a process");
  if (pid_ == 0) become(arguments, writing.number(), parent);
  poller_.watch(log_.number(), [this](short) { read_log(); });
}

Child::~Child() {
  stop();
  if (log_) poller_.forget(log_.number());
}

void Child::read_log() {
  std::array<char, 4096> buffer{};
  const auto got = read(log_.number(), buffer.data(), buffer.size());
  if (got < 0) return;
  if (got == 0) {
    poller_.forget(log_.number());
    log_.reset();
    return;
  }
  unfinished_.append(buffer.data(), static_cast<std::size_t>(got));
  for (std::size_t end = unfinished_.find('\n'); end != std::string::npos; end = unfinished_.find('\n')) {
    line_(unfinished_.substr(0, end));
    unfinished_.erase(0, end + 1);
  }
}

void Child::reap(bool wait) {
  if (exit_code_ || pid_ < 0) return;
  int status = 0;
  if (waitpid(pid_, &status, wait ? 0 : WNOHANG) != pid_) return;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool Child::has_ended() {
  reap(false);
  return exit_code_.has_value();
}

int Child::stop() {
  if (has_ended()) return *exit_code_;
  kill(pid_, SIGTERM);
  // Its own patience: run_until() gives up at once after a Ctrl-C.
  const TimePoint end = Clock::now() + kPatience;
  while (!has_ended() && Clock::now() < end) {
    pollfd log{log_.number(), POLLIN, 0};
    if (poll(&log, 1, kGlanceMs) > 0) read_log();
  }
  if (!has_ended()) {
    kill(pid_, SIGKILL);
    reap(true);
  }
  return exit_code_.value_or(-1);
}

}  // namespace fapfon::demo
