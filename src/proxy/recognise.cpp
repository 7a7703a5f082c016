// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/recognise.hpp"

#include <algorithm>

#include "proxy/pending.hpp"
#include "proxy/timing.hpp"

namespace fapfon::proxy {
namespace {

struct Lookup {
  const sip::MessageView& request;
  const Identity& identity;
  const Flow& flow;
  TimePoint now;
  LineTable& lines;
  FlowTable& flows;
};

/// The flow that a newcomer would displace.
Flow* current_flow(const Line& line, FlowTable& flows) noexcept {
  Flow* serving = flows.find(line.serving);
  return serving != nullptr ? serving : flows.find(line.last_speaker);
}

/// L3: without +sip.instance a newcomer is the same phone when it comes from the same address, or when
/// the old flow has been silent.
bool may_be_same_phone(const Line& line, const Lookup& lookup) noexcept {
  const Flow* current = current_flow(line, lookup.flows);
  if (current == nullptr || current->remote.ip == lookup.flow.remote.ip) return true;
  return lookup.now - current->last_heard >= kSilence;
}

bool same_user(const Line& line, const Identity& identity) noexcept {
  return !identity.has_contact || line.contact_user.empty() || line.contact_user == identity.contact_user;
}

Line* by_instance(const Lookup& lookup) {
  if (lookup.identity.instance.empty()) return nullptr;
  for (const LineId id : lookup.lines.of_aor(lookup.identity.aor)) {
    Line* line = lookup.lines.find(id);
    if (line->instance == lookup.identity.instance) return line;
  }
  return nullptr;
}

/// A phone that has spoken for this AOR on this very flow; two known instances that differ are two phones.
Line* on_flow(const Lookup& lookup) {
  Line* found = nullptr;
  for (const LineId id : lookup.flow.lines) {
    Line* line = lookup.lines.find(id);
    if (line == nullptr || line->aor != lookup.identity.aor) continue;
    if (!line->instance.empty() && !lookup.identity.instance.empty()) continue;
    if (found == nullptr || same_user(*line, lookup.identity)) found = line;
  }
  return found;
}

Line* by_contact_user(const Lookup& lookup) {
  Line* found = nullptr;
  for (const LineId id : lookup.lines.of_aor(lookup.identity.aor)) {
    Line* line = lookup.lines.find(id);
    const bool other_instance = !line->instance.empty() && !lookup.identity.instance.empty();
    if (other_instance || !same_user(*line, lookup.identity) || !may_be_same_phone(*line, lookup)) continue;
    const Flow* current = current_flow(*line, lookup.flows);
    const bool same_address = current != nullptr && current->remote.ip == lookup.flow.remote.ip;
    if (found == nullptr || same_address) found = line;
  }
  return found;
}

/// H7: the From of a phone that was called is the To of the Box's INVITE, which held its Contact: the
/// box-facing address. On a flow that has not spoken for the line it counts for a call of the line only.
Line* by_box_facing(const Lookup& lookup) {
  const sip::Uri& from = lookup.request.from().uri;
  if (!from.is_sip() || !from.host_port.ip) return nullptr;
  Line* line = lookup.lines.find_by_box_facing({*from.host_port.ip, from.port()});
  if (line == nullptr) return nullptr;
  const auto& spoken_for = lookup.flow.lines;
  const bool speaks_for_it = std::ranges::find(spoken_for, line->id) != spoken_for.end();
  return speaks_for_it || line->calls.find(call_hash(lookup.request)) != nullptr ? line : nullptr;
}

/// L4: a request inside a call that the line has, on a flow that the phone has not registered on yet.
Line* by_call(const Lookup& lookup) {
  for (const LineId id : lookup.lines.of_aor(lookup.identity.aor)) {
    Line* line = lookup.lines.find(id);
    if (line->calls.find(call_hash(lookup.request)) != nullptr) return line;
  }
  return nullptr;
}

/// A caller that hides its name (RFC 3323 section 4.1.1.3) is on the line that its flow has.
bool is_anonymous(const sip::MessageView& request) noexcept {
  const sip::Uri& from = request.from().uri;
  return from.is_sip() && iequals(from.host_port.host, "anonymous.invalid");
}

Line* newest_on_flow(const Lookup& lookup) {
  const std::vector<LineId>& spoken_for = lookup.flow.lines;
  for (auto id = spoken_for.rbegin(); id != spoken_for.rend(); ++id) {
    if (Line* line = lookup.lines.find(*id)) return line;
  }
  return nullptr;
}

}  // namespace

ByteView instance_of(const sip::NameAddr& contact) noexcept {
  const auto param = sip::find_param(contact.params, "+sip.instance");
  return param ? param->value : ByteView{};
}

void read_identity(const sip::MessageView& request, Identity& identity) {
  const bool is_register = request.method() == sip::Method::registration;
  const sip::Uri& uri = is_register ? request.to().uri : request.from().uri;
  identity = {std::move(identity.aor), {}, {}, false};
  identity.aor.clear();
  if (uri.is_sip()) {
    identity.aor.append(uri.user).append("@");
    for (const char c : uri.host_port.host) identity.aor.push_back(to_lower(c));
  } else {
    identity.aor.append(uri.whole);
  }
  if (request.contacts().empty()) return;
  const sip::NameAddr& contact = request.contacts().front();
  identity.has_contact = true;
  identity.contact_user = contact.uri.user;
  identity.instance = instance_of(contact);
}

Line* recognise(const sip::MessageView& request, const Identity& identity, const Flow& flow, TimePoint now,
                LineTable& lines, FlowTable& flows) {
  const Lookup lookup{request, identity, flow, now, lines, flows};
  if (Line* line = by_instance(lookup)) return line;
  if (Line* line = on_flow(lookup)) return line;
  const bool is_register = request.method() == sip::Method::registration;
  if (!is_register) {
    if (Line* line = by_box_facing(lookup)) return line;
    if (request.has_to_tag()) {
      if (Line* line = by_call(lookup)) return line;
    }
    if (request.has_to_tag() || is_anonymous(request)) {
      if (Line* line = newest_on_flow(lookup)) return line;
    }
  }
  return by_contact_user(lookup);
}

}  // namespace fapfon::proxy
