// SPDX-License-Identifier: GPL-2.0-or-later
// The sockets of net/ with a loop in the test itself, against plain sockets on the loopback.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <functional>
#include <memory>

#include <gtest/gtest.h>

#include "integration/peer.hpp"
#include "net/closing_connections.hpp"
#include "net/loop.hpp"
#include "net/resolver.hpp"
#include "net/tcp_connection.hpp"
#include "net/tcp_listener.hpp"
#include "net/timer.hpp"
#include "net/udp_socket.hpp"

namespace fapfon::test {
namespace {

const SocketAddress kAnyPort{IpAddress::v4(127, 0, 0, 1), 0};

/// Runs the loop until `done`; false when time is out.
bool run_until(net::Loop& loop, const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!done() && std::chrono::steady_clock::now() < deadline) loop.run_one_batch(100ms);
  return done();
}

struct UdpRecord : net::UdpSocket::Owner {
  struct Datagram {
    SocketAddress local;
    SocketAddress remote;
    std::string bytes;
  };
  void udp_datagram(net::UdpSocket&, const SocketAddress& local, const SocketAddress& remote,
                    ByteView bytes) override {
    datagrams.push_back({local, remote, std::string{bytes}});
    if (on_datagram) on_datagram();
  }
  void udp_unreachable(net::UdpSocket&, const SocketAddress& destination, ByteView payload,
                       const net::SystemError& cause) override {
    errors.push_back({{}, destination, std::string{payload}});
    cause_number = cause.number;
  }

  std::vector<Datagram> datagrams;
  std::vector<Datagram> errors;
  int cause_number = 0;
  std::function<void()> on_datagram;
};

struct TcpRecord : net::TcpConnection::Owner, net::TcpListener::Owner {
  void tcp_connected(net::TcpConnection&) override { ++connected; }
  void tcp_connect_failed(net::TcpConnection&, ByteView bytes, ByteView why) override {
    unsent = bytes;
    cause = why;
    ++failed;
  }
  void tcp_bytes(net::TcpConnection&, ByteView bytes) override { received += bytes; }
  void tcp_closed(net::TcpConnection&, ByteView why) override {
    cause = why;
    ++closed;
  }
  void tcp_accepted(net::TcpListener&, net::Fd fd, const SocketAddress& remote) override {
    accepted.push_back(std::move(fd));
    sources.push_back(remote);
  }
  void tcp_accept_paused(net::TcpListener&, const net::SystemError&) override {}

  int connected = 0;
  int failed = 0;
  int closed = 0;
  std::string received;
  std::string unsent;
  std::string cause;
  std::vector<net::Fd> accepted;
  std::vector<SocketAddress> sources;
};

using Kind = net::UdpSocket::Kind;

TEST(UdpSocket, tells_the_local_address_of_each_datagram) {
  net::Loop loop;
  UdpRecord record;
  auto socket = net::UdpSocket::open(loop, Kind::shared, {IpAddress::v4(0, 0, 0, 0), 0}, record).value();
  const Peer peer = Peer::udp(kAnyPort);
  peer.send_to({IpAddress::v4(127, 0, 0, 1), socket->local().port}, "one");
  peer.send_to({IpAddress::v4(127, 0, 0, 2), socket->local().port}, "two");
  peer.send_to({IpAddress::v4(127, 0, 0, 3), socket->local().port}, "");
  ASSERT_TRUE(run_until(loop, [&] { return record.datagrams.size() == 3; }));
  EXPECT_EQ(record.datagrams[0].local.ip, IpAddress::v4(127, 0, 0, 1));
  EXPECT_EQ(record.datagrams[1].local.ip, IpAddress::v4(127, 0, 0, 2));
  EXPECT_EQ(record.datagrams[2].bytes, "");
  EXPECT_EQ(record.datagrams[0].remote, peer.local());
}

TEST(UdpSocket, queued_datagrams_leave_in_order_from_the_address_asked_for) {
  constexpr int kCount = 100;  // more than one batch
  net::Loop loop;
  UdpRecord record;
  auto socket = net::UdpSocket::open(loop, Kind::shared, {IpAddress::v4(0, 0, 0, 0), 0}, record).value();
  Peer peer = Peer::udp(kAnyPort);
  const SocketAddress from{IpAddress::v4(127, 0, 0, 5), socket->local().port};
  for (int i = 0; i < kCount; ++i) socket->queue(peer.local(), from.ip, std::to_string(i));
  socket->flush();
  for (int i = 0; i < kCount; ++i) {
    EXPECT_EQ(peer.datagram(), std::to_string(i));
    EXPECT_EQ(peer.source(), from);
  }
}

TEST(UdpSocket, answers_on_ip6_beside_ip4_on_one_port) {
  net::Loop loop;
  UdpRecord record;
  auto ip4 = net::UdpSocket::open(loop, Kind::shared, {IpAddress::v4(0, 0, 0, 0), 0}, record).value();
  auto ip6 =
      net::UdpSocket::open(loop, Kind::shared, {net::wildcard(Family::ip6), ip4->local().port}, record);
  if (!ip6) GTEST_SKIP() << "no IPv6 here";
  const IpAddress loopback = IpAddress::parse("::1").value();
  Peer peer = Peer::udp({loopback, 0});
  peer.send_to({loopback, ip4->local().port}, "six");
  ASSERT_TRUE(run_until(loop, [&] { return record.datagrams.size() == 1; }));
  EXPECT_EQ(record.datagrams[0].local.ip, loopback);
  (*ip6)->queue(peer.local(), loopback, "answer");
  (*ip6)->flush();
  EXPECT_EQ(peer.datagram(), "answer");
}

TEST(UdpSocket, box_facing_shares_its_port_with_nobody) {
  net::Loop loop;
  UdpRecord record;
  auto first = net::UdpSocket::open(loop, Kind::box_facing, kAnyPort, record).value();
  const auto second = net::UdpSocket::open(loop, Kind::box_facing, first->local(), record);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().number, EADDRINUSE);
}

