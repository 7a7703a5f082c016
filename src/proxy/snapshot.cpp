// SPDX-License-Identifier: GPL-2.0-or-later
// The writing half; restoration.cpp is the reading one.
#include "proxy/snapshot.hpp"

#include <algorithm>

#include "proxy/parts.hpp"

namespace fapfon::proxy {
namespace {

FlowKey key_of(const Flow& flow) {
  return {flow.transport, flow.local, flow.remote};
}

ContactUris uris_of(const rewrite::ContactPair& pair) {
  return {pair.phone_uri, pair.box_uri};
}

class Writer {
 public:
  Writer(const Flows& flows, const Lines& lines, const Dialogs& dialogs, const relay::Relay& relay)
      : flows_(flows), lines_(lines), dialogs_(dialogs), relay_(relay) {}

  /// A connection to the Box that is only dialled is not there yet. The UDP socket and flows in stock are not
  /// recorded.
  [[nodiscard]] bool has_record(const Flow& flow) const;
  [[nodiscard]] FlowRecord record(const Flow& flow) const;
  [[nodiscard]] LineRecord record(const Line& line) const;

 private:
  [[nodiscard]] FlowName name_of(FlowId id) const;
  [[nodiscard]] ContactRecord record(const Contact& contact) const;
  [[nodiscard]] CallRecord record(const Call& call) const;

  const Flows& flows_;
  const Lines& lines_;
  const Dialogs& dialogs_;
  const relay::Relay& relay_;
};

bool Writer::has_record(const Flow& flow) const {
  const Line* line = lines_.find(flow.line);
  switch (flow.role) {
    case FlowRole::phone:
      return true;
    case FlowRole::box_udp:
      return false;
    case FlowRole::box_tcp:
      return line != nullptr && line->link == BoxLink::open;
    case FlowRole::box_accepted:
      return line != nullptr;
  }
  return false;
}

FlowRecord Writer::record(const Flow& flow) const {
  FlowRecord record;
  record.role = flow.role;
  record.key = key_of(flow);
  record.last_heard = flow.last_heard;
  record.via_port = flow.via_port;
  record.sdp_written = flow.sdp_written;
  record.keep_alive_at = flow.keep_alive_at;
  for (const LineId id : flow.lines) {
    if (const Line* line = lines_.find(id)) record.lines.push_back(line->box_facing);
  }
  if (flow.transport == Transport::udp) return record;
  record.input = flow.input;
  record.waits_for_message = flow.waits_for_message;
  record.unfinished_since = flow.unfinished_since;
  return record;
}

FlowName Writer::name_of(FlowId id) const {
  if (!id) return std::nullopt;
  const Flow* flow = flows_.find(id);
  return flow != nullptr ? key_of(*flow) : FlowKey{};
}

ContactRecord Writer::record(const Contact& contact) const {
  return {uris_of(contact.pair), contact.instance, name_of(contact.flow), contact.in_register,
          contact.registered,    contact.expires,  contact.order};
}

CallRecord Writer::record(const Call& call) const {
  CallRecord record;
  record.hash = call.hash;
  record.invite = call.invite;
  for (const Dialog& dialog : call.dialogs)
    record.dialogs.push_back(
        {dialog.tags, dialog.is_confirmed, dialog.is_over, name_of(dialog.flow), dialog.session.record()});
  record.speaking = static_cast<std::uint32_t>(call.speaking);
  record.carrier = name_of(call.carrier);
  record.offered_on = name_of(call.offered_on);
  record.accepted = call.accepted;
  if (!call.contact.phone_uri.empty()) record.contact = uris_of(call.contact);
  record.remote_target = call.remote_target;
  if (call.media) record.media = relay_.record(call.media);
  record.signalled = call.signalled;
  record.refresh = call.refresh;
  return record;
}

LineRecord Writer::record(const Line& line) const {
  LineRecord record;
  record.box_facing = line.box_facing;
  record.aor = line.aor;
  record.instance = line.instance;
  record.contact_user = line.contact_user;
  record.source = line.source;
  record.state = line.state;
  record.was_registered = line.was_registered;
  record.challenges = line.challenges;
  record.challenged_until = line.challenged_until;
  record.serving = name_of(line.serving);
  record.last_speaker = name_of(line.last_speaker);
  for (const Contact& contact : line.contacts) record.contacts.push_back(this->record(contact));
  for (const DialogContact& one : line.dialog_contacts)
    record.dialog_contacts.push_back({one.call_hash, uris_of(one.pair)});
  for (const CallRef id : line.calls) record.calls.push_back(this->record(*dialogs_.find(id)));
  record.last_used = line.last_used;
  record.reserved_until = line.reserved_until;
  return record;
}

}  // namespace

void Proxy::visit(Visitor& visitor) const {
  const Writer writer{parts_->flows, parts_->lines, parts_->dialogs, parts_->relay};
  const Flows& flows = parts_->flows;
  const Lines& lines = parts_->lines;
  flows.for_each([&](const Flow& flow) {
    if (writer.has_record(flow)) visitor.flow(writer.record(flow));
  });
  lines.for_each([&](const Line& line) { visitor.line(writer.record(line)); });
}

void Proxy::visit(LineId id, Visitor& visitor) const {
  const Line* line = parts_->lines.find(id);
  if (line == nullptr) return;
  const Writer writer{parts_->flows, parts_->lines, parts_->dialogs, parts_->relay};
  std::vector<FlowId> named = line->accepted;
  named.insert(named.end(), {line->box_tcp, line->serving, line->last_speaker});
  for (const Contact& contact : line->contacts) named.push_back(contact.flow);
  for (const CallRef id_of_call : line->calls) {
    const Call& call = *parts_->dialogs.find(id_of_call);
    named.insert(named.end(), {call.carrier, call.offered_on});
    for (const Dialog& dialog : call.dialogs) named.push_back(dialog.flow);
  }
  for (auto at = named.begin(); at != named.end(); ++at) {
    const Flow* flow = parts_->flows.find(*at);
    const bool is_new = std::find(named.begin(), at, *at) == at;
    if (flow != nullptr && is_new && writer.has_record(*flow)) visitor.flow(writer.record(*flow));
  }
  visitor.line(writer.record(*line));
}

}  // namespace fapfon::proxy
