// SPDX-License-Identifier: GPL-2.0-or-later
// From bytes to messages (SPEC F1, F2, F3, F8).
#include <string>
#include <utility>

#include "proxy/answer.hpp"
#include "proxy/parts.hpp"
#include "sip/keep_alive.hpp"

namespace fapfon::proxy {

void Proxy::Parts::receive_datagram(Flow& flow, ByteView datagram, TimePoint now, Actions& out) {
  if (flow.side() == Side::box) links.heard_by_udp();
  if (sip::is_keep_alive(datagram)) return;
  if (sip::is_stun_binding_request(datagram)) {
    const std::size_t start = out.buffer().size();
    sip::append_stun_response(datagram, flow.remote, out.buffer());
    return out.send_from(flow.id, start);
  }
  const sip::ParseError error = view.parse_datagram(sip::without_keep_alive(datagram));
  pass(flow, error, datagram, now, out);
}

bool Proxy::Parts::opens_flow(ByteView datagram) {
  if (sip::is_stun_binding_request(datagram)) return true;
  const sip::ParseError error = view.parse_datagram(sip::without_keep_alive(datagram));
  return error == sip::ParseError::none || is_answerable(view);
}

void Proxy::Parts::receive_stream(Flow& flow, ByteView bytes, TimePoint now, Actions& out) {
  const FlowId id = flow.id;
  // The usual case is whole messages: they are read where they arrived. Only what is unfinished is kept.
  const bool kept = !flow.input.empty();
  std::string joined;
  if (kept) {
    joined = std::move(flow.input);
    flow.input.clear();
    joined.append(bytes);
  }
  ByteView buffered = kept ? ByteView(joined) : bytes;
  while (take_frame(id, buffered, now, out)) {
  }
  Flow* still = flows.find(id);  // a message may have closed its own flow
  if (still == nullptr) return;
  const bool all_kept = kept && buffered.size() == joined.size();
  if (!gate.make_room_for_input(*still, buffered.size(), now, out))
    return lifetimes.close_flow(*still, CloseReason::unfinished, now, out);
  flows.keep_input(*still, all_kept ? std::move(joined) : std::string(buffered));
  // L9: the clock of an unfinished message starts with its first byte.
  if (!still->framer.inside_message() || still->waits_for_message) return;
  still->waits_for_message = true;
  still->unfinished_since = now;
  lifetimes.arm(*still);
}

bool Proxy::Parts::take_frame(FlowId id, ByteView& buffered, TimePoint now, Actions& out) {
  using Kind = sip::StreamFramer::Kind;
  Flow* flow = flows.find(id);
  if (flow == nullptr) return false;
  const sip::StreamFramer::Step step = flow->framer.next(buffered, view);
  const ByteView taken = buffered.substr(0, step.consumed);
  buffered.remove_prefix(step.consumed);
  switch (step.kind) {
    case Kind::need_more:
      return false;
    case Kind::skipped:
      return true;
    case Kind::ping:
      out.send(id, "\r\n");
      return true;
    case Kind::message:
    case Kind::bad:
      flow->waits_for_message = false;
      pass(*flow, step.error, taken, now, out);
      return true;
    case Kind::lost:
      pass(*flow, step.error, taken, now, out);
      lifetimes.close_flow(*flow, CloseReason::framing_lost, now, out);
      return false;
  }
  return false;
}

void Proxy::Parts::pass(Flow& flow, sip::ParseError error, ByteView came, TimePoint now, Actions& out) {
  const FlowId id = flow.id;
  if (error == sip::ParseError::none && hold_invite(id, came, now, out)) return;
  Flow* still = flows.find(id);
  if (still == nullptr) return;
  edits.start(view.whole());
  carry({*still, view, edits, now, out}, error, came);
}

bool Proxy::Parts::hold_invite(FlowId flow, ByteView came, TimePoint now, Actions& out) {
  const std::uint64_t call_hash = transactions.hash(view.call_id());
  // What follows an INVITE that waits must not overtake it.
  deliver(held_invites.take(call_hash), now, out);
  const bool begins_call = view.start().method == sip::Method::invite && !view.has_to_tag();
  if (!begins_call || now < situation.media_good_until) return false;
  if (!held_invites.hold(flow, call_hash, came, now)) return false;
  out.add(AskMedia{});
  return true;
}

void Proxy::Parts::deliver(const std::optional<HeldInvite>& invite, TimePoint now, Actions& out) {
  Flow* flow = invite ? flows.find(invite->flow) : nullptr;
  if (flow == nullptr) return;
  const sip::ParseError error = answer_view.parse_datagram(sip::without_keep_alive(invite->bytes));
  answer_edits.start(answer_view.whole());
  carry({*flow, answer_view, answer_edits, now, out}, error, invite->bytes);
}

void Proxy::Parts::carry(Passage passage, sip::ParseError error, ByteView came) {
  const Flow& flow = passage.flow;
  const Passed passed{flow.id, {flow.side(), flow.transport, flow.local, flow.remote}, {}, {}, {}, {}, {}};
  if (error != sip::ParseError::none) {
    passage.refuse(error);
  } else {
    passage.call_hash = transactions.hash(passage.message.call_id());
    forward(passage);
  }
  if (situation.config.tells_passed) tell_passed(passage, passed, came);
}

void Proxy::Parts::tell_passed(const Passage& passage, Passed passed, ByteView came) {
  std::string& buffer = passage.out.buffer();
  passed.came = {buffer.size(), came.size()};
  buffer.append(came);
  passed.to = passage.left_on;
  passed.line = passage.line_id;
  passed.call = passage.call_ref;
  passed.left = passage.left;
  passage.out.add(passed);
}

}  // namespace fapfon::proxy