TEST(UdpSocket, box_facing_reports_an_icmp_error_with_the_datagram_and_works_on) {
  net::Loop loop;
  UdpRecord record;
  auto socket = net::UdpSocket::open(loop, Kind::box_facing, kAnyPort, record).value();
  Peer gone = Peer::udp(kAnyPort);
  Peer there = Peer::udp(kAnyPort);
  const SocketAddress nobody = gone.local();
  gone.close();
  socket->send(nobody, "lost");
  socket->send(there.local(), "found");
  ASSERT_TRUE(run_until(loop, [&] { return record.errors.size() == 1; }));
  EXPECT_EQ(record.errors[0].remote, nobody);
  EXPECT_EQ(record.errors[0].bytes, "lost");
  EXPECT_EQ(record.cause_number, ECONNREFUSED);
  EXPECT_EQ(there.datagram(), "found");
}

TEST(UdpSocket, may_be_destroyed_while_it_delivers_a_batch) {
  net::Loop loop;
  UdpRecord record;
  auto socket = net::UdpSocket::open(loop, Kind::box_facing, kAnyPort, record).value();
  record.on_datagram = [&] { socket.reset(); };
  const Peer peer = Peer::udp(kAnyPort);
  for (int i = 0; i < 4; ++i) peer.send_to(socket->local(), "x");
  EXPECT_TRUE(run_until(loop, [&] { return socket == nullptr; }));
  EXPECT_EQ(record.datagrams.size(), 1U);
}

TEST(TcpConnection, dial_connects_from_the_address_asked_for_and_sends_what_waited) {
  net::Loop loop;
  net::BufferBudget budget;
  TcpRecord record;
  Peer box = Peer::listening(kAnyPort);
  auto connection = net::TcpConnection::dial(loop, budget, kAnyPort, box.local(), record);
  connection->send("hello\r\n\r\n");
  ASSERT_TRUE(run_until(loop, [&] { return record.connected == 1; }));
  auto accepted = box.accept();
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->message(), "hello\r\n\r\n");
  accepted->send("answer");
  EXPECT_TRUE(run_until(loop, [&] { return record.received == "answer"; }));
  EXPECT_EQ(budget.used_bytes, 0U);
}

