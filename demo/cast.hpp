// SPDX-License-Identifier: GPL-2.0-or-later
// The two simulated sides with sockets, a clock and an audio end: what the World is for scenarios, on real
// loopback sockets.
#pragma once

#include <string>

#include "audio_end.hpp"
#include "peer_wire.hpp"
#include "poller.hpp"
#include "support/fake_box.hpp"
#include "support/fake_phone.hpp"

namespace fapfon::demo {

class BoxOnStage {
 public:
  BoxOnStage(Poller& poller, const SocketAddress& address);

  /// The number of the call with the user's first binding; none when the user has none.
  std::optional<std::size_t> call(const std::string& user);
  void hang_up(std::size_t call);

  support::FakeBox& box() noexcept { return box_; }
  AudioEnd& audio() noexcept { return audio_; }
  [[nodiscard]] const support::BoxCall& call_at(std::size_t call) const { return box_.calls().at(call); }
  /// Where the Box reaches the user: "anna@127.81.179.54:61211".
  [[nodiscard]] std::string binding_of(const std::string& user);

 private:
  AudioEnd audio_;
  support::FakeBox box_;
  PeerWire wire_;
};

class PhoneOnStage {
 public:
  /// The audio of its profile gets the port that is free.
  PhoneOnStage(Poller& poller, support::PhoneProfile profile);

  void registers();
  void unregisters();
  std::size_t calls(const std::string& number);
  void answers();
  void hangs_up(std::size_t call);
  /// What it means for the Box goes to the proxy.
  void goes_through(const SocketAddress& proxy);

  support::FakePhone& phone() noexcept { return phone_; }
  AudioEnd& audio() noexcept { return audio_; }
  [[nodiscard]] bool is_registered() const { return phone_.registration().registered; }

 private:
  AudioEnd audio_;
  support::FakePhone phone_;
  PeerWire wire_;
};

}  // namespace fapfon::demo
