// SPDX-License-Identifier: GPL-2.0-or-later
// No rule applies => the same bytes (SPEC F5); and what F6 names never changes, whatever else does.
#include <gtest/gtest.h>

#include "property/header_text.hpp"
#include "property/random_message.hpp"
#include "support/core_harness.hpp"
#include "torture/torture_data.hpp"

namespace fapfon::property {
namespace {

constexpr std::size_t kRuns = 2000;

TEST(Unchanged, request_of_the_phone_that_no_rule_concerns) {
  for_each_seed(kRuns, [](Dice& dice) {
    support::CoreHarness core;
    core.phone_sends(registration("<sip:john@203.0.113.77:61211>"));
    const std::string message = random_request(dice, About::nothing, 1).text();
    const support::Reaction reaction = core.phone_sends(message);
    EXPECT_EQ(reaction.to_box, std::vector{message});
    EXPECT_TRUE(reaction.to_phone.empty());
  });
}

TEST(Unchanged, request_of_the_box_that_no_rule_concerns) {
  for_each_seed(kRuns, [](Dice& dice) {
    support::CoreHarness core;
    core.phone_sends(registration("<sip:john@203.0.113.77:61211>"));
    core.box_accepts();
    const std::string message = random_request(dice, About::own_address, 1).text();
    const support::Reaction reaction = core.box_sends(message);
    EXPECT_EQ(reaction.to_phone, std::vector{message});
    EXPECT_TRUE(reaction.to_box.empty());
  });
}

/// Everybody by IPv6, so that the Contacts of RFC 5118 are of the phone's IP version (H6); its sessions are
/// of both, so audio must not be relayed (M2).
support::Scene by_ip6() {
  support::Scene scene;
  scene.phone = *SocketAddress::parse("[2001:db8:20::6]:62895");
  scene.sip_port = *SocketAddress::parse("[2001:db8:20::2]:5060");
  scene.box_facing = *SocketAddress::parse("[2001:db8:10::2]:43202");
  scene.box = *SocketAddress::parse("[2001:db8:10::1]:5060");
  scene.config.may_relay = false;
  return scene;
}

/// Every readable request of the torture messages as the Box would send it: nothing in it is ours.
TEST(Unchanged, torture_request_of_the_box) {
  for (const auto& [key, changes] : torture::read_changes()) {
    SCOPED_TRACE(key);
    const std::string message = torture::message(key.substr(0, key.find(' ')));
    if (key.ends_with(" tcp")) continue;
    const bool names_ip6 = message.find("<sip:caller@[") != std::string::npos;
    support::CoreHarness core(names_ip6 ? by_ip6() : support::Scene{});
    core.phone_sends(registration("<sip:john@203.0.113.77:61211>"));
    core.box_accepts();
    const support::Reaction reaction = core.box_sends(message);
    EXPECT_EQ(reaction.to_phone, std::vector{message.substr(0, changes.kept_bytes)});
  }
}

bool is_routing(const HeaderText& header) {
  static const std::vector<std::string> names = {"contact",      "refer-to", "referred-by",
                                                 "record-route", "path",     "route"};
  return std::ranges::find(names, header.name) != names.end();
}

/// All but the headers that a rule may change.
std::string untouchable(const std::string& message) {
  std::string text;
  for (const HeaderText& header : headers_of(message)) {
    const bool may_change = is_routing(header) || header.name == "via" || header.name == "content-length";
    text.append(may_change ? header.name + "\n" : header.text);
  }
  return text;
}

TEST(Unchanged, authorization_and_all_that_f6_names_whatever_else_changes) {
  for_each_seed(kRuns, [](Dice& dice) {
    support::CoreHarness core;
    core.phone_sends(registration("<sip:john@203.0.113.77:61211>"));
    core.box_accepts();
    const std::string message = random_request(dice, About::own_address, 1).text();
    const support::Reaction reaction = core.phone_sends(message);
    ASSERT_EQ(reaction.to_box.size(), 1U) << message;
    EXPECT_EQ(start_line_of(reaction.to_box.front()), start_line_of(message));
    EXPECT_EQ(untouchable(reaction.to_box.front()), untouchable(message));
  });
}

TEST(Unchanged, body_that_is_no_session) {
  for_each_seed(kRuns / 4, [](Dice& dice) {
    support::CoreHarness core;
    RandomRequest request = random_request(dice, About::own_address, 1);
    if (request.body.empty() || request.body.front() == 'v') return;
    const support::Reaction reaction = core.phone_sends(request.text());
    ASSERT_EQ(reaction.to_box.size(), 1U);
    EXPECT_EQ(body_of(reaction.to_box.front()), request.body);
  });
}

}  // namespace
}  // namespace fapfon::property
