// SPDX-License-Identifier: GPL-2.0-or-later
// To the Box and back: the phone sees its own URI again, byte for byte (SPEC H3).
#include <gtest/gtest.h>

#include "property/header_text.hpp"
#include "property/random_message.hpp"
#include "support/core_harness.hpp"

namespace fapfon::property {
namespace {

constexpr std::size_t kRuns = 2000;

std::string random_host_port(Dice& dice) {
  static const std::vector<std::string> hosts = {
      "203.0.113.77:61211",   "203.0.113.77",   "172.20.11.6:62895",       "172.30.10.2:61211",
      "[2001:DB8::77]:61211", "[2001:db8::77]", "Phone.example.NET:61211", "phone.example.net"};
  return dice.one_of(hosts);
}

/// The URI that the Box gets for this one in the Contact of a REGISTER.
std::string uri_at_box(support::CoreHarness& core, const std::string& uri) {
  const support::Reaction reaction = core.phone_sends(registration("<" + uri + ">"));
  if (reaction.to_box.size() != 1) return {};
  const std::string& message = reaction.to_box.front();
  const std::size_t start = message.find("\r\nContact: <") + 12;
  return message.substr(start, message.find('>', start) - start);
}

std::string invite(const std::string& uri) {
  std::string text = "INVITE ";
  return text.append(uri).append(
      " SIP/2.0\r\nVia: SIP/2.0/UDP 172.30.10.1;branch=z9hG4bKi\r\nFrom: <sip:1@fritz.box>;tag=i\r\n"
      "To: <sip:john@fritz.box>\r\nCall-ID: i\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n");
}

std::string ok(const std::string& uri) {
  std::string text =
      "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 172.20.11.6:61211;rport=61211;branch=z9hG4bKregister\r\n"
      "From: <sip:john@fritz.box>;tag=r\r\nTo: <sip:john@fritz.box>;tag=b\r\nCall-ID: register\r\n"
      "CSeq: 1 REGISTER\r\nContact: <";
  return text.append(uri).append(">;expires=300\r\nContent-Length: 0\r\n\r\n");
}

TEST(RoundTrip, contact_of_the_200) {
  for_each_seed(kRuns, [](Dice& dice) {
    support::CoreHarness core;
    const std::string uri = random_uri(dice, random_host_port(dice));
    const support::Reaction reaction = core.box_sends(ok(uri_at_box(core, uri)));
    EXPECT_EQ(reaction.to_phone, std::vector{ok(uri)});
  });
}

TEST(RoundTrip, request_uri_of_an_invite) {
  for_each_seed(kRuns, [](Dice& dice) {
    support::CoreHarness core;
    const std::string uri = random_uri(dice, random_host_port(dice));
    const std::string known_as = uri_at_box(core, uri);
    core.box_sends(ok(known_as));
    const support::Reaction reaction = core.box_sends(invite(known_as));
    EXPECT_EQ(reaction.to_phone, std::vector{invite(uri)});
  });
}

TEST(RoundTrip, uri_at_the_box_differs_in_host_port_and_transport_only) {
  for_each_seed(kRuns, [](Dice& dice) {
    support::CoreHarness core;
    const std::string host_port = random_host_port(dice);
    std::string uri = random_uri(dice, host_port);
    const std::string known_as = uri_at_box(core, uri);
    const std::size_t at = uri.find(host_port);
    EXPECT_EQ(known_as, uri.replace(at, host_port.size(), "172.30.10.2:43202"));
  });
}

TEST(RoundTrip, session_address_that_the_box_repeats) {
  for_each_seed(kRuns / 4, [](Dice& dice) {
    support::CoreHarness core;
    core.phone_sends(registration("<sip:john@203.0.113.77:61211>"));
    const RandomRequest request = random_request(dice, About::own_address, 2);
    const support::Reaction asked = core.phone_sends(request.text());
    if (request.body.empty() || request.body.front() != 'v') return;
    ASSERT_EQ(asked.to_box.size(), 1U);
    const std::string& at_box = asked.to_box.front();
    std::string answer = "SIP/2.0 200 OK\r\n";
    answer.append(at_box, at_box.find('\n') + 1);
    const support::Reaction reaction = core.box_sends(answer);
    ASSERT_EQ(reaction.to_phone.size(), 1U);
    EXPECT_EQ(body_of(reaction.to_phone.front()), request.body);
  });
}

}  // namespace
}  // namespace fapfon::property
