// SPDX-License-Identifier: GPL-2.0-or-later
// The inside of Proxy: the tables, and the steps that the story in proxy.cpp is told with. Where each step
// stands: phone_to_box.cpp and box_to_phone.cpp carry messages across, follow_call.cpp and media.cpp mind
// calls and their audio, box_link.cpp minds the connections to the Box, lifetimes.cpp ends what has to end.
#pragma once

#include <optional>

#include "base/edits.hpp"
#include "proxy/answer.hpp"
#include "proxy/deadlines.hpp"
#include "proxy/flow_table.hpp"
#include "proxy/line_table.hpp"
#include "proxy/pending.hpp"
#include "proxy/proxy.hpp"
#include "proxy/recognise.hpp"
#include "relay/relay.hpp"
#include "rewrite/to_phone.hpp"
#include "sip/body_parts.hpp"

namespace fapfon::proxy {

/// A message on its way, and where it came from.
struct Arrival {
  Flow& flow;
  const sip::MessageView& message;
  TimePoint now;
  Actions& out;
};

struct Proxy::State {
  explicit State(const Config& given)
      : config(given), flows(config.limits), lines(config.limits), media_mode(given.media) {}

  // --- receive.cpp: from bytes to messages
  void receive_datagram(Flow& flow, ByteView datagram, TimePoint now, Actions& out);
  void receive_stream(Flow& flow, ByteView bytes, TimePoint now, Actions& out);
  /// One step of a stream; false when the flow is gone or nothing more can be read now.
  bool take_frame(FlowId id, ByteView& buffered, TimePoint now, Actions& out);
  void dump(const Flow& flow, ByteView bytes, Actions& out) const;

  // --- forward.cpp: from one side to the other
  void forward(const Arrival& arrival);
  void request_to_box(const Arrival& arrival);
  void response_to_box(const Arrival& arrival);
  void request_to_phone(const Arrival& arrival);
  void response_to_phone(const Arrival& arrival);
  void refuse(const Arrival& arrival, sip::ParseError error);
  void answer(const Arrival& arrival, int status);

  /// L1, L3: the line of a phone's request, opened when there is none; null over a limit (L9).
  Line* line_for(const Arrival& arrival);
  Line* open_line(const Arrival& arrival);
  rewrite::AddressMap address_map(const Line& line, const Flow& phone) const;
  void send_edited(FlowId flow, Actions& out) const;
  /// Remembers where the response to a request has to go; null for an ACK, which has none.
  std::size_t pending_limit(const Line& line, const Flow& phone) const;
  Pending* remember(const TransactionKey& key, const Arrival& arrival, Line& line);
  void remember_phone_request(const Arrival& arrival, Line& line, bool rport_added, ByteView sent_by);
  /// Between IPv4 and IPv6: the phone is given an address of ours for the Box's Contact.
  void keep_remote_target(const sip::MessageView& message, Line& line, const rewrite::AddressMap& map);
  /// L8, L4: keeps a new INVITE of the Box until the phone answers; forgets it on CANCEL.
  void keep_waiting_call(const Arrival& arrival, Line& line, const Flow* phone);
  /// Sends the waiting INVITE to the flow that serves the line since now.
  void deliver_waiting_call(Line& line, TimePoint now, Actions& out);
  /// L4, L8: the flow that a request of the Box goes to; null when the phone is not there.
  Flow* target_of(const Line& line, const sip::MessageView& request);
  void confirm(const Arrival& arrival, Line& line, const Pending& pending, Flow& phone);
  void settle(const TransactionKey& key, const Arrival& arrival, Line* line);

  // --- follow_call.cpp: from INVITE to BYE
  /// `phone` is the flow of the phone that the message comes from or goes to; `initial`: the request that
  /// this is, or that this answers, opens a dialog.
  void follow_call(const Arrival& arrival, Line& line, const Flow& phone, bool initial);
  void begin_call(const Arrival& arrival, Line& line, const Flow& phone, bool initial);
  void follow_answer(const Arrival& arrival, Line& line, Call& call, const Flow& phone, bool initial);
  void accept_call(const Arrival& arrival, Line& line, Call& call, const Flow& phone);
  void fail_call(const Arrival& arrival, Line& line, Call& call, const Flow& phone);
  void refuse_offer(const Arrival& arrival, const Line& line, const Call& call, const Flow& phone);
  void end_call(Line& line, const Call& call, ByteView call_id, Actions& out);
  void end_calls(Line& line, Actions& out);
  /// M2: those that neither signalling nor media has kept alive.
  void end_silent_calls(Line& line, TimePoint now, Actions& out);
  TimePoint call_deadline(const Call& call) const;
  /// When the line was last used by a message or by relayed audio.
  TimePoint last_used(const Line& line) const;

