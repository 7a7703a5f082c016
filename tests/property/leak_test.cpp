// SPDX-License-Identifier: GPL-2.0-or-later
// No advertised address leaves to the Box in a routing position: Request-URI, Contact, Route and its like,
// SDP.
#include <gtest/gtest.h>

#include "property/header_text.hpp"
#include "property/random_message.hpp"
#include "support/core_harness.hpp"

namespace fapfon::property {
namespace {

constexpr std::size_t kRuns = 2000;

/// Quoted display names may say what they like.
std::string without_quoted(const std::string& text) {
  std::string rest;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (quoted && text[at] == '\\') {
      ++at;
      continue;
    }
    if (text[at] == '"') quoted = !quoted;
    if (!quoted) rest.push_back(text[at]);
  }
  return rest;
}

/// The parts of a message that route it, or that audio is sent by.
std::string routing_positions(const std::string& message) {
  static const std::vector<std::string> names = {"contact",      "refer-to", "referred-by",
                                                 "record-route", "path",     "route"};
  std::string text = start_line_of(message) + "\n";
  bool session = false;
  for (const HeaderText& header : headers_of(message)) {
    if (std::ranges::find(names, header.name) != names.end()) text.append(without_quoted(header.text));
    session = session || (header.name == "content-type" && header.text.find("sdp") != std::string::npos);
  }
  return session ? text.append(body_of(message)) : text;
}

TEST(Leak, advertised_address_does_not_reach_the_box_in_a_routing_position) {
  for_each_seed(kRuns, [](Dice& dice) {
    support::CoreHarness core;
    core.phone_sends(registration(random_name_addr(dice, kAdvertised)));
    const std::string message = random_request(dice, About::own_address, 1).text();
    const support::Reaction reaction = core.phone_sends(message);
    ASSERT_EQ(reaction.to_box.size(), 1U) << message;
    EXPECT_EQ(routing_positions(reaction.to_box.front()).find(kAdvertisedHost), std::string::npos)
        << reaction.to_box.front();
  });
}

TEST(Leak, box_facing_address_does_not_reach_the_phone_as_its_contact) {
  for_each_seed(kRuns / 4, [](Dice& dice) {
    support::CoreHarness core;
    const support::Reaction asked = core.phone_sends(registration(random_values(dice, kAdvertised)));
    std::string answer = asked.to_box.at(0);
    answer.replace(0, answer.find("\r\n"), "SIP/2.0 200 OK");
    const support::Reaction reaction = core.box_sends(answer);
    ASSERT_EQ(reaction.to_phone.size(), 1U);
    EXPECT_EQ(routing_positions(reaction.to_phone.front()).find("172.30.10.2"), std::string::npos)
        << reaction.to_phone.front();
  });
}

TEST(Leak, test_itself_finds_an_address) {
  EXPECT_NE(routing_positions(registration("<sip:john@203.0.113.77:61211>")).find(kAdvertisedHost),
            std::string::npos);
}

}  // namespace
}  // namespace fapfon::property
