// SPDX-License-Identifier: GPL-2.0-or-later
// From bytes to messages (F1, F2, F3, F8, L9): what each kind of input on each transport becomes.
#include "sip/keep_alive.hpp"
#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

class Receiving : public Core {
 protected:
  static Config telling() {
    Config config;
    config.tells_passed = true;
    return config;
  }
  explicit Receiving(const Config& config = {}) : Core(config) {}
  static std::string options(const std::string& branch = "z9hG4bK-o") {
    return request_from_phone("OPTIONS", "TCP", branch);
  }
  static std::string stun_request() {
    return {
        "\x00\x01\x00\x00\x21\x12\xa4\x42"
        "abcdefghijkl",
        20};
  }
};

// --- Datagrams -------------------------------------------------------------------------------------------

TEST_F(Receiving, F2_keep_alives_by_udp_are_taken_and_not_answered) {
  const FlowId phone = udp();
  for (const char* bytes : {"\r\n", "\r\n\r\n", ""}) receive(phone, bytes);
  receive(phone, std::string(1, '\0'));
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(note_count(Note::Kind::message_dropped), 0U);
}

TEST_F(Receiving, F2_stun_by_udp_is_answered_with_the_observed_address) {
  const FlowId phone = udp();
  receive(phone, stun_request());
  ASSERT_EQ(went_to(), phone);
  std::string expected;
  sip::append_stun_response(stun_request(), kPhone, expected);
  EXPECT_EQ(last(), expected);
}

TEST_F(Receiving, F1_a_datagram_is_one_message_and_what_follows_its_length_is_dropped) {
  receive(udp(), register_request() + register_request("UDP", "bert"));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_FALSE(holds(last(), "bert"));
}

TEST_F(Receiving, F2_line_ends_before_the_message_of_a_datagram_are_left_out) {
  const FlowId phone = udp();
  receive(phone, register_request());
  const std::string plain = last();
  receive(phone, "\r\n\r\n" + register_request());
  EXPECT_EQ(last(), plain);
}

TEST_F(Receiving, F8_what_is_not_sip_is_dropped_with_a_note) {
  receive(udp(), "GET / HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(note_count(Note::Kind::message_dropped), 1U);
}

TEST_F(Receiving, L6_a_datagram_of_the_box_shows_that_it_is_there) {
  const FlowId phone = udp();
  receive(phone, register_request());
  const FlowId box = went_to();
  unreachable(box, "");
  receive(phone, register_request("UDP", "anna", "z9hG4bK-2"));
  EXPECT_EQ(went_to(), phone) << "503";
  receive(box, "\r\n");
  receive(phone, register_request("UDP", "anna", "z9hG4bK-3"));
  EXPECT_EQ(went_to(), box);
}

// --- Streams ---------------------------------------------------------------------------------------------

TEST_F(Receiving, F2_a_message_by_tcp_may_come_in_any_pieces) {
  const std::string whole = register_request("TCP");
  for (const std::size_t cut : {std::size_t{1}, std::size_t{17}, whole.size() - 2, whole.size() - 1}) {
    const FlowId phone = tcp({kPhone.ip, static_cast<std::uint16_t>(50000 + cut)});
    receive(phone, whole.substr(0, cut));
    EXPECT_TRUE(sent.empty()) << cut;
    receive(phone, whole.substr(cut));
    EXPECT_EQ(count_of(last(), "REGISTER sip:"), 1U) << cut;
  }
}

TEST_F(Receiving, F2_several_messages_and_half_of_another_in_one_read) {
  const FlowId phone = tcp();
  const std::string third = options("z9hG4bK-3");
  receive(phone, register_request("TCP") + options("z9hG4bK-2") + third.substr(0, 100));
  EXPECT_EQ(sent.size(), 2U);
  receive(phone, third.substr(100));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_TRUE(holds(last(), "z9hG4bK-3"));
}

TEST_F(Receiving, F2_a_ping_by_tcp_gets_its_pong_also_between_messages_and_in_halves) {
  const FlowId phone = tcp();
  receive(phone, "\r\n\r\n");
  EXPECT_EQ(last_on(phone), "\r\n");
  receive(phone, "\r\n");
  EXPECT_EQ(last_on(phone), "");
  receive(phone, "\r\n");
  EXPECT_EQ(last_on(phone), "\r\n");
  receive(phone, register_request("TCP") + "\r\n\r\n");
  EXPECT_EQ(last_on(phone), "\r\n");
  EXPECT_EQ(sent.size(), 2U);
}

TEST_F(Receiving, F8_after_a_message_that_cannot_be_read_the_stream_goes_on) {
  const FlowId phone = tcp();
  receive(phone, with(register_request("TCP"), "CSeq: 1 REGISTER", "CSeq: x") + options());
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].flow, phone);
  EXPECT_TRUE(holds(sent[0].bytes, "SIP/2.0 400 "));
  EXPECT_TRUE(holds(sent[1].bytes, "OPTIONS sip:"));
  EXPECT_FALSE(was_closed(phone));
}

