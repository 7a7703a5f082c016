// SPDX-License-Identifier: GPL-2.0-or-later
// What ends when (SPEC L5, L6, L7, L9). Every object has one deadline in a heap and is looked at when it is
// due; what it finds then decides.
#include <algorithm>
#include <utility>

#include "proxy/state.hpp"
#include "proxy/timing.hpp"

namespace fapfon::proxy {

// --- Lines -------------------------------------------------------------------------------------------

TimePoint Proxy::State::line_deadline(const Line& line) const {
  TimePoint deadline = line.link == BoxLink::lost ? line.redial_at : kNever;
  for (const Call& call : line.calls.all()) deadline = std::min(deadline, call_deadline(call));
  if (!line.waiting_call.invite.empty()) deadline = std::min(deadline, line.waiting_call.until);
  switch (line.state) {
    case LineState::registered:
      return std::min(deadline, registration_end(line));
    case LineState::reserved:
      return std::min(deadline, line.reserved_until);
    case LineState::unregistered:
      return std::min(deadline, last_used(line) +
                                    (line.calls.empty() ? Duration(kUnregisteredIdle) : Duration(kCallIdle)));
  }
  return deadline;
}

void Proxy::State::arm(Line& line) {
  line_deadlines.arm(line.id, line.armed, line_deadline(line));
}

void Proxy::State::expire_line(const Deadlines<LineId>::Due& due, TimePoint now, Actions& out) {
  Line* line = lines.find(due.id);
  if (line == nullptr || !due.is_for(line->armed)) return;
  if (line->link == BoxLink::lost && line->redial_at <= now) dial(*line, out);
  if (line->waiting_call.until <= now) line->waiting_call = {};
  end_silent_calls(*line, now, out);
  if (line_deadline(*line) > now) return arm(*line);
  switch (line->state) {
    case LineState::registered:
      out.note(Note::Kind::line_expired, {}, line->id, line->aor);
      line->state = LineState::unregistered;
      for (Contact& contact : line->contacts) contact.registered = false;
      update_keep_alive(contact_flows(*line), now);
      if (line->calls.empty()) return end_line(*line, now, out);
      return arm(*line);
    case LineState::unregistered:
      return end_line(*line, now, out);
    case LineState::reserved:
      return release_line(*line, now, out);
  }
}

void Proxy::State::end_line(Line& line, TimePoint now, Actions& out) {
  if (!line.was_registered) return release_line(line, now, out);
  close_link(line, now, out);
  line.state = LineState::reserved;
  end_calls(line, out);
  line.contacts.clear();
  line.serving = {};
  line.last_speaker = {};
  line.reserved_until = now + kReservation;
  arm(line);
}

void Proxy::State::release_line(Line& line, TimePoint now, Actions& out) {
  close_link(line, now, out);
  const FlowId udp = line.box_udp;
  const FlowId tcp = line.box_tcp;
  end_calls(line, out);
  lines.erase(line.id);
  flows.close(tcp);
  flows.close(udp);
  out.add(ReleaseBoxFacing{udp});
}

/// Ends the connections between the line's box-facing address and the Box, whoever opened them.
void Proxy::State::close_link(Line& line, TimePoint now, Actions& out) {
  if (line.link == BoxLink::open || line.link == BoxLink::dialling) {
    out.add(CloseFlow{line.box_tcp, CloseReason::line_ended});
  }
  line.link = BoxLink::idle;
  line.failed_dials = 0;
  line.redial_at = kNever;
  line.tell_phone = false;
  flows.find(line.box_tcp)->reset_stream();
  for (const FlowId accepted : std::exchange(line.accepted, {}))
    close_flow(accepted, CloseReason::line_ended, now, out);
}

// --- Flows -------------------------------------------------------------------------------------------

void Proxy::State::arm(Flow& flow) {
  TimePoint deadline = flow.keep_alive_at;
  if (flow.transport == Transport::tcp) {
    if (flow.waits_for_message) deadline = flow.unfinished_since + kUnfinishedMessageTimeout;
  } else if (flow.role == FlowRole::phone) {
    deadline = std::min(deadline, flow.last_heard + kFlowIdle);
  }
  flow_deadlines.arm(flow.id, flow.armed, deadline);
}

void Proxy::State::expire_flow(const Deadlines<FlowId>::Due& due, TimePoint now, Actions& out) {
  const FlowId id = due.id;
  Flow* flow = flows.find(id);
  if (flow == nullptr || !due.is_for(flow->armed)) return;
  if (flow->transport == Transport::tcp) {
    const bool unfinished =
        flow->waits_for_message && flow->unfinished_since + kUnfinishedMessageTimeout <= now;
    return unfinished ? close_flow(id, CloseReason::unfinished, now, out) : arm(*flow);
  }
  if (flow->keep_alive_at <= now) {
    out.send(id, "\r\n");
    flow->keep_alive_at = now + kKeepAliveInterval;
  }
  if (flow->last_heard + kFlowIdle > now) return arm(*flow);
  if (!is_needed(*flow)) return close_flow(id, CloseReason::idle, now, out);
  // Looked at again when its keep-alive is due, or as if it had been heard now.
  flow_deadlines.arm(id, flow->armed, std::min(flow->keep_alive_at, now + kFlowIdle));
}

bool Proxy::State::is_needed(const Flow& flow) {
  return std::ranges::any_of(flow.lines, [&](LineId id) {
    const Line* line = lines.find(id);
    if (line == nullptr || line->state == LineState::reserved) return false;
    const bool speaks = line->state == LineState::unregistered && line->last_speaker == flow.id;
    return speaks || line->serving == flow.id ||
           std::ranges::any_of(line->contacts, [&](const Contact& contact) {
             return contact.registered && contact.flow == flow.id;
           });
  });
}

void Proxy::State::update_keep_alive(Flow& flow, TimePoint now) {
  if (flow.role != FlowRole::phone || flow.transport != Transport::udp) return;
  const bool serves = std::ranges::any_of(flow.lines, [&](LineId id) {
    const Line* line = lines.find(id);
    return line != nullptr && line->state == LineState::registered &&
           std::ranges::any_of(line->contacts, [&](const Contact& contact) {
             return contact.registered && contact.flow == flow.id;
           });
  });
  if (!serves) {
    flow.keep_alive_at = kNever;
  } else if (flow.keep_alive_at == kNever) {
    flow.keep_alive_at = now + kKeepAliveInterval;
  }
  arm(flow);
}

void Proxy::State::update_keep_alive(const ContactFlows& contact_flows, TimePoint now) {
  for (const FlowId id : contact_flows) {
    if (Flow* flow = flows.find(id)) update_keep_alive(*flow, now);
  }
}

void Proxy::State::close_flow(FlowId id, CloseReason reason, TimePoint now, Actions& out) {
  Flow* flow = flows.find(id);
  if (flow == nullptr) return;
  out.add(CloseFlow{id, reason});
  if (flow->role == FlowRole::box_tcp) {
    Line* line = lines.find(flow->line);
    if (line != nullptr) link_closed(*line, now, out);
    return;
  }
  forget_flow(*flow);
}

void Proxy::State::forget_flow(const Flow& flow) {
  if (flow.role == FlowRole::box_udp || flow.role == FlowRole::box_tcp)
    return;  // they live as long as their line
  if (Line* line = lines.find(flow.line)) std::erase(line->accepted, flow.id);
  flows.close(flow.id);
}

// --- Transactions --------------------------------------------------------------------------------------

void Proxy::State::sweep_pending(TimePoint now) {
  pending.sweep(now, [&](const Pending& gone) {
    if (Line* line = lines.find(gone.line)) --line->pending_count;
  });
  next_sweep = pending.size() > 0 ? now + kPendingSweep : kNever;
}

}  // namespace fapfon::proxy
