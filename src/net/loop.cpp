// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/loop.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "net/datagram_buffers.hpp"
#include "net/fd.hpp"
#include "net/signal_pipe.hpp"
#include "net/timer_queue.hpp"

namespace fapfon::net {
namespace {

constexpr std::size_t kEventsPerBatch = 64;
constexpr int kForEver = -1;
/// What one read of a stream takes at most. Larger ones gain nothing for SIP.
constexpr std::size_t kStreamBufferBytes = std::size_t{64} * 1024;

int open_epoll() {
  const int fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::system_category(), "epoll_create1");
  return fd;
}

}  // namespace

struct Loop::State {
  Fd epoll{open_epoll()};
  std::function<void()> on_batch_end = [] {};
  bool stopped = false;

  std::array<epoll_event, kEventsPerBatch> events{};
  std::size_t event_count = 0;  // of the batch that is being dispatched
  Watched* current = nullptr;   // whose on_ready() is running
  std::vector<Watched*> woken;
  std::vector<Watched*> waking;  // the part of woken that is being dispatched

  std::unique_ptr<std::array<char, kStreamBufferBytes>> stream_buffer =
      std::make_unique<std::array<char, kStreamBufferBytes>>();
  DatagramBuffers datagram_buffers;
  std::optional<TimerQueue> timers;
  std::optional<SignalPipe> signals;

  void call(Watched* watched, std::uint32_t ready) {
    current = watched;
    watched->on_ready(ready);
    current = nullptr;
  }

  /// Waits for at most `patience_ms` for something to do and does it; false when there was nothing.
  bool run_batch(int patience_ms) {
    const bool has_woken = !woken.empty();
    const int count =
        ::epoll_wait(epoll.number(), events.data(), kEventsPerBatch, has_woken ? 0 : patience_ms);
    if (count <= 0 && !has_woken) return false;
    event_count = count < 0 ? 0 : static_cast<std::size_t>(count);
    run_woken();
    for (std::size_t i = 0; i < event_count; ++i) {
      if (events[i].data.ptr == nullptr) continue;
      call(static_cast<Watched*>(events[i].data.ptr), events[i].events);
    }
    event_count = 0;
    on_batch_end();
    return true;
  }

  void run_woken() {
    waking.swap(woken);
    for (std::size_t i = 0; i < waking.size(); ++i) {
      if (waking[i] != nullptr) call(waking[i], 0);
    }
    waking.clear();
  }
};

Loop::Loop() : state_(std::make_unique<State>()) {
  state_->timers.emplace(*this);
}

Loop::~Loop() {
  state_->signals.reset();
  state_->timers.reset();
}

void Loop::run() {
  state_->stopped = false;
  while (!state_->stopped) state_->run_batch(kForEver);
}

void Loop::stop() {
  state_->stopped = true;
}

bool Loop::run_one_batch(std::chrono::milliseconds patience) {
  return state_->run_batch(static_cast<int>(patience.count()));
}

bool Loop::watch(int fd, std::uint32_t events, Watched& watched) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &watched;
  return ::epoll_ctl(state_->epoll.number(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void Loop::change(int fd, std::uint32_t events, Watched& watched) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &watched;
  ::epoll_ctl(state_->epoll.number(), EPOLL_CTL_MOD, fd, &event);
}

void Loop::unwatch(int fd, Watched& watched) noexcept {
  if (fd >= 0) ::epoll_ctl(state_->epoll.number(), EPOLL_CTL_DEL, fd, nullptr);
  if (state_->current == &watched) state_->current = nullptr;
  for (std::size_t i = 0; i < state_->event_count; ++i) {
    if (state_->events[i].data.ptr == &watched) state_->events[i].data.ptr = nullptr;
  }
  std::replace(state_->woken.begin(), state_->woken.end(), &watched, static_cast<Watched*>(nullptr));
  std::replace(state_->waking.begin(), state_->waking.end(), &watched, static_cast<Watched*>(nullptr));
}

bool Loop::current_is_gone() const noexcept {
  return state_->current == nullptr;
}

void Loop::wake(Watched& watched) {
  state_->woken.push_back(&watched);
}

void Loop::on_batch_end(std::function<void()> call) {
  state_->on_batch_end = std::move(call);
}

void Loop::on_signal(std::initializer_list<int> signals, std::function<void(int)> call) {
  state_->signals.reset();  // before the new one takes over
  state_->signals.emplace(*this, signals, std::move(call));
}

std::span<char> Loop::stream_buffer() noexcept {
  return *state_->stream_buffer;
}

DatagramBuffers& Loop::datagram_buffers() noexcept {
  return state_->datagram_buffers;
}

TimerQueue& Loop::timers() noexcept {
  return *state_->timers;
}

}  // namespace fapfon::net
