// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/ask_box.hpp"

#include <thread>

#include <gtest/gtest.h>

#include "integration/peer.hpp"

namespace fapfon::test {
namespace {

const SocketAddress kServerAddress{IpAddress::v4(127, 0, 0, 1), 0};

class Asking : public testing::Test {
 protected:
  /// ask_box() blocks, so the server plays in a thread.
  template <typename Play>
  Expected<box::BoxAnswer, box::AskFailure> ask(Play play, const IpAddress& from = kServerAddress.ip) {
    std::thread playing{[&] { play(server); }};
    auto answer = box::ask_box(server.local(), from);
    playing.join();
    return answer;
  }

  Peer server = Peer::udp(kServerAddress);
};

TEST_F(Asking, tells_who_answered) {
  const auto answer = ask([](Peer& sip) {
    const std::string query = sip.datagram();
    sip.send_to(sip.source(), answer_to(query));
  });
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->status, 200U);
}

TEST_F(Asking, asks_from_the_address_it_is_told) {
  const auto answer = ask(
      [](Peer& sip) {
        const std::string query = sip.datagram();
        EXPECT_NE(query.find("Via: SIP/2.0/UDP 127.0.0.9:"), std::string::npos) << query;
        EXPECT_EQ(sip.source().ip, IpAddress::v4(127, 0, 0, 9));
        sip.send_to(sip.source(), answer_to(query));
      },
      IpAddress::v4(127, 0, 0, 9));
  EXPECT_TRUE(answer);
}

TEST_F(Asking, knows_what_is_no_sip_server) {
  const auto answer = ask([](Peer& sip) {
    sip.datagram();
    sip.send_to(sip.source(), "hello");
  });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, box::AskFailure::Reason::no_sip);
}

TEST_F(Asking, knows_that_nobody_listens) {
  const SocketAddress nobody = server.local();
  server.close();
  const auto answer = box::ask_box(nobody, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, box::AskFailure::Reason::refused);
}

TEST_F(Asking, gives_up_in_time) {
  const auto answer = box::ask_box(server.local(), {}, 50ms);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, box::AskFailure::Reason::silent);
}

TEST_F(Asking, says_when_it_cannot_send_from_there) {
  const auto answer = box::ask_box(server.local(), IpAddress::v4(192, 0, 2, 77));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, box::AskFailure::Reason::cannot_send);
}

}  // namespace
}  // namespace fapfon::test
