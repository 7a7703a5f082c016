// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/media_path.hpp"

#include <gtest/gtest.h>

namespace fapfon::box {
namespace {

const IpAddress kVpn = IpAddress::v4(172, 20, 11, 1);
const IpAddress kOtherVpn = IpAddress::v4(172, 20, 12, 1);
const IpAddress kHome = IpAddress::v4(172, 30, 10, 2);

/// What is known when this machine has VPN-side addresses, and the Box answers at home.
MediaEvidence asked(std::vector<Probe> probes) {
  MediaEvidence evidence;
  evidence.has_vpn_address = true;
  evidence.probes = std::move(probes);
  evidence.box_answers_at_home = true;
  return evidence;
}

MediaDecision automatic(const MediaEvidence& evidence) {
  return decide(MediaOption::automatic, evidence);
}

TEST(MediaDecision, is_direct_when_the_box_sees_the_address_it_was_asked_from) {
  const MediaDecision expected{MediaReason::box_sees_vpn, kVpn, kVpn};
  EXPECT_EQ(automatic(asked({{kVpn, ProbeAnswer{kVpn}}})), expected);
  EXPECT_EQ(automatic(asked({{kVpn, ProbeAnswer{}}})), expected) << "no received: it saw the sent-by";
  EXPECT_FALSE(is_relayed(expected.reason));
}

TEST(MediaDecision, is_relayed_when_the_box_sees_another) {
  const MediaDecision decision = automatic(asked({{kVpn, ProbeAnswer{kHome}}}));
  EXPECT_EQ(decision, (MediaDecision{MediaReason::masqueraded, kVpn, kHome}));
  EXPECT_TRUE(is_relayed(decision.reason));
}

TEST(MediaDecision, is_relayed_for_want_of_a_route_when_the_box_answers_at_home_alone) {
  const MediaDecision decision = automatic(asked({{kVpn, std::nullopt}}));
  EXPECT_EQ(decision, (MediaDecision{MediaReason::no_route, kVpn, {}}));
  EXPECT_TRUE(is_relayed(decision.reason));
}

TEST(MediaDecision, blames_no_route_for_a_box_that_answers_nobody) {
  MediaEvidence evidence = asked({{kVpn, std::nullopt}});
  evidence.box_answers_at_home = false;
  EXPECT_EQ(automatic(evidence).reason, MediaReason::box_silent);
  EXPECT_TRUE(is_relayed(MediaReason::box_silent));
}

TEST(MediaDecision, is_relayed_when_one_vpn_of_several_cannot_be_direct) {
  EXPECT_EQ(automatic(asked({{kVpn, ProbeAnswer{}}, {kOtherVpn, ProbeAnswer{kHome}}})),
            (MediaDecision{MediaReason::masqueraded, kOtherVpn, kHome}));
  EXPECT_EQ(automatic(asked({{kVpn, ProbeAnswer{}}, {kOtherVpn, std::nullopt}})).reason,
            MediaReason::no_route);
  EXPECT_EQ(automatic(asked({{kVpn, ProbeAnswer{}}, {kOtherVpn, ProbeAnswer{}}})).reason,
            MediaReason::box_sees_vpn);
}

TEST(MediaDecision, is_relayed_in_an_overlay_which_may_masquerade_what_it_forwards) {
  for (const char* text : {"100.101.102.1", "fd7a:115c:a1e0::7e01:6601"}) {
    const IpAddress overlay = IpAddress::parse(text).value();
    EXPECT_EQ(automatic(asked({{overlay, ProbeAnswer{}}})),
              (MediaDecision{MediaReason::overlay, overlay, overlay}));
    EXPECT_EQ(automatic(asked({{overlay, std::nullopt}})).reason, MediaReason::overlay);
    EXPECT_EQ(automatic(asked({{kVpn, ProbeAnswer{}}, {overlay, ProbeAnswer{}}})).reason,
              MediaReason::overlay);
    EXPECT_EQ(automatic(asked({{overlay, ProbeAnswer{kHome}}})).reason, MediaReason::masqueraded)
        << "what the Box has seen is said";
  }
  EXPECT_TRUE(is_relayed(MediaReason::overlay));
  EXPECT_EQ(decide(MediaOption::direct, asked({})).reason, MediaReason::user_direct);
}

TEST(MediaDecision, blames_no_overlay_for_a_box_that_answers_nobody) {
  MediaEvidence evidence = asked({{IpAddress::v4(100, 101, 102, 1), std::nullopt}});
  evidence.box_answers_at_home = false;
  EXPECT_EQ(automatic(evidence).reason, MediaReason::box_silent);
}

TEST(MediaDecision, is_relayed_without_an_address_to_ask_from) {
  EXPECT_EQ(automatic({}).reason, MediaReason::no_vpn_address);
  EXPECT_EQ(automatic(asked({})).reason, MediaReason::other_family);
  EXPECT_TRUE(is_relayed(MediaReason::no_vpn_address));
  EXPECT_TRUE(is_relayed(MediaReason::other_family));
}

TEST(MediaDecision, is_direct_when_the_box_is_this_machine) {
  MediaEvidence evidence;
  evidence.box_is_here = true;
  EXPECT_EQ(automatic(evidence).reason, MediaReason::box_is_here);
  EXPECT_FALSE(is_relayed(MediaReason::box_is_here));
}

TEST(MediaDecision, is_the_users_whatever_the_box_says) {
  EXPECT_EQ(decide(MediaOption::direct, asked({{kVpn, ProbeAnswer{kHome}}})).reason,
            MediaReason::user_direct);
  EXPECT_EQ(decide(MediaOption::relay, asked({{kVpn, ProbeAnswer{}}})).reason, MediaReason::user_relay);
  EXPECT_FALSE(is_relayed(MediaReason::user_direct));
  EXPECT_TRUE(is_relayed(MediaReason::user_relay));
}

TEST(MediaDecision, is_relay_before_anybody_was_asked) {
  EXPECT_EQ(MediaDecision{}.reason, MediaReason::not_asked);
  EXPECT_TRUE(is_relayed(MediaReason::not_asked));
}

}  // namespace
}  // namespace fapfon::box