TEST(TcpConnection, refused_dial_reports_what_was_not_sent) {
  net::Loop loop;
  net::BufferBudget budget;
  TcpRecord record;
  Peer gone = Peer::listening(kAnyPort);
  const SocketAddress nobody = gone.local();
  gone.close();
  auto connection = net::TcpConnection::dial(loop, budget, kAnyPort, nobody, record);
  connection->send("one");
  connection->send("two");
  EXPECT_EQ(record.failed, 0) << "nothing is reported from within a call";
  ASSERT_TRUE(run_until(loop, [&] { return record.failed == 1; }));
  EXPECT_EQ(record.unsent, "onetwo");
  EXPECT_EQ(record.cause, "Connection refused");
  EXPECT_EQ(budget.used_bytes, 0U);
}

TEST(TcpConnection, dial_from_an_address_that_is_not_ours_fails_from_the_loop) {
  net::Loop loop;
  net::BufferBudget budget;
  TcpRecord record;
  const SocketAddress foreign{IpAddress::v4(192, 0, 2, 99), 0};
  auto connection = net::TcpConnection::dial(loop, budget, foreign, address("127.0.0.1:9"), record);
  connection->send("one");
  ASSERT_TRUE(run_until(loop, [&] { return record.failed == 1; }));
  EXPECT_EQ(record.unsent, "one");
}

// DESIGN section 6: works 20 times of 20 with SO_LINGER {1,0}, once of 20 without.
TEST(TcpConnection, dials_again_from_the_port_of_a_listener_right_after_its_own_close) {
  net::Loop loop;
  net::BufferBudget budget;
  TcpRecord record;
  Peer box = Peer::listening(kAnyPort);
  auto listener = net::TcpListener::open(loop, net::TcpListener::Kind::box_facing, kAnyPort, record).value();
  for (int i = 1; i <= 20; ++i) {
    auto connection = net::TcpConnection::dial(loop, budget, listener->local(), box.local(), record);
    ASSERT_TRUE(run_until(loop, [&] { return record.connected == i || record.failed > 0; }));
    ASSERT_EQ(record.failed, 0) << record.cause;
    EXPECT_EQ(box.accept()->source(), listener->local());
  }
  Peer::connected(listener->local());
  EXPECT_TRUE(run_until(loop, [&] { return record.accepted.size() == 1; }));
}

/// A connection of the loop and the plain socket at its other end.
struct Pair {
  explicit Pair(net::Loop& loop, net::BufferBudget& budget, TcpRecord& record) {
    Peer listener = Peer::listening(kAnyPort);
    peer.emplace(Peer::connected(listener.local()));
    net::Fd fd{::dup(listener.accept()->fd().number())};
    connection = net::TcpConnection::accepted(loop, budget, std::move(fd),
                                              net::TcpConnection::Ending::orderly, record);
  }
  std::optional<Peer> peer;
  std::unique_ptr<net::TcpConnection> connection;
};

