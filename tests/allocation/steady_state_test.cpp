// SPDX-License-Identifier: GPL-2.0-or-later
// DESIGN section 4: a message in steady state allocates nothing.
#include "allocation/counter.hpp"
#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

class SteadyState : public Core {
 protected:
  /// How often the heap is asked while `bytes` goes through.
  std::size_t allocations_for(FlowId flow, const std::string& bytes) {
    actions.clear();
    const std::size_t before = allocation::count();
    proxy.receive(flow, bytes, now, actions);
    return allocation::count() - before;
  }
  /// What the last message was sent as; `target` is where to.
  std::string sent_bytes() {
    std::string bytes;
    for (const Action& action : actions.list()) {
      if (const auto* send = std::get_if<Send>(&action)) {
        bytes = actions.bytes(send->bytes);
        target = send->flow;
      }
    }
    EXPECT_FALSE(bytes.empty());
    return bytes;
  }
  static std::string branch(int round) { return "z9hG4bK-" + std::to_string(100'000 + round); }

  void SetUp() override {
    phone = udp();
    receive(phone, register_request());
    box_flow = went_to();
    contact = value_of(last(), "Contact");
    contact = contact.substr(1, contact.find('>') - 1);
    receive(box_flow, granted(last()));
  }

  /// Runs `exchange(round)`, which returns its allocations, to warm up and then to count.
  template <typename Exchange>
  std::size_t in_steady_state(Exchange&& exchange) {
    constexpr int kWarmUpRounds = 300;
    constexpr int kRounds = 1'000;
    for (int round = 0; round < kWarmUpRounds; ++round) exchange(round);
    std::size_t total = 0;
    for (int round = kWarmUpRounds; round < kWarmUpRounds + kRounds; ++round) total += exchange(round);
    return total;
  }

  FlowId phone;
  FlowId box_flow;
  FlowId target;
  std::string contact;
};

TEST_F(SteadyState, a_register_and_its_200_allocate_nothing) {
  const auto exchange = [&](int round) {
    std::size_t count = allocations_for(phone, register_request("UDP", "anna", branch(round)));
    count += allocations_for(box_flow, granted(sent_bytes()));
    EXPECT_TRUE(holds(sent_bytes(), "10.81.179.54:61211"));
    return count;
  };
  EXPECT_EQ(in_steady_state(exchange), 0U);
}

TEST_F(SteadyState, options_of_both_sides_and_their_200_allocate_nothing) {
  const auto exchange = [&](int round) {
    std::size_t count = allocations_for(phone, request_from_phone("OPTIONS", "UDP", branch(round)));
    count += allocations_for(box_flow, response_to(sent_bytes(), "200 OK"));
    const std::string invite = invite_from_box(contact, "z9hG4bK-b" + branch(round));
    count += allocations_for(box_flow, with(with(invite, "INVITE", "OPTIONS"), "7 INVITE", "7 OPTIONS"));
    count += allocations_for(phone, response_to(sent_bytes(), "200 OK"));
    return count;
  };
  EXPECT_EQ(in_steady_state(exchange), 0U);
}

TEST_F(SteadyState, a_re_invite_with_sdp_its_200_and_ack_allocate_nothing) {
  const auto in_dialog = [](const std::string& request) {
    return with(request, "To: <sip:**610@fritz.box>", "To: <sip:**610@fritz.box>;tag=box");
  };
  const auto exchange = [&](int round) {
    now += 40s;
    actions.clear();
    proxy.expire(now, actions);
    const std::string invite = in_dialog(request_from_phone("INVITE", "UDP", branch(round)));
    std::size_t count = allocations_for(phone, with_body(invite, "application/sdp", session()));
    const std::string at_box = sent_bytes();
    EXPECT_TRUE(holds(at_box, "c=IN IP4 172.20.11.6\r\n"));
    const std::string ok = response_to(at_box, "200 OK", "Contact: <sip:1F2E@172.30.10.1>\r\n");
    count += allocations_for(box_flow, with_body(ok, "application/sdp", session("172.30.10.1")));
    count += allocations_for(phone, in_dialog(request_from_phone("ACK", "UDP", branch(round) + "a")));
    if (round % 7 == 0) {
      allocations_for(phone, register_request("UDP", "anna", branch(round)));
      allocations_for(box_flow, granted(sent_bytes()));
    }
    return count;
  };
  EXPECT_EQ(in_steady_state(exchange), 0U);
}

TEST_F(SteadyState, an_info_of_the_box_inside_a_dialog_and_its_200_allocate_nothing) {
  const auto exchange = [&](int round) {
    const std::string invite = invite_from_box(contact, "z9hG4bK-b" + branch(round));
    const std::string info = with(with(invite, "INVITE", "INFO"), "7 INVITE", "7 INFO");
    std::size_t count = allocations_for(box_flow, with(info, ">\r\nCall-ID", ">;tag=phone\r\nCall-ID"));
    count += allocations_for(phone, response_to(sent_bytes(), "200 OK"));
    return count;
  };
  EXPECT_EQ(in_steady_state(exchange), 0U);
}

TEST_F(SteadyState, keep_alives_allocate_nothing) {
  const auto exchange = [&](int) { return allocations_for(phone, "\r\n") + allocations_for(phone, ""); };
  EXPECT_EQ(in_steady_state(exchange), 0U);
}

TEST_F(SteadyState, whole_messages_on_tcp_allocate_nothing) {
  const FlowId connection = tcp();
  receive(connection, register_request("TCP", "bert"));
  const FlowId box_tcp = went_to();
  receive(box_tcp, granted(last()));
  const auto exchange = [&](int round) {
    std::size_t count = allocations_for(connection, register_request("TCP", "bert", branch(round)));
    count += allocations_for(box_tcp, granted(sent_bytes()));
    return count;
  };
  EXPECT_EQ(in_steady_state(exchange), 0U);
}

TEST_F(SteadyState, an_address_that_fills_its_text_allocates_nothing) {
  const FlowId flow = udp({IpAddress::v4(192, 168, 178, 200), 61211});
  receive(flow, register_request("UDP", "bert"));
  receive(went_to(), granted(last()));
  const auto exchange = [&](int round) {
    const std::string update =
        with(request_from_phone("UPDATE", "UDP", branch(round)), "anna@fritz.box", "bert@fritz.box");
    std::size_t count = allocations_for(flow, with_body(update, "application/sdp", session()));
    const std::string request = sent_bytes();
    EXPECT_TRUE(holds(request, "192.168.178.200"));
    const std::string ok =
        with_body(response_to(request, "200 OK"), "application/sdp", session("172.30.10.1"));
    count += allocations_for(target, with(ok, ";rport;", ";rport=43202;received=172.30.10.2;"));
    EXPECT_TRUE(holds(sent_bytes(), "received=192.168.178.200"));
    return count;
  };
  EXPECT_EQ(in_steady_state(exchange), 0U);
}

}  // namespace
}  // namespace fapfon::proxy
