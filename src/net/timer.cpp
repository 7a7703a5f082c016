// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/timer.hpp"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/loop.hpp"

namespace fapfon::net {

struct Timer::State : std::enable_shared_from_this<State> {
  explicit State(boost::asio::io_context& context) : timer(context) {}
  boost::asio::steady_timer timer;
  std::function<void()> call;
  // A wait that has ended but was not called yet cannot be cancelled: it finds another number here.
  unsigned round = 0;

  void wait() {
    timer.async_wait([self = shared_from_this(), expected = ++round](const boost::system::error_code& error) {
      if (error || self->round != expected) return;
      const auto now_due = std::exchange(self->call, nullptr);
      if (now_due) now_due();
    });
  }
};

Timer::Timer(Loop& loop) : state_(std::make_shared<State>(loop.context())) {}

Timer::~Timer() {
  stop();
}

void Timer::start_at(TimePoint when, std::function<void()> call) {
  state_->call = std::move(call);
  state_->timer.expires_at(when);
  state_->wait();
}

void Timer::start_after(Duration delay, std::function<void()> call) {
  state_->call = std::move(call);
  state_->timer.expires_after(delay);
  state_->wait();
}

void Timer::stop() {
  ++state_->round;
  state_->call = nullptr;
  state_->timer.cancel();
}

}  // namespace fapfon::net
