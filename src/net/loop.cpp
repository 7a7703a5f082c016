// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/loop.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <system_error>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include "net/datagram_buffers.hpp"

namespace fapfon::net {
namespace {

constexpr std::size_t kEventsPerBatch = 64;
/// What one read of a stream takes at most. Larger ones gain nothing for SIP.
constexpr std::size_t kStreamBufferBytes = std::size_t{64} * 1024;

int open_epoll() {
  const int fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::system_category(), "epoll_create1");
  return fd;
}

}  // namespace

struct Loop::State {
  // One thread uses it, and no asio resolver: no locks.
  boost::asio::io_context context{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};
  boost::asio::posix::stream_descriptor epoll{context, open_epoll()};
  std::optional<boost::asio::signal_set> signals;  // one loop of all may have it
  std::function<void(int)> on_signal;
  std::function<void()> on_batch_end = [] {};

  std::array<epoll_event, kEventsPerBatch> events{};
  std::size_t event_count = 0;  // of the batch that is being dispatched
  Watched* current = nullptr;   // whose on_ready() is running
  std::vector<Watched*> woken;
  std::vector<Watched*> waking;  // the part of woken that is being dispatched
  bool wake_posted = false;

  std::unique_ptr<std::array<char, kStreamBufferBytes>> stream_buffer =
      std::make_unique<std::array<char, kStreamBufferBytes>>();
  DatagramBuffers datagram_buffers;

  void wait() {
    epoll.async_wait(boost::asio::posix::descriptor_base::wait_read,
                     [this](const boost::system::error_code& error) {
                       if (error) return;
                       dispatch();
                       wait();
                     });
  }

  void call(Watched* watched, std::uint32_t ready) {
    current = watched;
    watched->on_ready(ready);
    current = nullptr;
  }

  void dispatch() {
    const int count = ::epoll_wait(epoll.native_handle(), events.data(), kEventsPerBatch, 0);
    event_count = count < 0 ? 0 : static_cast<std::size_t>(count);
    for (std::size_t i = 0; i < event_count; ++i) {
      if (events[i].data.ptr == nullptr) continue;
      call(static_cast<Watched*>(events[i].data.ptr), events[i].events);
    }
    event_count = 0;
    on_batch_end();
  }

  void run_woken() {
    wake_posted = false;
    waking.swap(woken);
    for (std::size_t i = 0; i < waking.size(); ++i) {
      if (waking[i] != nullptr) call(waking[i], 0);
    }
    waking.clear();
    on_batch_end();
  }

  void wait_for_signal() {
    signals->async_wait([this](const boost::system::error_code& error, int number) {
      if (error) return;
      on_signal(number);
      wait_for_signal();
    });
  }
};

Loop::Loop() : state_(std::make_unique<State>()) {
  state_->wait();
}

Loop::~Loop() = default;

void Loop::run() {
  state_->context.restart();
  state_->context.run();
}

void Loop::stop() {
  state_->context.stop();
}

bool Loop::run_one_batch(std::chrono::milliseconds patience) {
  state_->context.restart();
  return state_->context.run_one_for(patience) > 0;
}

bool Loop::watch(int fd, std::uint32_t events, Watched& watched) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &watched;
  return ::epoll_ctl(state_->epoll.native_handle(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void Loop::change(int fd, std::uint32_t events, Watched& watched) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &watched;
  ::epoll_ctl(state_->epoll.native_handle(), EPOLL_CTL_MOD, fd, &event);
}

void Loop::unwatch(int fd, Watched& watched) noexcept {
  if (fd >= 0) ::epoll_ctl(state_->epoll.native_handle(), EPOLL_CTL_DEL, fd, nullptr);
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
  if (state_->wake_posted) return;
  state_->wake_posted = true;
  boost::asio::post(state_->context, [state = state_.get()] { state->run_woken(); });
}

void Loop::on_batch_end(std::function<void()> call) {
  state_->on_batch_end = std::move(call);
}

void Loop::on_signal(std::initializer_list<int> signals, std::function<void(int)> call) {
  state_->signals.emplace(state_->context);
  for (const int number : signals) state_->signals->add(number);
  state_->on_signal = std::move(call);
  state_->wait_for_signal();
}

std::span<char> Loop::stream_buffer() noexcept {
  return *state_->stream_buffer;
}

DatagramBuffers& Loop::datagram_buffers() noexcept {
  return state_->datagram_buffers;
}

boost::asio::io_context& Loop::context() noexcept {
  return state_->context;
}

}  // namespace fapfon::net
