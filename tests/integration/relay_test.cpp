// SPDX-License-Identifier: GPL-2.0-or-later
// The real program between sockets that play phone and Box on the loopback: that bytes travel, from which
// addresses, and that nobody can hold up anybody else. What the messages say is tested without sockets.
#include <stdexcept>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "integration/child.hpp"
#include "integration/peer.hpp"

namespace fapfon::test {
namespace {

const SocketAddress kAnyPort{IpAddress::v4(127, 0, 0, 1), 0};

/// The Box's UDP and TCP sockets on one port, and the program before it.
class Relay : public testing::Test {
 protected:
  void start(
      std::vector<std::string> options = {}, const std::function<void()>& before_exec = [] {}) {
    program.emplace(box_udp.local(), std::move(options), before_exec);
    if (!program->is_up) throw std::runtime_error(program->complained());
  }

  /// The Box answers one request that came by UDP.
  std::string serve_udp(const std::string& status = "200 OK") {
    const std::string request = box_udp.datagram();
    box_udp.send_to(box_udp.source(), answer_to(request, status));
    return request;
  }

  /// One registration by UDP there and back; true when the phone got its 200.
  bool round_trip(Peer& phone, const std::string& user, int cseq) {
    phone.send_to(program->sip, register_request(user, Transport::udp, cseq));
    serve_udp();
    return phone.datagram().rfind("SIP/2.0 200", 0) == 0;
  }

  Peer box_udp = Peer::udp(kAnyPort);
  std::optional<Program> program;
};

class RelayTcp : public Relay {
 protected:
  /// A phone that is registered by TCP, and the Box's end of its connection.
  std::pair<Peer, Peer> registered(const std::string& user) {
    Peer phone = Peer::connected(program->sip);
    phone.send(register_request(user, Transport::tcp));
    Peer box = std::move(box_tcp.accept().value());
    box.send(answer_to(box.message()));
    EXPECT_EQ(phone.message().rfind("SIP/2.0 200", 0), 0U);
    return {std::move(phone), std::move(box)};
  }

