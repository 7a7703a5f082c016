// SPDX-License-Identifier: GPL-2.0-or-later
// A story on fake time. At its end nobody may have found anything wrong: neither the Box nor a phone nor
// the world that carries out what the core wants (see complaints() of each).
#pragma once

#include <algorithm>

#include <gtest/gtest.h>

#include "support/uri_text.hpp"
#include "support/world.hpp"

namespace fapfon::scenario {

using namespace std::chrono_literals;
using namespace fapfon::support;

inline constexpr IpAddress kVpnAddress = IpAddress::v4(172, 20, 11, 6);
inline constexpr IpAddress kOtherVpnAddress = IpAddress::v4(172, 20, 11, 7);
inline constexpr IpAddress kThirdVpnAddress = IpAddress::v4(172, 20, 11, 8);
/// The address of the VPN server in the home network.
inline constexpr IpAddress kLanAddress = IpAddress::v4(172, 30, 10, 2);

class Scenario : public testing::Test {
 protected:
  explicit Scenario(proxy::Config config = {}, Path path = Path::through_proxy, Home home = {})
      : world(config, path, home) {}

  void TearDown() override {
    for (const std::string& complaint : world.complaints()) ADD_FAILURE() << complaint;
    const std::string trace = world.trace();
    world.everybody_leaves();
    EXPECT_EQ(world.core().counts().relayed_calls, 0U) << "a call without end";
    EXPECT_EQ(world.media_pairs_in_use(), 0U) << "media ports that nobody gives back";
    if (HasFailure()) std::cout << "--- the last messages ---\n" << trace;
  }

  /// Where the Box reaches the user's only binding; none when there is not exactly one.
  std::optional<SocketAddress> box_facing(const std::string& user) {
    const auto bindings = world.bindings(user);
    if (bindings.size() != 1) return std::nullopt;
    return address_in(bindings.front().uri);
  }

  World world;
};

/// The same phone, on TCP or UDP as asked.
inline PhoneProfile over(Transport transport, PhoneProfile profile) {
  profile.transport = transport;
  return profile;
}

inline PhoneProfile at(const IpAddress& vpn, PhoneProfile profile) {
  return at_vpn_address(std::move(profile), vpn);
}

inline PhoneProfile without_instance(PhoneProfile profile) {
  for (Account& account : profile.accounts) account.instance.clear();
  return profile;
}

inline PhoneProfile with_password(const std::string& password, PhoneProfile profile) {
  for (Account& account : profile.accounts) account.password = password;
  return profile;
}

inline PhoneProfile keeping_alive(std::chrono::seconds interval, PhoneProfile profile) {
  profile.keep_alive = interval;
  return profile;
}

/// What the transport of a test is called in its name.
inline std::string transport_name(const testing::TestParamInfo<Transport>& info) {
  return std::string{to_text(info.param)};
}

}  // namespace fapfon::scenario
