// SPDX-License-Identifier: GPL-2.0-or-later
// From bytes to messages (SPEC F1, F2, F3, F8).
#include <algorithm>

#include "proxy/state.hpp"
#include "sip/keep_alive.hpp"

namespace fapfon::proxy {

void Proxy::State::receive_datagram(Flow& flow, ByteView datagram, TimePoint now, Actions& out) {
  // A datagram of the Box, whatever it is, shows that it is there again (L6).
  if (flow.side() == Side::box) {
    box_udp_down_until = {};
    box_udp_failures = 0;
  }
  if (sip::is_keep_alive(datagram)) return;
  if (sip::is_stun_binding_request(datagram)) {
    const std::size_t start = out.buffer().size();
    sip::append_stun_response(datagram, flow.remote, out.buffer());
    return out.send_from(flow.id, start);
  }
  dump(flow, datagram, out);
  datagram.remove_prefix(
      std::min(datagram.find_first_not_of("\r\n"), datagram.size()));  // RFC 3261 section 7.5
  const sip::ParseError error = view.parse_datagram(datagram);
  const Arrival arrival{flow, view, now, out};
  if (error != sip::ParseError::none) return refuse(arrival, error);
  forward(arrival);
}

void Proxy::State::receive_stream(Flow& flow, ByteView bytes, TimePoint now, Actions& out) {
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
  if (!flows.keep_input(*still, all_kept ? std::move(joined) : std::string(buffered))) {
    out.note(Note::Kind::limit_reached, id, {}, "bytes of unfinished messages");
    return close_flow(id, CloseReason::unfinished, now, out);
  }
  // L9: the clock of an unfinished message starts with its first byte.
  if (!still->framer.inside_message() || still->waits_for_message) return;
  still->waits_for_message = true;
  still->unfinished_since = now;
  arm(*still);
}

bool Proxy::State::take_frame(FlowId id, ByteView& buffered, TimePoint now, Actions& out) {
  using Kind = sip::StreamFramer::Kind;
  Flow* flow = flows.find(id);
  if (flow == nullptr) return false;
  const sip::StreamFramer::Step step = flow->framer.next(buffered, view);
  const Arrival arrival{*flow, view, now, out};
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
      flow->waits_for_message = false;
      dump(*flow, taken, out);
      forward(arrival);
      return true;
    case Kind::bad:
      flow->waits_for_message = false;
      dump(*flow, taken, out);
      refuse(arrival, step.error);
      return true;
    case Kind::lost:
      dump(*flow, taken, out);
      refuse(arrival, step.error);
      close_flow(id, CloseReason::framing_lost, now, out);
      return false;
  }
  return false;
}

void Proxy::State::dump(const Flow& flow, ByteView bytes, Actions& out) const {
  const bool wanted = flow.side() == Side::phone ? config.dump_phone : config.dump_box;
  if (!wanted) return;
  const std::size_t start = out.buffer().size();
  out.buffer().append(bytes);
  out.add(Dump{flow.id, {start, bytes.size()}});
}

}  // namespace fapfon::proxy
