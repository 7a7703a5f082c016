// SPDX-License-Identifier: GPL-2.0-or-later
// The way to the Box (SPEC L2, L6): when a line's TCP connection is dialled, what happens when it breaks, and
// who is told. The state diagram stands above BoxLink in line.hpp.
#include <algorithm>

#include "proxy/state.hpp"
#include "proxy/timing.hpp"

namespace fapfon::proxy {
namespace {

/// 0.1 s, doubled with each failure up to 5 s.
Duration backoff(unsigned failures) noexcept {
  constexpr unsigned kDoublingsToLongest = 6;
  const Duration wait = kFirstRedial * (1U << std::min(failures, kDoublingsToLongest));
  return std::min(wait, Duration(kLongestRedial));
}

}  // namespace

bool Proxy::State::reach_box(Line& line, Transport transport, TimePoint now, Actions& out) {
  if (transport == Transport::udp) return now >= box_udp_down_until;
  switch (line.link) {
    case BoxLink::open:
      return true;
    case BoxLink::dialling:
      return line.failed_dials == 0;
    case BoxLink::idle:
      if (now < line.redial_at && line.redial_at != kNever) return false;
      dial(line, out);
      return true;
    case BoxLink::lost:
      // The Box may only have closed an idle connection: worth one try, until a dial has failed.
      if (line.failed_dials > 0) return false;
      dial(line, out);
      return true;
  }
  return false;
}

void Proxy::State::dial(Line& line, Actions& out) {
  flows.find(line.box_tcp)->reset_stream();
  line.link = BoxLink::dialling;
  line.redial_at = kNever;
  out.add(DialBox{line.box_tcp});
}

void Proxy::State::link_connected(Line& line, TimePoint now, Actions& out) {
  line.link = BoxLink::open;
  line.failed_dials = 0;
  line.link_opened_at = now;
  out.note(Note::Kind::flow_opened, line.box_tcp, line.id);
  if (!line.tell_phone) return;
  line.tell_phone = false;
  out.note(Note::Kind::box_back, line.box_tcp, line.id);
  for (const Contact& contact : line.contacts) {
    const Flow* phone = flows.find(contact.flow);
    const bool to_tell = contact.registered && phone != nullptr && phone->transport == Transport::tcp;
    if (to_tell) close_flow(phone->id, CloseReason::box_restarted, now, out);
  }
}

void Proxy::State::link_failed(Line& line, ByteView cause, TimePoint now, Actions& out) {
  if (line.link != BoxLink::dialling) return;
  if (line.failed_dials == 0)
    out.note(Note::Kind::box_unreachable, line.box_tcp, line.id, std::string(cause));
  line.tell_phone = line.tell_phone || is_registered_on_tcp(line);
  line.link = line.tell_phone ? BoxLink::lost : BoxLink::idle;
  line.redial_at = now + backoff(line.failed_dials);
  ++line.failed_dials;
  out.add(ResolveBox{});
  arm(line);
}

void Proxy::State::link_closed(Line& line, TimePoint now, Actions& out) {
  const bool had_been_open = line.link == BoxLink::open;
  // A Box that accepts and closes again at once is not up yet: each such link doubles the wait.
  const bool short_lived = now - line.link_opened_at < kLongestRedial;
  line.short_lived_links = short_lived ? line.short_lived_links + 1 : 0;
  flows.find(line.box_tcp)->reset_stream();
  line.tell_phone = line.tell_phone || is_registered_on_tcp(line);
  line.link = line.tell_phone ? BoxLink::lost : BoxLink::idle;
  line.redial_at = line.tell_phone ? now + backoff(short_lived ? line.short_lived_links - 1 : 0) : kNever;
  if (had_been_open) out.note(Note::Kind::box_lost, line.box_tcp, line.id);
  arm(line);
}

void Proxy::State::box_udp_failed(Line& line, ByteView cause, TimePoint now, Actions& out) {
  if (now < box_udp_down_until) return;
  if (box_udp_failures == 0) out.note(Note::Kind::box_unreachable, line.box_udp, line.id, std::string(cause));
  box_udp_down_until = now + backoff(box_udp_failures);
  ++box_udp_failures;
  out.add(ResolveBox{});
}

bool Proxy::State::is_registered_on_tcp(const Line& line) const {
  return std::ranges::any_of(line.contacts, [&](const Contact& contact) {
    const Flow* phone = flows.find(contact.flow);
    return contact.registered && phone != nullptr && phone->transport == Transport::tcp;
  });
}

void Proxy::State::answer_undelivered(Flow& flow, ByteView unsent, TimePoint now, Actions& out) {
  const auto answer_one = [&](const sip::MessageView& request) {
    if (!is_answerable(request)) return;
    // It takes the way of a response of the Box, which undoes what the request's edits did.
    std::string response;
    append_answer(request, 503, kRetryAfter, response);
    if (answer_view.parse_datagram(response) != sip::ParseError::none) return;
    response_to_phone({flow, answer_view, now, out});
  };
  if (flow.transport == Transport::udp) {
    if (view.parse_datagram(unsent) == sip::ParseError::none) answer_one(view);
    return;
  }
  sip::StreamFramer framer;
  while (true) {
    const sip::StreamFramer::Step step = framer.next(unsent, view);
    if (step.kind == sip::StreamFramer::Kind::need_more) return;
    if (step.kind == sip::StreamFramer::Kind::message) answer_one(view);
    unsent.remove_prefix(step.consumed);
  }
}

}  // namespace fapfon::proxy
