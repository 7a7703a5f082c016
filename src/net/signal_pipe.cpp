// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/signal_pipe.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace fapfon::net {
namespace {

std::atomic<int> g_pipe{-1};  // all that a handler can know
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void write_signal(int number) {
  const int saved = errno;
  const auto byte = static_cast<std::uint8_t>(number);
  // A full pipe wakes the loop anyway.
  [[maybe_unused]] const ssize_t written = ::write(g_pipe.load(), &byte, 1);
  errno = saved;
}

void set_handler(int number, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigaction(number, &action, nullptr);
}

[[noreturn]] void refuse(const char* what) {
  throw std::system_error(errno, std::system_category(), what);
}

}  // namespace

SignalPipe::SignalPipe(Loop& loop, std::initializer_list<int> signals, std::function<void(int)> call)
    : loop_(loop), signals_(signals), call_(std::move(call)) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) != 0) refuse("pipe2");
  reading_ = Fd{ends[0]};
  writing_ = Fd{ends[1]};
  if (!loop.watch(reading_.number(), EPOLLIN, *this)) refuse("epoll_ctl");
  g_pipe = writing_.number();
  for (const int number : signals_) set_handler(number, write_signal);
}

SignalPipe::~SignalPipe() {
  for (const int number : signals_) set_handler(number, SIG_DFL);
  g_pipe = -1;
  loop_.unwatch(reading_.number(), *this);
}

void SignalPipe::on_ready(std::uint32_t /*events*/) {
  std::uint8_t number = 0;
  if (::read(reading_.number(), &number, 1) == 1) call_(number);
}

}  // namespace fapfon::net
