// SPDX-License-Identifier: GPL-2.0-or-later
// L9 and F3: what one source may hold, and that the others do not notice. Sizes of outboxes and file
// descriptors are a matter of net/ and tested there.
#include "scenario/scenario.hpp"

namespace fapfon::scenario {
namespace {

proxy::Config small() {
  proxy::Config config;
  config.limits.max_flows = 8;
  config.limits.max_flows_per_source = 4;
  config.limits.max_lines = 8;
  config.limits.max_lines_per_source = 4;
  config.limits.max_pending_per_line = 4;
  return config;
}

class Limit : public Scenario {
 protected:
  Limit() : Scenario(small()) {}

  /// How many flows are there after `count` datagrams from different ports of one address.
  std::size_t flows_of(const IpAddress& source, std::uint16_t count) {
    for (std::uint16_t i = 0; i < count; ++i) {
      proxy::Actions actions;
      const SocketAddress remote{source, static_cast<std::uint16_t>(20000 + i)};
      world.core().phone_datagram(kSipPort, remote, kMessage, world.now(), actions);
    }
    return world.core().counts().flows;
  }

  static constexpr ByteView kMessage{
      "OPTIONS sip:fritz.box SIP/2.0\r\nVia: SIP/2.0/UDP 172.20.11.6;branch=z9hG4bK-any\r\n"
      "From: <sip:a@fritz.box>;tag=a\r\nTo: <sip:fritz.box>\r\nCall-ID: any\r\nCSeq: 1 OPTIONS\r\n\r\n"};
  static constexpr SocketAddress kSipPort{IpAddress::v4(172, 30, 10, 1), 5060};
};

TEST_F(Limit, L9_guests_of_one_source_or_of_several_get_a_quarter_of_the_flows) {
  EXPECT_EQ(flows_of(kOtherVpnAddress, 10), 2U);
  EXPECT_EQ(flows_of(kThirdVpnAddress, 10), 2U);
  world.forget_complaints();  // flows that the World does not know were closed
}

TEST_F(Limit, L9_connections_count_like_datagrams) {
  for (std::uint16_t i = 0; i < 10; ++i) {
    proxy::Actions actions;
    const SocketAddress remote{kOtherVpnAddress, static_cast<std::uint16_t>(20000 + i)};
    world.core().phone_connected(kSipPort, remote, world.now(), actions);
  }
  EXPECT_EQ(world.core().counts().flows, 2U);
}

TEST_F(Limit, L9_a_flood_from_one_source_leaves_room_for_a_phone) {
  flows_of(kOtherVpnAddress, 1000);
  Station& anna = world.add_phone(app_2018("anna"));
  EXPECT_TRUE(anna.registers().is_registered());
  world.forget_complaints();
}

TEST_F(Limit, L9_flows_that_serve_nothing_make_room_again) {
  flows_of(kOtherVpnAddress, 10);
  world.advance(10min);
  EXPECT_EQ(world.core().counts().flows, 0U);
  world.forget_complaints();  // flows that the World does not know were closed
}

TEST_F(Limit, L9_one_guest_cannot_take_all_lines) {
  world.box_becomes(BoxState::silent);  // it accepts nothing
  PhoneProfile greedy = at(kOtherVpnAddress, softphone("user0"));
  for (int i = 1; i < 12; ++i) greedy.accounts.push_back({.user = "user" + std::to_string(i)});
  Station& flood = world.add_phone(greedy);
  for (std::size_t i = 0; i < 12; ++i) flood.registers(i);
  world.box_becomes(BoxState::up);
  Station& anna = world.add_phone(app_2018("anna"));
  EXPECT_TRUE(anna.registers().is_registered());
  EXPECT_LE(world.core().counts().lines, 3U);
}

TEST_F(Limit, L9_transactions_without_an_answer_are_bounded) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.registers();
  world.box_becomes(BoxState::silent);
  for (int i = 0; i < 50; ++i) anna.sends_message("**1", "hello");
  EXPECT_LE(world.core().counts().pending, 4U);
}

TEST_F(Limit, L9_a_line_whose_transactions_were_full_serves_its_phone_again) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.registers();
  world.box_becomes(BoxState::silent);
  for (int i = 0; i < 50; ++i) anna.sends_message("**1", "hello");
  world.box_becomes(BoxState::up);
  world.advance(200s);
  EXPECT_TRUE(anna.registers().is_registered());
  anna.calls();
  EXPECT_EQ(anna.last_call().state, PhoneCall::State::up);
}