  Peer box_tcp = Peer::listening(box_udp.local());
};

TEST_F(Relay, udp_request_leaves_with_the_box_facing_contact_and_its_answer_comes_back) {
  start();
  Peer phone = Peer::udp(kAnyPort);
  phone.send_to(program->sip, register_request("alice", Transport::udp));
  const std::string request = serve_udp();
  EXPECT_EQ(header_line(request, "Contact"), "Contact: <sip:alice@" + box_udp.source().to_string() + ">");
  const std::string answer = phone.datagram();
  EXPECT_EQ(answer.rfind("SIP/2.0 200 OK", 0), 0U) << answer;
  EXPECT_NE(header_line(answer, "Contact").find("<sip:alice@10.81.179.54:61211>"), std::string::npos)
      << answer;
  EXPECT_EQ(phone.source(), program->sip);
}

TEST_F(Relay, box_facing_port_lies_below_the_ports_of_outgoing_connections) {
  start();
  Peer phone = Peer::udp(kAnyPort);
  phone.send_to(program->sip, register_request("alice", Transport::udp));
  box_udp.datagram();
  EXPECT_GE(box_udp.source().port, 20'000);
  EXPECT_LE(box_udp.source().port, 29'999);
}

TEST_F(Relay, answer_leaves_from_the_address_that_the_request_came_to) {
  start();
  for (const char* where : {"127.0.0.1", "127.0.0.2", "127.0.0.77"}) {
    const SocketAddress sip{IpAddress::parse(where).value(), program->sip.port};
    Peer phone = Peer::udp(kAnyPort);
    phone.send_to(sip, register_request("alice", Transport::udp));
    serve_udp();
    ASSERT_NE(phone.datagram(), "");
    EXPECT_EQ(phone.source(), sip);
  }
}

TEST_F(Relay, phone_on_ip6_reaches_a_box_on_ip4) {
  start();
  const SocketAddress sip{IpAddress::parse("::1").value(), program->sip.port};
  Peer phone = Peer::udp({sip.ip, 0});
  if (!phone.is_open()) GTEST_SKIP() << "no IPv6 here";
  phone.send_to(sip, register_request("alice", Transport::udp));
  serve_udp();
  EXPECT_EQ(phone.datagram().rfind("SIP/2.0 200 OK", 0), 0U);
  EXPECT_EQ(phone.source(), sip);
}

TEST_F(Relay, empty_datagram_and_keep_alives_end_nothing) {
  start();
  Peer phone = Peer::udp(kAnyPort);
  ASSERT_TRUE(round_trip(phone, "alice", 1));
  const SocketAddress line = box_udp.source();
  for (const ByteView keep_alive : {ByteView{}, ByteView{"\r\n\r\n"}, ByteView{"\0\0\0\0", 4}}) {
    phone.send_to(program->sip, keep_alive);
  }
  box_udp.send_to(line, "");
  EXPECT_TRUE(round_trip(phone, "alice", 2));
  EXPECT_EQ(box_udp.source(), line);
}

TEST_F(Relay, datagram_of_somebody_else_at_the_box_facing_port_is_not_passed_on) {
  start();
  Peer phone = Peer::udp(kAnyPort);
  phone.send_to(program->sip, register_request("alice", Transport::udp));
  const std::string request = box_udp.datagram();
  const Peer stranger = Peer::udp({IpAddress::v4(127, 0, 0, 9), 0});
  stranger.send_to(box_udp.source(), answer_to(request, "403 Forbidden"));
  box_udp.send_to(box_udp.source(), answer_to(request));
  EXPECT_EQ(phone.datagram().rfind("SIP/2.0 200", 0), 0U);
}

TEST_F(Relay, box_that_is_not_there_is_told_to_a_phone_on_udp_at_once) {
  start();
  box_udp.close();  // ICMP port unreachable from now on
  Peer phone = Peer::udp(kAnyPort);
  phone.send_to(program->sip, register_request("alice", Transport::udp));
  EXPECT_EQ(phone.datagram().rfind("SIP/2.0 503", 0), 0U);
}

TEST_F(Relay, box_that_refuses_tcp_is_told_to_the_phone_at_once) {
  start();  // nothing listens on the Box's TCP port
  Peer phone = Peer::connected(program->sip);
  phone.send(register_request("alice", Transport::tcp));
  EXPECT_EQ(phone.message().rfind("SIP/2.0 503", 0), 0U);
}

TEST_F(Relay, burst_of_many_phones_is_answered_completely) {
  constexpr int kPhones = 100;
  start();
  std::vector<Peer> phones;
  for (int i = 0; i < kPhones; ++i) {
    phones.push_back(Peer::udp(kAnyPort));
    phones.back().send_to(program->sip, register_request("user" + std::to_string(i), Transport::udp));
  }
  for (int i = 0; i < kPhones; ++i) serve_udp();
  for (Peer& phone : phones) EXPECT_EQ(phone.datagram().rfind("SIP/2.0 200", 0), 0U);
}

TEST_F(RelayTcp, request_and_answer_travel) {
  start();
  Peer phone = Peer::connected(program->sip);
  phone.send(register_request("alice", Transport::tcp));
  auto box = box_tcp.accept();
  ASSERT_TRUE(box);
  const std::string request = box->message();
  EXPECT_EQ(header_line(request, "Contact"), "Contact: <sip:alice@" + box->source().to_string() + ">");
  box->send(answer_to(request));
  EXPECT_EQ(phone.message().rfind("SIP/2.0 200", 0), 0U);
}

TEST_F(RelayTcp, two_messages_in_one_write_both_arrive) {
  start();
  auto [phone, box] = registered("alice");
  phone.send(register_request("alice", Transport::tcp, 2) + register_request("alice", Transport::tcp, 3));
  EXPECT_EQ(header_line(box.message(), "CSeq"), "CSeq: 2 REGISTER");
  EXPECT_EQ(header_line(box.message(), "CSeq"), "CSeq: 3 REGISTER");
}

TEST_F(RelayTcp, ping_is_answered) {
  start();
  Peer phone = Peer::connected(program->sip);
  phone.send("\r\n\r\n");
  ASSERT_TRUE(phone.read_some());
  EXPECT_EQ(phone.rest(), "\r\n");
}

TEST_F(RelayTcp, box_dials_the_box_facing_address_and_reaches_the_phone) {
  start();
  auto [phone, box] = registered("alice");
  const SocketAddress line = box.source();
  Peer other = Peer::dialling(line, kAnyPort);
  ASSERT_TRUE(other.wait(POLLOUT));
  other.send("OPTIONS sip:alice@" + line.to_string() +
             " SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKo\r\nFrom: <sip:b@127.0.0.1>;tag=1\r\n"
             "To: <sip:alice@127.0.0.1>\r\nCall-ID: o\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(phone.message().rfind("OPTIONS sip:alice@10.81.179.54:61211 ", 0), 0U);
}

TEST_F(RelayTcp, line_returns_from_the_same_port_after_a_reconnect) {
  start();
  SocketAddress line;
  for (int i = 0; i < 20; ++i) {
    auto [phone, box] = registered("alice");
    if (i == 0) line = box.source();
    EXPECT_EQ(box.source(), line);
    phone.close();
    // The phone's going does not end the line; the Box's going makes room for the next connection.
    box.reset();
  }
}

TEST_F(RelayTcp, error_answer_arrives_before_the_close) {
  start();
  Peer phone = Peer::connected(program->sip);
  std::string request = register_request("alice", Transport::tcp);
  request.replace(request.find("Content-Length: 0\r\n"), 19, "");
  phone.send(request + "bytes that nobody will read");
  EXPECT_TRUE(phone.wait_for_close());
  EXPECT_EQ(phone.rest().rfind("SIP/2.0 400", 0), 0U) << phone.rest();
}

TEST_F(RelayTcp, both_sides_closing_at_once_is_harmless) {
  start();
  for (int i = 0; i < 50; ++i) {
    auto [phone, box] = registered("user" + std::to_string(i % 5));
    if (i % 2 == 0) {
      phone.reset();
      box.reset();
    } else {
      box.close();
      phone.close();
    }
  }
  Peer phone = Peer::udp(kAnyPort);
  EXPECT_TRUE(round_trip(phone, "alice", 1));
}

TEST_F(Relay, hung_connect_to_the_box_delays_nobody_else) {
  // A listener whose queue is full answers no SYN: a connect() to it hangs for minutes.
  Peer full = Peer::listening(box_udp.local(), 0);
  std::vector<Peer> fill;
  for (int i = 0; i < 4; ++i) fill.push_back(Peer::dialling(full.local(), kAnyPort));
  start();
  Peer hung = Peer::connected(program->sip);
  hung.send(register_request("alice", Transport::tcp));
  Peer phone = Peer::udp(kAnyPort);
  for (int i = 1; i <= 20; ++i) EXPECT_TRUE(round_trip(phone, "bob", i));
  EXPECT_FALSE(hung.wait(POLLIN, 0ms)) << "the Box was reachable: the test does not test";
  EXPECT_EQ(hung.message().rfind("SIP/2.0 503", 0), 0U);
}

TEST_F(RelayTcp, phone_that_does_not_read_is_disconnected_and_others_do_not_wait) {
  start();
  auto [phone, box] = registered("alice");
  net::set_option(phone.fd(), SOL_SOCKET, SO_RCVBUF, 4096);
  const std::string line = box.source().to_string();
  const std::string body(60'000, 'x');
  bool told = false;
  Peer other = Peer::udp(kAnyPort);
  for (int i = 0; i < 250 && !told; ++i) {
    const std::string number = std::to_string(i);
    ASSERT_TRUE(box.send("MESSAGE sip:alice@" + line +
                         " SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKm" + number +
                         "\r\nFrom: <sip:b@127.0.0.1>;tag=1\r\nTo: <sip:alice@127.0.0.1>\r\nCall-ID: m" +
                         number + "\r\nCSeq: 1 MESSAGE\r\nContent-Length: 60000\r\n\r\n" + body));
    if (i % 10 == 0) {
      ASSERT_TRUE(round_trip(other, "bob", i + 1));
      told = program->complained().find("the reader is too slow") != std::string::npos;
    }
  }
  EXPECT_TRUE(told || program->wait_for("the reader is too slow"));
}

TEST_F(RelayTcp, running_out_of_descriptors_stops_accepting_for_a_while_only) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "UBSan opens a pipe to look at an object and takes it for broken when there is none";
#endif
  constexpr rlim_t kDescriptors = 60;
  start({"--max-flows=1000", "--max-lines=1000", "--max-flows-per-source=1000"}, [] {
    const rlimit limit{kDescriptors, kDescriptors};
    ::setrlimit(RLIMIT_NOFILE, &limit);
  });
  std::vector<Peer> phones;
  for (rlim_t i = 0; i < kDescriptors; ++i) phones.push_back(Peer::connected(program->sip));
  ASSERT_TRUE(program->wait_for("no new connections are accepted"));
  phones.clear();
  Peer phone = Peer::connected(program->sip);
  phone.send("\r\n\r\n");
  EXPECT_TRUE(phone.read_some());
}

TEST_F(RelayTcp, a_thousand_connections_leave_nothing_behind) {
  constexpr int kWarmUp = 200;
  constexpr int kCycles = 1'000;
  start({"--verbose=1"});  // or its lines would fill the pipe that nobody reads
  const auto cycle = [&] {
    Peer phone = Peer::connected(program->sip);
    phone.send("\r\n\r\n");
    ASSERT_TRUE(phone.read_some());
  };
  for (int i = 0; i < kWarmUp; ++i) cycle();
  Peer watch = Peer::udp(kAnyPort);
  ASSERT_TRUE(round_trip(watch, "alice", 1));
  const std::size_t descriptors = program->descriptor_count();
  const std::size_t kib = program->resident_kib();
  for (int i = 0; i < kCycles; ++i) cycle();
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (program->descriptor_count() > descriptors && std::chrono::steady_clock::now() < deadline) {
    ASSERT_TRUE(round_trip(watch, "alice", 2));
  }
  EXPECT_LE(program->descriptor_count(), descriptors);
#ifndef __SANITIZE_ADDRESS__  // which keeps freed memory
  constexpr std::size_t kNoiseKib = 256;
  EXPECT_LE(program->resident_kib(), kib + kNoiseKib);
#else
  static_cast<void>(kib);
#endif
}

TEST_F(Relay, dump_shows_a_message_as_it_arrived_and_as_it_left_without_its_secret) {
  start({"-D", "FON"});
  Peer phone = Peer::udp(kAnyPort);
  std::string request = register_request("alice", Transport::udp);
  request.insert(request.find("Expires:"),
                 "Authorization: Digest username=\"alice\", response=\"0123abcd\"\r\n");
  phone.send_to(program->sip, request);
  serve_udp();
  ASSERT_TRUE(program->wait_for("as it left"));
  ASSERT_TRUE(program->wait_for("Content-Length: 0\\r\\n\n\\r\\n\n\n---- proxy"));
  const std::string dump = program->printed();
  EXPECT_NE(
      dump.find("---- phone " + phone.local().to_string() + " -> proxy " + program->sip.to_string() + " UDP"),
      std::string::npos)
      << dump;
  EXPECT_NE(dump.find("Contact: <sip:alice@10.81.179.54:61211>\\r\\n"), std::string::npos);
  EXPECT_NE(dump.find("Contact: <sip:alice@" + box_udp.source().to_string() + ">\\r\\n"), std::string::npos);
  EXPECT_NE(dump.find("response=\"***\""), std::string::npos);
  EXPECT_EQ(dump.find("0123abcd"), std::string::npos);
}

}  // namespace
}  // namespace fapfon::test
