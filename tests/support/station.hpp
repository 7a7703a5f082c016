// SPDX-License-Identifier: GPL-2.0-or-later
// A phone with its place in the World: what its user does, as sentences of a scenario. Every sentence is
// carried through until nothing is under way any more.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proxy/ids.hpp"
#include "support/fake_phone.hpp"

namespace fapfon::support {

class World;

class Station {
 public:
  Station(World& world, PhoneProfile profile) : world_(world), phone_(std::move(profile)) {}

  Station& registers(std::size_t account = 0);
  Station& unregisters(std::size_t account = 0);
  Station& unregisters_all(std::size_t account = 0);
  /// The number of the call.
  std::size_t calls(std::string_view number = "**610", std::size_t account = 0,
                    std::optional<Transport> transport = std::nullopt);
  /// Picks up the call that rings.
  Station& answers();
  /// Refuses the call that rings.
  Station& refuses(int status);
  Station& updates_call(std::size_t call);
  Station& hangs_up(std::size_t call);
  Station& sends_message(std::string_view number, std::string_view text);
  /// Raw bytes, as its own transport carries them.
  Station& sends(const std::string& bytes, std::optional<Transport> transport = std::nullopt);

  /// The VPN reconnects: another observed address, nothing is said to anybody. An old TCP connection
  /// stays half open until the kernel gives it up after 30 s (L7).
  Station& moves_to(const IpAddress& vpn);
  /// No battery, no network: nothing arrives, nothing leaves.
  Station& dies();
  /// Back from the dead, with its old addresses and no connection.
  Station& revives();
  /// Closes its TCP connection properly.
  Station& disconnects();

  FakePhone& phone() noexcept { return phone_; }
  [[nodiscard]] const Registration& registration(std::size_t account = 0) const {
    return phone_.registration(account);
  }
  [[nodiscard]] bool is_registered(std::size_t account = 0) const { return registration(account).registered; }
  [[nodiscard]] bool rings() const { return phone_.ringing_count() > 0; }
  [[nodiscard]] const PhoneCall& call(std::size_t number) const { return phone_.calls().at(number); }
  [[nodiscard]] const PhoneCall& last_call() const { return phone_.calls().back(); }
  /// Whether it has a TCP connection, as far as it knows.
  [[nodiscard]] bool is_connected() const { return connection_.has_value() || direct_.has_value(); }

 private:
  friend class World;
  template <typename Deed>
  Station& does(Deed&& deed);

  World& world_;
  FakePhone phone_;
  bool alive_ = true;
  std::optional<proxy::FlowId> connection_;  // TCP through the proxy
  std::optional<SocketAddress> direct_;      // TCP without: its own address
};

}  // namespace fapfon::support