using Stream = Scenario;

TEST_F(Stream, L9_a_connection_without_a_first_message_is_closed_after_30_s) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.sends("\r\n");
  world.advance(29s);
  EXPECT_TRUE(anna.is_connected());
  world.advance(2s);
  EXPECT_FALSE(anna.is_connected());
}

TEST_F(Stream, L9_a_connection_with_an_unfinished_message_is_closed_after_30_s) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.registers();
  anna.sends("OPTIONS sip:172.30.10.1 SIP/2.0\r\nVia: SIP/2.0/TCP 172.20.11.6:61211;branch=z9hG4bKx\r\n");
  world.advance(29s);
  EXPECT_TRUE(anna.is_connected());
  world.advance(2s);
  EXPECT_FALSE(anna.is_connected());
  EXPECT_EQ(world.closings().front(), proxy::CloseReason::unfinished);
}

TEST_F(Stream, L9_a_registered_phone_that_is_silent_keeps_its_connection) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.registers();
  world.advance(600s);
  EXPECT_TRUE(anna.is_connected());
}

TEST_F(Stream, F2_two_messages_in_one_read_are_both_forwarded_at_once) {
  // A defect of the old program: the second waited for more bytes.
  Station& anna = world.add_phone(app_2018("anna"));
  const auto message = [](int number) {
    const std::string n = std::to_string(number);
    return "MESSAGE sip:**1@172.30.10.1 SIP/2.0\r\nVia: SIP/2.0/TCP 172.20.11.6:61211;rport;branch=z9hG4bK" +
           n + "\r\nFrom: <sip:anna@172.30.10.1>;tag=" + n +
           "\r\nTo: <sip:**1@172.30.10.1>\r\nCall-ID: " + n +
           "\r\nCSeq: 1 MESSAGE\r\nContent-Length: 0\r\n\r\n";
  };
  anna.sends(message(1) + message(2));
  EXPECT_EQ(world.box().requests("MESSAGE").size(), 2U);
  anna.phone().forget_complaints();  // it does not know the requests that the test wrote
}

TEST_F(Stream, F2_a_message_may_come_byte_by_byte) {
  Station& anna = world.add_phone(app_2018("anna"));
  const std::string message =
      "OPTIONS sip:172.30.10.1 SIP/2.0\r\nVia: SIP/2.0/TCP 172.20.11.6:61211;rport;branch=z9hG4bKslow\r\n"
      "From: <sip:anna@172.30.10.1>;tag=1\r\nTo: <sip:172.30.10.1>\r\nCall-ID: slow\r\nCSeq: 1 OPTIONS\r\n"
      "Content-Length: 0\r\n\r\n";
  for (const char byte : message) anna.sends(std::string(1, byte));
  EXPECT_EQ(world.box().requests("OPTIONS").size(), 1U);
  anna.phone().forget_complaints();
}

TEST_F(Stream, F2_a_tcp_message_without_content_length_gets_400_and_ends_the_connection) {
  Station& anna = world.add_phone(app_2018("anna"));
  anna.sends(
      "OPTIONS sip:172.30.10.1 SIP/2.0\r\nVia: SIP/2.0/TCP 172.20.11.6:61211;rport;branch=z9hG4bKx\r\n"
      "From: <sip:anna@172.30.10.1>;tag=1\r\nTo: <sip:172.30.10.1>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n\r\n");
  ASSERT_FALSE(anna.phone().received().empty());
  EXPECT_EQ(anna.phone().received().back().status(), 400);
  EXPECT_FALSE(anna.is_connected());
  anna.phone().forget_complaints();
}

TEST_F(Stream, F8_nonsense_on_udp_hurts_nobody) {
  Station& carl = world.add_phone(softphone("carl"));
  carl.registers();
  carl.sends("nonsense");
  carl.sends("INVITE\r\n\r\n");
  carl.sends(std::string(65000, 'x'));
  world.box_calls("carl");
  EXPECT_TRUE(carl.rings());
}

}  // namespace
}  // namespace fapfon::scenario