TEST(TcpConnection, sets_nodelay_and_a_timeout_for_dead_peers) {
  net::Loop loop;
  net::BufferBudget budget;
  TcpRecord record;
  Peer listener = Peer::listening(kAnyPort);
  const Peer peer = Peer::connected(listener.local());
  const Peer accepted = std::move(listener.accept().value());
  const auto connection = net::TcpConnection::accepted(loop, budget, net::Fd{::dup(accepted.fd().number())},
                                                       net::TcpConnection::Ending::orderly, record);
  const auto option = [&](int level, int name) {
    int value = 0;
    socklen_t length = sizeof value;
    ::getsockopt(accepted.fd().number(), level, name, &value, &length);
    return value;
  };
  EXPECT_EQ(option(IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(option(SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_USER_TIMEOUT), 30'000);
}

TEST(TcpConnection, slow_reader_gets_all_that_fits_into_the_outbox) {
  net::Loop loop;
  net::BufferBudget budget;
  TcpRecord record;
  Pair pair{loop, budget, record};
  const std::string block(100'000, 'x');
  std::size_t sent = 0;
  while (pair.connection->queued_bytes() + block.size() <= kMaxOutboxBytes) {
    pair.connection->send(block);
    sent += block.size();
  }
  EXPECT_EQ(budget.used_bytes, pair.connection->queued_bytes());
  EXPECT_TRUE(run_until(loop, [&] {
    while (pair.peer->wait(POLLIN, 0ms) && pair.peer->read_some()) {
    }
    return pair.peer->rest().size() == sent;
  }));
  EXPECT_EQ(record.closed, 0);
  EXPECT_EQ(budget.used_bytes, 0U);
}

TEST(TcpConnection, reader_beyond_the_outbox_is_disconnected_from_the_loop) {
  net::Loop loop;
  net::BufferBudget budget;
  TcpRecord record;
  Pair pair{loop, budget, record};
  const std::string block(100'000, 'x');
  while (pair.connection->queued_bytes() + block.size() <= kMaxOutboxBytes) pair.connection->send(block);
  EXPECT_EQ(record.closed, 0);
  pair.connection->send(block);
  EXPECT_EQ(record.closed, 0) << "nothing is reported from within a call";
  ASSERT_TRUE(run_until(loop, [&] { return record.closed == 1; }));
  EXPECT_EQ(record.cause, "the reader is too slow");
  EXPECT_EQ(budget.used_bytes, 0U);
}

TEST(TcpConnection, all_slow_readers_together_stay_within_the_budget) {
  net::Loop loop;
  net::BufferBudget budget{0, 300'000};
  TcpRecord record;
  Pair pair{loop, budget, record};
  const std::string block(100'000, 'x');
  for (int i = 0; i < 1'000 && pair.connection->queued_bytes() + block.size() <= budget.max_bytes; ++i) {
    pair.connection->send(block);
  }
  pair.connection->send(block + block + block);
  EXPECT_TRUE(run_until(loop, [&] { return record.closed == 1; }));
}

TEST(TcpConnection, reports_a_close_once_even_when_both_sides_close) {
  net::Loop loop;
  net::BufferBudget budget;
  TcpRecord record;
  Pair pair{loop, budget, record};
  pair.peer->reset();
  pair.connection->send("to nobody");
  pair.connection->send("to nobody");
  ASSERT_TRUE(run_until(loop, [&] { return record.closed == 1; }));
  loop.run_one_batch(0ms);
  EXPECT_EQ(record.closed, 1);
}

TEST(ClosingConnections, deliver_what_is_queued_before_the_fin_and_forget_the_connection) {
  net::Loop loop;
  net::BufferBudget budget;
  TcpRecord record;
  net::ClosingConnections closing;
  Pair pair{loop, budget, record};
  const std::string answer(500'000, 'y');
  pair.peer->send("bytes that nobody reads: a plain close() would be a reset");
  pair.connection->send(answer);
  closing.close(std::move(pair.connection));
  EXPECT_TRUE(run_until(loop, [&] {
    while (pair.peer->wait(POLLIN, 0ms) && pair.peer->read_some()) {
    }
    return pair.peer->rest().size() == answer.size();
  }));
  EXPECT_TRUE(pair.peer->wait_for_close());
  pair.peer->close();
  EXPECT_TRUE(run_until(loop, [&] { return closing.count() == 0; }));
  EXPECT_EQ(record.closed, 0);
}

TEST(ClosingConnections, do_not_wait_for_ever) {
  net::Loop loop;
  net::BufferBudget budget;
  TcpRecord record;
  net::ClosingConnections closing;
  Pair pair{loop, budget, record};
  closing.close(std::move(pair.connection));
  EXPECT_EQ(closing.count(), 1U);
  EXPECT_TRUE(run_until(loop, [&] { return closing.count() == 0; }));
}

TEST(Resolver, finds_localhost_ip4_first) {
  net::Loop loop;
  net::Resolver resolver{loop};
  std::optional<net::Resolver::Answer> answer;
  resolver.resolve("localhost", [&](net::Resolver::Answer found) { answer = std::move(found); });
  ASSERT_TRUE(run_until(loop, [&] { return answer.has_value(); }));
  ASSERT_TRUE(*answer) << answer->error();
  EXPECT_EQ((*answer)->front(), IpAddress::v4(127, 0, 0, 1));
}

TEST(Resolver, tells_why_a_name_has_no_address) {
  net::Loop loop;
  net::Resolver resolver{loop};
  std::optional<net::Resolver::Answer> answer;
  resolver.resolve("a name with spaces", [&](net::Resolver::Answer found) { answer = std::move(found); });
  ASSERT_TRUE(run_until(loop, [&] { return answer.has_value(); }));
  ASSERT_FALSE(*answer);
  EXPECT_NE(answer->error(), "");
}

TEST(Resolver, may_be_destroyed_while_it_asks) {
  net::Loop loop;
  auto resolver = std::make_unique<net::Resolver>(loop);
  resolver->resolve("localhost", [](net::Resolver::Answer) { FAIL(); });
  resolver.reset();
  loop.run_one_batch(10ms);
}

TEST(Timer, calls_the_last_plan_only_and_may_be_destroyed_in_the_call) {
  net::Loop loop;
  auto timer = std::make_unique<net::Timer>(loop);
  int calls = 0;
  timer->start_after(0s, [&] { FAIL(); });
  timer->start_after(1ms, [&] {
    ++calls;
    timer.reset();
  });
  EXPECT_TRUE(run_until(loop, [&] { return timer == nullptr; }));
  EXPECT_EQ(calls, 1);
}

TEST(Timer, calls_come_in_the_order_in_which_they_are_due) {
  net::Loop loop;
  net::Timer early{loop};
  net::Timer late{loop};
  std::string order;
  late.start_after(2ms, [&] { order += "late"; });
  early.start_after(1ms, [&] { order += "early "; });
  EXPECT_TRUE(run_until(loop, [&] { return order == "early late"; }));
}

TEST(Timer, one_that_is_stopped_or_destroyed_by_another_is_not_called) {
  net::Loop loop;
  net::Timer first{loop};
  net::Timer stopped{loop};
  auto destroyed = std::make_unique<net::Timer>(loop);
  net::Timer last{loop};
  bool done = false;
  const TimePoint past = Clock::now() - 1s;
  first.start_at(past, [&] {
    stopped.stop();
    destroyed.reset();
  });
  stopped.start_at(past + 1ms, [&] { FAIL(); });
  destroyed->start_at(past + 2ms, [&] { FAIL(); });
  last.start_at(past + 3ms, [&] { done = true; });
  EXPECT_TRUE(run_until(loop, [&] { return done; }));
}

TEST(Timer, one_that_is_always_due_leaves_turns_to_the_sockets) {
  net::Loop loop;
  UdpRecord record;
  auto socket = net::UdpSocket::open(loop, Kind::box_facing, kAnyPort, record).value();
  const Peer peer = Peer::udp(kAnyPort);
  net::Timer timer{loop};
  std::function<void()> again = [&] { timer.start_at(Clock::now() - 1s, again); };
  again();
  peer.send_to(socket->local(), "one");
  EXPECT_TRUE(run_until(loop, [&] { return record.datagrams.size() == 1; }));
}

TEST(Timer, that_is_never_due_waits_and_can_be_planned_anew) {
  net::Loop loop;
  net::Timer timer{loop};
  bool done = false;
  timer.start_at(kNever, [&] { FAIL(); });
  EXPECT_FALSE(loop.run_one_batch(0ms));
  timer.start_after(0s, [&] { done = true; });
  EXPECT_TRUE(run_until(loop, [&] { return done; }));
}

TEST(Loop, calls_for_each_signal_outside_of_the_handler) {
  net::Loop loop;
  std::vector<int> signals;
  loop.on_signal({SIGUSR1, SIGUSR2}, [&](int number) { signals.push_back(number); });
  ::raise(SIGUSR2);
  ::raise(SIGUSR1);
  EXPECT_TRUE(signals.empty());
  EXPECT_TRUE(run_until(loop, [&] { return signals.size() == 2; }));
  EXPECT_EQ(signals, (std::vector<int>{SIGUSR2, SIGUSR1}));
}

TEST(Loop, one_that_is_woken_by_a_call_gets_its_turn_once) {
  struct Woken : net::Watched {
    void on_ready(std::uint32_t events) override {
      EXPECT_EQ(events, 0U);
      ++calls;
    }
    int calls = 0;
  } woken;
  net::Loop loop;
  loop.wake(woken);
  EXPECT_EQ(woken.calls, 0);
  EXPECT_TRUE(loop.run_one_batch(0ms));
  EXPECT_FALSE(loop.run_one_batch(0ms));
  EXPECT_EQ(woken.calls, 1);
}

TEST(LocalAddress, towards_the_loopback_is_on_the_loopback) {
  EXPECT_EQ(net::local_address_towards(address("127.0.0.1:5060")).value(), IpAddress::v4(127, 0, 0, 1));
}

}  // namespace
}  // namespace fapfon::test
