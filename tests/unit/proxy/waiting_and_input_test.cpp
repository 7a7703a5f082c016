// SPDX-License-Identifier: GPL-2.0-or-later
// What the core holds for somebody else, and for how long (L8, L9), and calls on flows that are new (L4, H7).
#include "unit/proxy/core.hpp"

namespace fapfon::proxy {
namespace {

class Holding : public Core {
 protected:
  FlowId registers(FlowId phone, const std::string& request) {
    receive(phone, request);
    const FlowId box_flow = went_to();
    receive(box_flow, granted(last()));
    return box_flow;
  }
};

TEST_F(Holding, L9_the_oldest_unfinished_message_of_the_source_with_most_gives_way) {
  const std::string part =
      "OPTIONS sip:x SIP/2.0\r\nContent-Length: 60000\r\n\r\n" + std::string(50'000, 'x');
  const FlowId other = tcp();
  receive(other, part);
  std::vector<FlowId> greedy;
  for (std::uint16_t port = 1; port <= 400; ++port) {
    greedy.push_back(tcp({kStranger.ip, port}));
    receive(greedy.back(), part);
  }
  EXPECT_TRUE(was_closed(greedy.front()));
  EXPECT_FALSE(was_closed(greedy.back()));
  EXPECT_FALSE(was_closed(other));
  EXPECT_EQ(closings.back().reason, CloseReason::gave_way);
}

TEST_F(Holding, L9_the_bound_is_free_again_when_a_connection_ends) {
  const std::string part =
      "OPTIONS sip:x SIP/2.0\r\nContent-Length: 60000\r\n\r\n" + std::string(50'000, 'x');
  for (int round = 0; round < 2'000; ++round) {
    const FlowId flow = tcp(kStranger);
    receive(flow, part);
    ASSERT_FALSE(was_closed(flow));
    closed(flow);
  }
}

TEST_F(Holding, H1_more_contacts_than_a_line_remembers_are_all_mapped) {
  std::string request = register_request();
  for (int i = 0; i < 12; ++i) {
    request = with(request, "Expires: 900\r\n",
                   "Contact: <sip:anna@10.81.179.54:61211;n=" + std::to_string(i) + ">\r\nExpires: 900\r\n");
  }
  receive(udp(), request);
  EXPECT_EQ(count_of(last(), "10.81.179.54"), 0U);
}

TEST_F(Holding, L4_a_request_in_a_call_finds_its_line_on_a_flow_that_is_new) {
  const FlowId box_flow = registers(udp(), register_request());
  const std::string uri = "sip:anna@172.30.10.2:" + std::to_string(proxy.flow(box_flow)->local.port);
  receive(box_flow, invite_from_box(uri + ";ob"));
  // The phone answers, moves, and hangs up from its new address before it has registered there.
  std::string bye = with(request_from_phone("BYE"), "From: <sip:anna@fritz.box>", "From: <" + uri + ">");
  bye = with(with(bye, "call-phone", "call-box"), "To: <sip:**610@fritz.box>",
             "To: <sip:**610@fritz.box>;tag=box");
  receive(udp({IpAddress::v4(172, 20, 11, 99), 5062}), bye);
  EXPECT_EQ(went_to(), box_flow);
  EXPECT_EQ(proxy.counts().lines, 1U);
}

TEST_F(Holding, L4_by_udp_and_tcp_at_once_a_call_stays_with_its_flow) {
  const FlowId by_udp = udp();
  const FlowId box_udp = registers(by_udp, register_request());
  receive(by_udp, request_from_phone("INVITE"));
  receive(box_udp, response_to(last(), "200 OK"));
  const FlowId by_tcp = tcp({kPhone.ip, 50000});
  std::string request = with(register_request("TCP", "anna", "z9hG4bK-tcp"), ";ob>", ";transport=tcp;ob>");
  receive(by_tcp, request);
  const std::string udp_contact =
      "Contact: <sip:anna@172.30.10.2:" + std::to_string(proxy.flow(box_udp)->local.port) +
      ";ob>;expires=900\r\n";
  receive(went_to(),
          response_to(last(), "200 OK", udp_contact + header_of(last(), "Contact") + "Expires: 900\r\n"));
  EXPECT_EQ(note_count(Note::Kind::line_taken_over), 0U);
  const std::string uri = "sip:anna@172.30.10.2:" + std::to_string(proxy.flow(box_udp)->local.port) + ";ob";
  std::string bye = with(with(invite_from_box(uri), "INVITE", "BYE"), "7 INVITE", "8 BYE");
  bye = with(with(bye, "call-box", "call-phone"), "To: <" + uri + ">", "To: <" + uri + ">;tag=1");
  receive(box_udp, bye);
  EXPECT_EQ(went_to(), by_udp);
}

}  // namespace
}  // namespace fapfon::proxy
