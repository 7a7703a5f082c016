// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/box_links.hpp"

#include <algorithm>
#include <string>
#include <utility>

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

bool BoxLinks::reach(Line& line, Transport transport, TimePoint now, Actions& out) {
  if (transport == Transport::udp) return now >= udp_down_until_;
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

void BoxLinks::dial(Line& line, Actions& out) {
  flows_.find(line.box_tcp)->reset_stream();
  line.link = BoxLink::dialling;
  line.redial_at = kNever;
  out.add(DialBox{line.box_tcp});
}

void BoxLinks::connected(Line& line, TimePoint now, Actions& out) {
  line.link = BoxLink::open;
  line.failed_dials = 0;
  line.link_opened_at = now;
  out.note(Note::Kind::flow_opened, line.box_tcp, line.id);
  if (!std::exchange(line.tell_phone, false)) return;
  out.note(Note::Kind::box_back, line.box_tcp, line.id);
  for (const Contact& contact : line.contacts) {
    Flow* phone = flows_.find(contact.flow);
    const bool to_tell = contact.registered && phone != nullptr && phone->transport == Transport::tcp;
    if (to_tell) flows_.close(*phone, CloseReason::box_restarted, out);
  }
}

void BoxLinks::failed(Line& line, ByteView cause, TimePoint now, Actions& out) {
  if (line.link != BoxLink::dialling) return;
  if (line.failed_dials == 0)
    out.note(Note::Kind::box_unreachable, line.box_tcp, line.id, std::string(cause));
  lose(line, line.failed_dials, now);
  ++line.failed_dials;
  out.add(ResolveBox{});
}

void BoxLinks::closed(Line& line, TimePoint now, Actions& out) {
  const bool had_been_open = line.link == BoxLink::open;
  // A Box that accepts and closes again at once is not up yet: each such link doubles the wait.
  const bool short_lived = now - line.link_opened_at < kLongestRedial;
  line.short_lived_links = short_lived ? line.short_lived_links + 1 : 0;
  flows_.find(line.box_tcp)->reset_stream();
  lose(line, short_lived ? line.short_lived_links - 1 : 0, now);
  if (!line.tell_phone) line.redial_at = kNever;
  if (had_been_open) out.note(Note::Kind::box_lost, line.box_tcp, line.id);
}

void BoxLinks::restart(Line& line, TimePoint now) {
  line.tell_phone = is_registered_on_tcp(line);
  line.link = line.tell_phone ? BoxLink::lost : BoxLink::idle;
  line.redial_at = line.tell_phone ? now : kNever;
}

void BoxLinks::resume(Line& line, TimePoint now) noexcept {
  line.link = BoxLink::open;
  line.link_opened_at = now;
  line.tell_phone = false;
  line.redial_at = kNever;
}

/// L6: a phone that is registered on this connection is disconnected when the Box is back.
void BoxLinks::lose(Line& line, unsigned failures, TimePoint now) {
  line.tell_phone = line.tell_phone || is_registered_on_tcp(line);
  line.link = line.tell_phone ? BoxLink::lost : BoxLink::idle;
  line.redial_at = now + backoff(failures);
}

void BoxLinks::end(Line& line, Actions& out) {
  if (line.link == BoxLink::open || line.link == BoxLink::dialling)
    out.add(CloseFlow{line.box_tcp, CloseReason::line_ended});
  line.link = BoxLink::idle;
  line.failed_dials = 0;
  line.redial_at = kNever;
  line.tell_phone = false;
  flows_.find(line.box_tcp)->reset_stream();
  for (const FlowId id : std::exchange(line.accepted, {})) {
    if (Flow* accepted = flows_.find(id)) flows_.close(*accepted, CloseReason::line_ended, out);
  }
}

void BoxLinks::udp_failed(const Line& line, ByteView cause, TimePoint now, Actions& out) {
  if (now < udp_down_until_) return;
  if (udp_failures_ == 0) out.note(Note::Kind::box_unreachable, line.box_udp, line.id, std::string(cause));
  udp_down_until_ = now + backoff(udp_failures_);
  ++udp_failures_;
  out.add(ResolveBox{});
}

void BoxLinks::heard_by_udp() noexcept {
  udp_down_until_ = {};
  udp_failures_ = 0;
}

bool BoxLinks::is_registered_on_tcp(const Line& line) const {
  return std::ranges::any_of(line.contacts, [&](const Contact& contact) {
    const Flow* phone = flows_.find(contact.flow);
    return contact.registered && phone != nullptr && phone->transport == Transport::tcp;
  });
}

}  // namespace fapfon::proxy