TEST_F(Receiving, F3_where_the_next_message_starts_is_unknown_the_connection_ends_after_the_answer) {
  const FlowId phone = tcp();
  receive(phone, with(register_request("TCP"), "Content-Length: 0\r\n", "") + options());
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_TRUE(holds(last_on(phone), "SIP/2.0 400 "));
  ASSERT_EQ(closings.size(), 1U);
  EXPECT_EQ(closings.front().reason, CloseReason::framing_lost);
  EXPECT_FALSE(proxy.flow(phone));
}

TEST_F(Receiving, L9_the_clock_of_an_unfinished_message_starts_with_its_first_byte) {
  const FlowId phone = tcp();
  receive(phone, register_request("TCP"));
  receive(went_to(), granted(last()));
  pass(100s);
  receive(phone, "OPTIONS");
  pass(29s);
  receive(phone, " sip:");
  EXPECT_FALSE(was_closed(phone));
  pass(1s);
  ASSERT_TRUE(was_closed(phone));
  EXPECT_EQ(closings.back().reason, CloseReason::unfinished);
}

TEST_F(Receiving, L9_a_message_that_is_complete_stops_the_clock) {
  const FlowId phone = tcp();
  receive(phone, register_request("TCP"));
  const std::string next = options();
  receive(phone, next.substr(0, 20));
  pass(20s);
  receive(phone, next.substr(20) + next.substr(0, 20));
  pass(20s);
  EXPECT_FALSE(was_closed(phone)) << "the second one has its own 30 s";
  pass(10s);
  EXPECT_TRUE(was_closed(phone));
}

TEST_F(Receiving, bytes_of_a_flow_that_is_gone_go_nowhere) {
  const FlowId phone = tcp();
  closed(phone);
  receive(phone, register_request("TCP"));
  EXPECT_TRUE(sent.empty());
}

// --- Passed ----------------------------------------------------------------------------------------------

class Telling : public Receiving {
 protected:
  Telling() : Receiving(telling()) {}
  struct Told {
    Passed passed;
    std::string came;
    std::string left;
  };
  /// What is told of these bytes.
  std::vector<Told> told(FlowId flow, const std::string& bytes) {
    proxy.receive(flow, bytes, now, actions);
    std::vector<Told> all;
    for (const Action& action : actions.list()) {
      if (const auto* passed = std::get_if<Passed>(&action))
        all.push_back(
            {*passed, std::string(actions.bytes(passed->came)), std::string(actions.bytes(passed->left))});
    }
    sent.clear();
    take();
    return all;
  }
};

TEST_F(Telling, a_message_that_passes_is_told_as_it_came_and_as_it_left) {
  const FlowId phone = udp();
  const auto all = told(phone, "\r\n" + register_request());
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].came, "\r\n" + register_request()) << "all that the datagram held";
  EXPECT_EQ(all[0].left, last());
  EXPECT_EQ(all[0].passed.from, phone);
  EXPECT_EQ(all[0].passed.to, went_to());
  EXPECT_EQ(all[0].passed.came_by.remote, kPhone);
  EXPECT_EQ(all[0].passed.came_by.local, kProxy);
  EXPECT_EQ(all[0].passed.line, proxy.flow(went_to())->line);
}

TEST_F(Telling, a_message_of_a_stream_is_told_without_its_neighbours) {
  const auto all = told(tcp(), register_request("TCP") + options());
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].came, register_request("TCP"));
  EXPECT_EQ(all[1].came, options());
}

TEST_F(Telling, what_we_answer_ourselves_is_told_with_the_answer_and_what_is_dropped_with_nothing) {
  const FlowId phone = udp();
  const auto refused = told(phone, with(register_request(), "CSeq: 1 REGISTER", "CSeq: x"));
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0].passed.to, phone);
  EXPECT_EQ(refused[0].left, last());
  const auto dropped = told(phone, response_to(register_request(), "200 OK"));
  ASSERT_EQ(dropped.size(), 1U);
  EXPECT_FALSE(dropped[0].passed.to);
  EXPECT_EQ(dropped[0].left, "");
}

TEST_F(Telling, keep_alives_are_not_messages) {
  EXPECT_TRUE(told(udp(), "\r\n\r\n").empty());
  EXPECT_TRUE(told(udp(), stun_request()).empty());
  EXPECT_TRUE(told(tcp(), "\r\n\r\n").empty());
}

}  // namespace
}  // namespace fapfon::proxy
