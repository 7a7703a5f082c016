// SPDX-License-Identifier: GPL-2.0-or-later
// The event loop: one epoll set, level-triggered, so a message costs its share of one epoll_wait and an
// idle connection holds nothing. Timers and signals are descriptors in the same set (TimerQueue,
// SignalPipe). At the end of a batch of events, queued datagrams leave with one sendmmsg. One thread.
//
// It used to be Boost.Asio's loop with this set inside it. Asio rearms its reactor for each batch, which
// takes two more system calls. With few calls, where each packet is a batch, the relay was a tenth slower.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>

#include <sys/epoll.h>

namespace fapfon::net {

class DatagramBuffers;
class TimerQueue;

/// What the loop calls when a watched descriptor is ready.
class Watched {
 public:
  Watched() = default;
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  /// `events` are EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP; 0 when wake() asked for the call. The object
  /// may be destroyed in the call.
  virtual void on_ready(std::uint32_t events) = 0;

 protected:
  ~Watched() = default;
};

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs until stop().
  void run();
  void stop();
  /// Runs what is due, waiting for at most `patience` for it; false when nothing was. For tests.
  bool run_one_batch(std::chrono::milliseconds patience);

  /// Calls `watched` when `fd` is ready for `events` (EPOLLIN, EPOLLOUT), as long as it is. False with
  /// errno when the kernel refuses.
  [[nodiscard]] bool watch(int fd, std::uint32_t events, Watched& watched);
  /// Replaces the events of a watched descriptor.
  void change(int fd, std::uint32_t events, Watched& watched);
  /// After this `watched` is not called any more, even for events that are already known.
  void unwatch(int fd, Watched& watched) noexcept;
  /// True if the running on_ready() has destroyed its own object. For objects that call their owner more
  /// than once: the 200 to a phone's de-registration releases the very socket that it came on.
  [[nodiscard]] bool current_is_gone() const noexcept;
  /// Calls watched.on_ready(0) soon, but not from within this call. This is how an object reports a failure
  /// that it notices while its owner is calling it.
  void wake(Watched& watched);

  /// Called after each batch of events.
  void on_batch_end(std::function<void()> call);
  /// Calls `call` with the number of each of `signals` that arrives. One loop of the process may have this.
  void on_signal(std::initializer_list<int> signals, std::function<void(int)> call);

  /// The receive buffers that all sockets share: contents are valid until the next read.
  [[nodiscard]] std::span<char> stream_buffer() noexcept;
  [[nodiscard]] DatagramBuffers& datagram_buffers() noexcept;

  /// For Timer.
  [[nodiscard]] TimerQueue& timers() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fapfon::net
