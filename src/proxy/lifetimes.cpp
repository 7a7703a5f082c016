// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/lifetimes.hpp"

#include <algorithm>

#include "proxy/timing.hpp"

namespace fapfon::proxy {

TimePoint Lifetimes::next_deadline() const {
  return std::min({flow_deadlines_.next(), line_deadlines_.next(), transactions_.next_sweep()});
}

void Lifetimes::expire(TimePoint now, Actions& out) {
  // The end of a line may make a flow due, and vice versa.
  while (std::min(flow_deadlines_.next(), line_deadlines_.next()) <= now) {
    while (const auto due = flow_deadlines_.take_due(now)) expire_flow(*due, now, out);
    while (const auto due = line_deadlines_.take_due(now)) expire_line(*due, now, out);
  }
  transactions_.sweep(now);
}

// --- Lines -------------------------------------------------------------------------------------------

TimePoint Lifetimes::line_deadline(const Line& line) const {
  TimePoint deadline =
      std::min(line.link == BoxLink::lost ? line.redial_at : kNever, dialogs_.deadline(line));
  if (!line.waiting_call.invite.empty()) deadline = std::min(deadline, line.waiting_call.until);
  const Duration idle = line.is_refused ? Duration(kRefusedIdle) : Duration(kUnregisteredIdle);
  const Duration patience = line.calls.empty() ? idle : Duration(kCallIdle);
  switch (line.state) {
    case LineState::registered:
      return std::min(deadline, registration_end(line));
    case LineState::reserved:
      return std::min(deadline, line.reserved_until);
    case LineState::unregistered:
      return std::min(deadline, std::max(line.last_used, dialogs_.last_packet(line)) + patience);
  }
  return deadline;
}

void Lifetimes::arm(Line& line) {
  line_deadlines_.arm(line.id, line.armed, line_deadline(line));
}

void Lifetimes::expire_line(const Deadlines<LineId>::Due& due, TimePoint now, Actions& out) {
  Line* line = lines_.find(due.id);
  if (line == nullptr || !due.is_for(line->armed)) return;
  if (line->link == BoxLink::lost && line->redial_at <= now) links_.dial(*line, out);
  if (line->waiting_call.until <= now) line->waiting_call = {};
  dialogs_.end_silent(*line, now, out);
  if (line_deadline(*line) > now) return arm(*line);
  switch (line->state) {
    case LineState::registered:
      return expire_registration(*line, now, out);
    case LineState::unregistered:
      return end_line(*line, now, out);
    case LineState::reserved:
      return release_line(*line, out);
  }
}

void Lifetimes::expire_registration(Line& line, TimePoint now, Actions& out) {
  out.note(Note::Kind::line_expired, {}, line.id, line.aor);
  out.changed(line.id);
  line.state = LineState::unregistered;
  for (Contact& contact : line.contacts) contact.registered = false;
  update_keep_alive(contact_flows(line), now);
  // The REGISTER that renews it may be under way. If it is not, the line ends when it has been idle.
  if (line.calls.empty() && !is_registering(line, now)) return end_line(line, now, out);
  arm(line);
}

void Lifetimes::end_if_over(Line& line, TimePoint now, Actions& out) {
  if (line.state != LineState::unregistered || !line.calls.empty() || is_registering(line, now)) return;
  // An INVITE that was refused waits for its ACK, which has to reach the Box.
  const bool is_refused = line.is_refused && transactions_.count_of(line.id) == 0;
  if (line.was_registered || is_refused) end_line(line, now, out);
}

/// L5: a REGISTER may be under way, or come again with a password.
bool Lifetimes::is_registering(const Line& line, TimePoint now) const {
  return transactions_.owes_answer(line.id) || (line.challenges > 0 && now < line.challenged_until);
}

void Lifetimes::end_line(Line& line, TimePoint now, Actions& out) {
  if (!line.was_registered) return release_line(line, out);
  links_.end(line, out);
  line.state = LineState::reserved;
  dialogs_.end_all(line, out);
  line.contacts.clear();
  line.dialog_contacts.clear();
  line.challenges = 0;
  line.serving = {};
  line.last_speaker = {};
  line.challenges = 0;
  line.challenged_until = {};
  line.reserved_until = now + kReservation;
  out.changed(line.id);
  arm(line);
  trim_reservations(out);
}

void Lifetimes::trim_reservations(Actions& out) {
  while (Line* oldest = lines_.surplus_reservation()) release_line(*oldest, out);
}

void Lifetimes::release_line(Line& line, Actions& out) {
  links_.end(line, out);
  const FlowId udp = line.box_udp;
  const FlowId tcp = line.box_tcp;
  dialogs_.end_all(line, out);
  out.changed(line.id);
  lines_.erase(line.id);
  flows_.erase(tcp);
  flows_.erase(udp);
  out.add(ReleaseBoxFacing{udp});
}

// --- Flows -------------------------------------------------------------------------------------------

void Lifetimes::arm(Flow& flow) {
  TimePoint deadline = flow.keep_alive_at;
  if (flow.transport == Transport::tcp) {
    deadline = connection_deadline(flow);
  } else if (flow.role == FlowRole::phone) {
    deadline = std::min(deadline, flow.last_heard + kFlowIdle);
  }
  flow_deadlines_.arm(flow.id, flow.armed, deadline);
}

void Lifetimes::expire_flow(const Deadlines<FlowId>::Due& due, TimePoint now, Actions& out) {
  Flow* flow = flows_.find(due.id);
  if (flow == nullptr || !due.is_for(flow->armed)) return;
  if (flow->transport == Transport::udp) return expire_datagrams(*flow, now, out);
  expire_connection(*flow, now, out);
}

TimePoint Lifetimes::connection_deadline(const Flow& flow) {
  const TimePoint unfinished =
      flow.waits_for_message ? flow.unfinished_since + kUnfinishedMessageTimeout : kNever;
  if (flow.role != FlowRole::phone || is_registered_on(flow)) return unfinished;
  const TimePoint idle = carries_call(flow) ? kNever : flow.last_heard + kGuestSilence;
  return std::min(unfinished, idle);
}

void Lifetimes::expire_connection(Flow& flow, TimePoint now, Actions& out) {
  if (flow.waits_for_message && flow.unfinished_since + kUnfinishedMessageTimeout <= now)
    return close_flow(flow, CloseReason::unfinished, now, out);
  review(flow);
  const TimePoint deadline = connection_deadline(flow);
  if (deadline <= now) return close_flow(flow, CloseReason::idle, now, out);
  // Nobody tells when the last call of a connection is over that serves nothing else.
  const bool is_phone = flow.role == FlowRole::phone && !is_registered_on(flow);
  flow_deadlines_.arm(flow.id, flow.armed, std::min(deadline, is_phone ? now + kGuestSilence : kNever));
}

bool Lifetimes::is_registered_on(const Flow& flow) {
  return std::ranges::any_of(flow.lines, [&](LineId id) {
    const Line* line = lines_.find(id);
    if (line == nullptr || line->state != LineState::registered) return false;
    return line->serving == flow.id || proxy::is_registered_on(*line, flow.id);
  });
}

void Lifetimes::review(Flow& flow) {
  if (flow.role == FlowRole::phone)
    flows_.set_accepted(flow, is_registered_on(flow) || carries_accepted(flow));
}

void Lifetimes::review_call(const Passage& passage) {
  if (passage.call == nullptr || !passage.call->is_accepted()) return;
  lines_.set_accepted(*passage.line);
  if (flows_.is_guest(passage.phone->id)) review(*passage.phone);
}

bool Lifetimes::carries_accepted(const Flow& flow) {
  return std::ranges::any_of(flow.lines, [&](LineId id) {
    const Line* line = lines_.find(id);
    return line != nullptr && dialogs_.has_accepted_call_on(*line, flow.id);
  });
}

bool Lifetimes::carries_call(const Flow& flow) {
  return std::ranges::any_of(flow.lines, [&](LineId id) {
    const Line* line = lines_.find(id);
    return line != nullptr && dialogs_.has_call_on(*line, flow.id);
  });
}

void Lifetimes::expire_datagrams(Flow& flow, TimePoint now, Actions& out) {
  if (flow.keep_alive_at <= now) {
    out.send(flow.id, "\r\n");
    flow.keep_alive_at = now + kKeepAliveInterval;
  }
  if (flow.last_heard + kFlowIdle > now) return arm(flow);
  review(flow);
  if (!is_needed(flow)) return close_flow(flow, CloseReason::idle, now, out);
  // Looked at again when its keep-alive is due, or as if it had been heard now.
  flow_deadlines_.arm(flow.id, flow.armed, std::min(flow.keep_alive_at, now + kFlowIdle));
}

bool Lifetimes::is_needed(const Flow& flow) {
  return std::ranges::any_of(flow.lines, [&](LineId id) {
    const Line* line = lines_.find(id);
    if (line == nullptr || line->state == LineState::reserved) return false;
    const bool speaks = line->state == LineState::unregistered && line->last_speaker == flow.id;
    return speaks || line->serving == flow.id || proxy::is_registered_on(*line, flow.id);
  });
}

void Lifetimes::update_keep_alive(Flow& flow, TimePoint now) {
  if (flow.role != FlowRole::phone) return;
  review(flow);
  if (flow.transport == Transport::tcp) return arm(flow);
  const bool serves = std::ranges::any_of(flow.lines, [&](LineId id) {
    const Line* line = lines_.find(id);
    return line != nullptr && line->state == LineState::registered && proxy::is_registered_on(*line, flow.id);
  });
  if (!serves) {
    flow.keep_alive_at = kNever;
  } else if (flow.keep_alive_at == kNever) {
    flow.keep_alive_at = now + kKeepAliveInterval;
  }
  arm(flow);
}

void Lifetimes::update_keep_alive(const ContactFlows& contact_flows, TimePoint now) {
  for (const FlowId id : contact_flows) {
    if (Flow* flow = flows_.find(id)) update_keep_alive(*flow, now);
  }
}

void Lifetimes::close_flow(Flow& flow, CloseReason reason, TimePoint now, Actions& out) {
  if (flow.role != FlowRole::box_tcp) return flows_.close(flow, reason, out);
  out.add(CloseFlow{flow.id, reason});
  Line* line = lines_.find(flow.line);
  if (line == nullptr) return;
  links_.closed(*line, now, out);
  arm(*line);
}

}  // namespace fapfon::proxy
