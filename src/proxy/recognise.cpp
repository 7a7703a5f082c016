// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/recognise.hpp"

#include <algorithm>
#include <utility>

#include "proxy/timing.hpp"

namespace fapfon::proxy {
namespace {

struct Lookup {
  const Passage& passage;
  const Identity& identity;
  Lines& lines;
  Flows& flows;
  Dialogs& dialogs;

  [[nodiscard]] const sip::MessageView& request() const noexcept { return passage.message; }
  [[nodiscard]] const Flow& flow() const noexcept { return passage.flow; }
};

/// The flow that a newcomer would displace.
Flow* current_flow(const Line& line, Flows& flows) noexcept {
  Flow* serving = flows.find(line.serving);
  return serving != nullptr ? serving : flows.find(line.last_speaker);
}

/// L3: without +sip.instance a newcomer is the same phone when it comes from the same address, or when
/// the old flow has been silent.
bool may_be_same_phone(const Line& line, const Lookup& lookup) noexcept {
  const Flow* current = current_flow(line, lookup.flows);
  if (current == nullptr || current->remote.ip == lookup.flow().remote.ip) return true;
  return lookup.passage.now - current->last_heard >= kSilence;
}

bool same_user(const Line& line, const Identity& identity) noexcept {
  return !identity.has_contact || line.contact_user.empty() || line.contact_user == identity.contact_user;
}

bool other_instance(const Line& line, const Identity& identity) noexcept {
  return !line.instance.empty() && !identity.instance.empty() && line.instance != identity.instance;
}

/// A phone with several accounts uses one instance for all of them, so the AOR decides where there are more
/// lines.
Line* by_instance(const Lookup& lookup) {
  if (lookup.identity.instance.empty()) return nullptr;
  for (const LineId id : lookup.lines.of_instance(std::string(lookup.identity.instance))) {
    Line* line = lookup.lines.find(id);
    if (line->aor == lookup.identity.aor) return line;
  }
  return nullptr;
}

/// The same for a request whose From may say anything: the only line of the instance, or that of its
/// Contact.
Line* by_instance_alone(const Lookup& lookup) {
  if (Line* line = by_instance(lookup)) return line;
  if (lookup.identity.instance.empty()) return nullptr;
  const auto& ids = lookup.lines.of_instance(std::string(lookup.identity.instance));
  if (ids.size() == 1) return lookup.lines.find(ids.front());
  for (const LineId id : ids) {
    Line* line = lookup.lines.find(id);
    if (line->contact_user == lookup.identity.contact_user) return line;
  }
  return nullptr;
}

/// A Contact that the Box knows, on a flow that is new.
Line* by_contact(const Lookup& lookup) {
  if (!lookup.identity.has_contact) return nullptr;
  Line* line = lookup.lines.find_by_contact(lookup.request().contacts().front().uri.whole);
  return line != nullptr && !other_instance(*line, lookup.identity) && may_be_same_phone(*line, lookup)
             ? line
             : nullptr;
}

/// A phone that has spoken for this AOR on this very flow; two known instances that differ are two phones.
Line* on_flow(const Lookup& lookup) {
  Line* found = nullptr;
  for (const LineId id : lookup.flow().lines) {
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
    const bool same_address = current != nullptr && current->remote.ip == lookup.flow().remote.ip;
    if (found == nullptr || same_address) found = line;
  }
  return found;
}

/// H7: the From of a phone that was called is the To of the Box's INVITE, which held its Contact: the
/// box-facing address. On a flow that has not spoken for the line it counts for a call of the line only.
Line* by_box_facing(const Lookup& lookup) {
  const sip::Uri& from = lookup.request().from().uri;
  if (!from.is_sip() || !from.host_port.ip) return nullptr;
  Line* line = lookup.lines.find_by_box_facing({*from.host_port.ip, from.port()});
  if (line == nullptr) return nullptr;
  const auto& spoken_for = lookup.flow().lines;
  const bool speaks_for_it = std::ranges::find(spoken_for, line->id) != spoken_for.end();
  return speaks_for_it || lookup.dialogs.find(*line, lookup.passage.call_hash) != nullptr ? line : nullptr;
}

/// L4: a request inside a call that a line has, on a flow that the phone has not registered on yet.
Line* by_call(const Lookup& lookup) {
  for (const LineId id : lookup.lines.of_aor(lookup.identity.aor)) {
    Line* line = lookup.lines.find(id);
    if (lookup.dialogs.find(*line, lookup.passage.call_hash) != nullptr) return line;
  }
  return lookup.lines.find(lookup.dialogs.line_with(lookup.passage.call_hash));
}

/// Has the phone sent this Contact, or one with this user, on this line?
bool knows_contact(const Line& line, const Lookup& lookup) noexcept {
  if (!lookup.identity.has_contact) return false;
  const ByteView uri = lookup.request().contacts().front().uri.whole;
  const bool is_told =
      std::ranges::any_of(line.contacts, [&](const Contact& one) { return one.pair.phone_uri == uri; });
  return is_told || (!line.contact_user.empty() && line.contact_user == lookup.identity.contact_user);
}

/// L1: how well a line fits a request on its flow. What weighs more comes first: +sip.instance, dialog,
/// Contact, and only then From, which may name Asterisk, a caller's number or anonymous.invalid.
unsigned fitness(const Line& line, const Lookup& lookup) {
  const bool same_instance = !lookup.identity.instance.empty() && line.instance == lookup.identity.instance;
  const bool same_call = lookup.dialogs.find(line, lookup.passage.call_hash) != nullptr;
  return (same_instance ? 8U : 0U) + (same_call ? 4U : 0U) + (knows_contact(line, lookup) ? 2U : 0U) +
         (line.aor == lookup.identity.aor ? 1U : 0U);
}

/// A flow that has spoken for one line is that line's, whatever the request says; of several the fittest,
/// then the newest.
Line* fittest_on_flow(const Lookup& lookup) {
  Line* fittest = nullptr;
  unsigned best = 0;
  for (const LineId id : lookup.flow().lines) {
    Line* line = lookup.lines.find(id);
    if (line == nullptr || other_instance(*line, lookup.identity)) continue;
    const unsigned fits = fitness(*line, lookup);
    if (fittest != nullptr && fits < best) continue;
    fittest = line;
    best = fits;
  }
  return fittest;
}

Line* of_register(const Lookup& lookup) {
  if (Line* line = by_instance(lookup)) return line;
  if (Line* line = on_flow(lookup)) return line;
  return by_contact_user(lookup);
}

Line* of_other_request(const Lookup& lookup) {
  if (Line* line = fittest_on_flow(lookup)) return line;
  if (Line* line = by_instance_alone(lookup)) return line;
  if (Line* line = by_box_facing(lookup)) return line;
  if (lookup.request().has_to_tag()) {
    if (Line* line = by_call(lookup)) return line;
  }
  if (Line* line = by_contact(lookup)) return line;
  return by_contact_user(lookup);
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

Line* recognise(const Passage& passage, const Identity& identity, Lines& lines, Flows& flows,
                Dialogs& dialogs) {
  const Lookup lookup{passage, identity, lines, flows, dialogs};
  return passage.message.method() == sip::Method::registration ? of_register(lookup)
                                                               : of_other_request(lookup);
}

}  // namespace fapfon::proxy