  // --- media.cpp: where audio goes (SPEC sections 4 and 7)
  /// S1 to S4 for a message on its way, and the lengths that follow. False: there are no ports for its audio,
  /// and it must not go on (M2).
  bool carry_media(const Arrival& arrival, Line& line, Flow& phone, const rewrite::AddressMap& map);
  bool relay_media(const Arrival& arrival, const Line& line, const Call& call, const relay::Places& places,
                   const sip::BodyParts& parts);
  bool relay_without_session(const Arrival& arrival, const Call& call, const relay::Places& places);
  /// Answers 503 to the request, whose call ends when it has only begun with it.
  void refuse_media(const Arrival& arrival, Line& line);
  /// L3: whether who sends on this flow is who the call is with. Others may only ask the Box for it.
  bool speaks_for(const Line& line, const Call& call, const Flow& phone) const;
  /// What somebody else has said of its media holds, for the Box has accepted it.
  void accept_proposal(const Arrival& arrival, const Call& call);
  relay::Places places_of(const Line& line, const Call& call, const Flow& phone) const;
  void open_media(const Line& line, Call& call, const Flow& phone);
  /// L4: the audio of each call comes from where the phone speaks now.
  void move_media(const Line& line, TimePoint now);
  /// A re-INVITE or UPDATE has been refused: where audio goes is as before.
  void withdraw_offer(const Arrival& refusal, const Call& call);
  void release_media_ports(Actions& out);
  void add_media_home(const IpAddress& local);
  bool may_have_to_relay() const;
  bool relays(const Line& line, const Flow& phone) const;

  // --- box_link.cpp: the way to the Box
  /// L6: makes sure that what is sent on the line's Box flow now can leave. False: answer 503.
  bool reach_box(Line& line, Transport transport, TimePoint now, Actions& out);
  void dial(Line& line, Actions& out);
  void link_connected(Line& line, TimePoint now, Actions& out);
  void link_failed(Line& line, ByteView cause, TimePoint now, Actions& out);
  void link_closed(Line& line, TimePoint now, Actions& out);
  void box_udp_failed(Line& line, ByteView cause, TimePoint now, Actions& out);
  /// Requests that could not be delivered get 503, as if the Box had sent it.
  void answer_undelivered(Flow& flow, ByteView unsent, TimePoint now, Actions& out);
  bool is_registered_on_tcp(const Line& line) const;

  // --- lifetimes.cpp: what ends when
  void arm(Line& line);
  void arm(Flow& flow);
  void expire_line(const Deadlines<LineId>::Due& due, TimePoint now, Actions& out);
  void expire_flow(const Deadlines<FlowId>::Due& due, TimePoint now, Actions& out);
  void sweep_pending(TimePoint now);
  /// L5: keeps the box-facing address for the phone, or releases it when it was never registered.
  void end_line(Line& line, TimePoint now, Actions& out);
  void release_line(Line& line, TimePoint now, Actions& out);
  void close_link(Line& line, TimePoint now, Actions& out);
  void close_flow(FlowId id, CloseReason reason, TimePoint now, Actions& out);
  void forget_flow(const Flow& flow);
  /// Starts or stops keep-alives (L7): of one flow, and of those that a line's Contacts name or have named.
  void update_keep_alive(Flow& flow, TimePoint now);
  void update_keep_alive(const ContactFlows& contact_flows, TimePoint now);
  bool is_needed(const Flow& flow);
  TimePoint line_deadline(const Line& line) const;

  const Config config;
  std::optional<SocketAddress> box;
  FlowTable flows;
  LineTable lines;
  PendingTable pending;
  relay::Relay relay;
  std::vector<IpAddress> media_homes;
  Deadlines<FlowId> flow_deadlines;
  Deadlines<LineId> line_deadlines;
  TimePoint next_sweep = kNever;
  TimePoint box_udp_down_until{};  ///< L6, after an ICMP error
  unsigned box_udp_failures = 0;
  std::uint64_t contact_order = 0;
  MediaMode media_mode;

  // Reused from message to message, so that nothing is allocated:
  sip::MessageView view;
  sip::MessageView answer_view;
  Edits edits;
  Identity identity;
};

}  // namespace fapfon::proxy
