// SPDX-License-Identifier: GPL-2.0-or-later
// M2 with the real program: audio goes through its sockets both ways, its log tells how that was, and without
// ports a call is refused in words.
#include <stdexcept>

#include <gtest/gtest.h>

#include "integration/peer.hpp"
#include "support/rtp.hpp"
#include "support/session_text.hpp"

namespace fapfon::test {
namespace {

const SocketAddress kAnyPort{IpAddress::v4(127, 0, 0, 1), 0};
/// What the phone claims, and where it really is.
const SocketAddress kClaimed{IpAddress::v4(10, 81, 179, 54), 4000};
const SocketAddress kPhone{IpAddress::v4(127, 0, 0, 6), 0};

std::string with_session(const std::string& head, const std::string& session) {
  return head + "Content-Type: application/sdp\r\nContent-Length: " + std::to_string(session.size()) +
         "\r\n\r\n" + session;
}

class RelayedCall : public testing::Test {
 protected:
  void start(const std::string& ports) {
    program.emplace(box.local(), std::vector<std::string>{"--media=relay", "--rtp-ports=" + ports});
    if (!program->is_up) throw std::runtime_error(program->complained());
  }
  void phone_invites() {
    phone.send_to(program->sip,
                  with_session("INVITE sip:**610@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.81.179.54:61211"
                               ";rport;branch=z9hG4bKinvite\r\nMax-Forwards: 70\r\n"
                               "From: <sip:anna@127.0.0.1>;tag=a\r\nTo: <sip:**610@127.0.0.1>\r\n"
                               "Call-ID: one\r\nCSeq: 1 INVITE\r\nContact: <sip:anna@10.81.179.54:61211>\r\n",
                               support::phone_session(kClaimed, 0)));
  }
  /// The Box's 200 to an INVITE.
  void box_answers(const std::string& invite) {
    std::string head = "SIP/2.0 200 OK\r\n";
    for (const char* name : {"Via", "From", "To", "Call-ID", "CSeq"})
      head += header_line(invite, name) + (std::string{name} == "To" ? ";tag=b\r\n" : "\r\n");
    box.send_to(box.source(), with_session(head + "Contact: <sip:" + box.local().to_string() + ">\r\n",
                                           support::box_session(box_audio.local(), 0)));
  }
  void phone_hangs_up() {
    phone.send_to(
        program->sip,
        "BYE sip:**610@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.81.179.54:61211;rport;"
        "branch=z9hG4bKbye\r\nMax-Forwards: 70\r\nFrom: <sip:anna@127.0.0.1>;tag=a\r\n"
        "To: <sip:**610@127.0.0.1>;tag=b\r\nCall-ID: one\r\nCSeq: 2 BYE\r\nContent-Length: 0\r\n\r\n");
  }

  Peer box = Peer::udp(kAnyPort);
  Peer box_audio = Peer::udp(kAnyPort);
  Peer phone = Peer::udp(kPhone);
  Peer phone_audio = Peer::udp(kPhone);
  std::optional<Program> program;
};

TEST_F(RelayedCall, M2_audio_goes_both_ways_and_the_log_tells_how_it_was) {
  start("30000-32767");
  phone_invites();
  const std::string invite = box.datagram();
  const auto box_leg = support::audio_in(invite);
  ASSERT_TRUE(box_leg.has_value()) << invite;
  EXPECT_EQ(box_leg->ip, kAnyPort.ip);
  EXPECT_GE(box_leg->port, 30'000);
  box_answers(invite);
  const auto phone_leg = support::audio_in(phone.datagram());
  ASSERT_TRUE(phone_leg.has_value());

  const std::string from_phone = Rtp{.sequence = 1, .ssrc = 7}.bytes();
  phone_audio.send_to(*phone_leg, from_phone);
  EXPECT_EQ(box_audio.datagram(), from_phone);
  EXPECT_EQ(box_audio.source(), *box_leg);
  const std::string from_box = Rtp{.sequence = 1, .ssrc = 8}.bytes();
  box_audio.send_to(*box_leg, from_box);
  EXPECT_EQ(phone_audio.datagram(), from_box);
  EXPECT_EQ(phone_audio.source(), *phone_leg);

  phone_hangs_up();
  EXPECT_TRUE(program->wait_for("call ended")) << program->complained();
  EXPECT_TRUE(program->wait_for("from_box=\"1 packets, none lost")) << program->complained();
}

TEST_F(RelayedCall, M2_the_ports_of_a_call_that_is_over_are_closed) {
  start("30000-32767");
  phone_invites();
  const std::string invite = box.datagram();
  box_answers(invite);
  const auto phone_leg = support::audio_in(phone.datagram());
  ASSERT_TRUE(phone_leg.has_value());
  phone_hangs_up();
  ASSERT_TRUE(program->wait_for("call ended"));
  // Whoever can bind a port has it alone.
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!Peer::udp(*phone_leg).is_open() && std::chrono::steady_clock::now() < deadline) {
    phone.wait(POLLIN, 20ms);
  }
  EXPECT_TRUE(Peer::udp(*phone_leg).is_open());
}

TEST_F(RelayedCall, M2_a_call_without_ports_gets_503_and_a_line_in_the_log) {
  start("31998-31999");  // one pair, and a call takes two on this address
  phone_invites();
  EXPECT_EQ(phone.datagram().rfind("SIP/2.0 503", 0), 0U);
  EXPECT_TRUE(program->wait_for("--rtp-ports")) << program->complained();
}

}  // namespace
}  // namespace fapfon::test
