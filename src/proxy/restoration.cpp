// SPDX-License-Identifier: GPL-2.0-or-later
// The reading half of snapshot.hpp. A snapshot may come from a damaged file or from a program with other
// limits, so each record is checked before it is used. What cannot be true is left out, and the rest is
// restored.
#include <algorithm>
#include <map>
#include <utility>

#include "proxy/parts.hpp"
#include "proxy/snapshot.hpp"
#include "sip/keep_alive.hpp"
#include "sip/uri.hpp"

namespace fapfon::proxy {
namespace {

/// Names nothing, as the id of a flow that was closed does, and is not "none".
constexpr FlowId kGone{0xffff'ffff, 1};

// --- What can be true ----------------------------------------------------------------------------------

bool is_address(const SocketAddress& address) noexcept {
  return address.ip && !address.ip.is_unspecified() && address.port != 0;
}

bool is_key(const FlowKey& key) noexcept {
  return is_address(key.local) && is_address(key.remote) && key.local.ip.family() == key.remote.ip.family() &&
         key.transport <= Transport::tcp;
}

/// Text of a message. A control character would end the header that it is put into.
bool is_text(ByteView text) noexcept {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return text.size() <= kMaxHeaderBytes && std::ranges::none_of(text, is_control);
}

bool is_description(const std::optional<relay::Description>& description) noexcept {
  return !description || description->count <= relay::kMaxStreams;
}

bool is_round(const std::optional<OfferAnswer::Round>& round) noexcept {
  return !round || (is_description(round->offer) && is_description(round->answer));
}

bool is_dialog(const DialogRecord& dialog) noexcept {
  const OfferAnswerRecord& session = dialog.session;
  return is_round(session.invites.phone) && is_round(session.invites.box) && is_round(session.others.phone) &&
         is_round(session.others.box) && is_round(session.late_offers.phone) &&
         is_round(session.late_offers.box) && is_description(session.in_force.phone) &&
         is_description(session.in_force.box);
}

bool has_twins(const std::vector<DialogRecord>& dialogs) noexcept {
  for (auto one = dialogs.begin(); one != dialogs.end(); ++one) {
    if (std::find_if(dialogs.begin(), one,
                     [&](const DialogRecord& other) { return other.tags == one->tags; }) != one)
      return true;
  }
  return false;
}

bool is_call(const CallRecord& call) noexcept {
  const bool fits =
      call.invite.branches.size() <= Call::kMaxBranches && call.dialogs.size() <= Call::kMaxBranches;
  if (!fits || !is_description(call.invite.offer) || !is_text(call.remote_target)) return false;
  if (!std::ranges::all_of(call.dialogs, is_dialog) || has_twins(call.dialogs)) return false;
  const bool speaks = call.dialogs.empty() ? call.speaking == 0 : call.speaking < call.dialogs.size();
  const bool is_accepted = std::ranges::any_of(
      call.dialogs, [](const DialogRecord& dialog) { return dialog.is_confirmed && !dialog.is_over; });
  return speaks && (is_accepted || !call.carrier);
}

bool is_line(const LineRecord& line) noexcept {
  return is_address(line.box_facing) && !line.aor.empty() && is_text(line.aor) && is_text(line.instance) &&
         is_text(line.contact_user) && line.state <= LineState::reserved;
}

/// None when one of the URIs cannot be read, or when the Box was told an address that is not the line's.
std::optional<rewrite::ContactPair> pair_of(const ContactUris& uris, const SocketAddress& box_facing) {
  if (!is_text(uris.phone_uri) || !is_text(uris.box_uri)) return std::nullopt;
  const auto phone_uri = sip::parse_uri(uris.phone_uri);
  const auto box_uri = sip::parse_uri(uris.box_uri);
  if (!phone_uri || !box_uri) return std::nullopt;
  const bool is_ours = box_uri->host_port.ip == box_facing.ip && box_uri->port() == box_facing.port;
  if (box_uri->is_sip() && !is_ours) return std::nullopt;
  return rewrite::ContactPair::make(*phone_uri, uris.box_uri);
}

/// RFC 5626 section 4.4.1: half of a ping waits for nothing.
bool is_inside_message(ByteView input) noexcept {
  return !input.empty() && sip::kKeepAliveBytes.find(input.front()) == ByteView::npos;
}

// --- Making it so --------------------------------------------------------------------------------------

struct Restoration {
  const Situation& situation;
  relay::Relay& relay;
  Flows& flows;
  Lines& lines;
  Dialogs& dialogs;
  BoxLinks& links;
  Lifetimes& lifetimes;
  ToBox& to_box;
  const Snapshot& snapshot;
  TimePoint now;
  std::map<FlowKey, FlowId> phones{};  ///< those that are restored

  Restored run(Actions& out);
  FlowId restore_phone(const FlowRecord& record);
  FlowId restore_connection(const FlowRecord& record);
  Flow* open_connection(Line& line, const FlowRecord& record);
  bool restore_input(Flow& flow, const FlowRecord& record);
  void restore_lines(Restored& restored);
  BoxFacingFlows restore_line(const LineRecord& record);
  void restore_registration(Line& line, const LineRecord& record);
  void restore_contacts(Line& line, const LineRecord& record);
  void restore_dialogs(Line& line, const LineRecord& record);
  void restore_call(Line& line, const CallRecord& record);
  void fill(Call& call, const CallRecord& record, const SocketAddress& box_facing);
  void join(const FlowRecord& record, FlowId id);
  void join(const LineRecord& record);
  void join(FlowId flow, LineId line);
  [[nodiscard]] FlowId id_of(const FlowName& name) const;
};

Restored Restoration::run(Actions& out) {
  Restored restored;
  restored.flows.resize(snapshot.flows.size());
  restored.lines.resize(snapshot.lines.size());
  for (std::size_t i = 0; i < snapshot.flows.size(); ++i)
    restored.flows[i] = restore_phone(snapshot.flows[i]);
  restore_lines(restored);
  for (std::size_t i = 0; i < snapshot.flows.size(); ++i) {
    if (snapshot.flows[i].role != FlowRole::phone) restored.flows[i] = restore_connection(snapshot.flows[i]);
    join(snapshot.flows[i], restored.flows[i]);
  }
  for (std::size_t i = 0; i < snapshot.lines.size(); ++i) {
    if (restored.lines[i].udp) join(snapshot.lines[i]);
  }
  for (const FlowId id : restored.flows) {
    Flow* flow = flows.find(id);
    if (flow == nullptr) continue;
    lifetimes.review(*flow);
    lifetimes.arm(*flow);
  }
  relay.release_returning();
  lifetimes.expire(now, out);  // L8: a binding that has ended meanwhile gets no INVITE
  return restored;
}

FlowId Restoration::id_of(const FlowName& name) const {
  if (!name) return {};
  const auto found = phones.find(*name);
  return found == phones.end() ? kGone : found->second;
}

// --- Flows ---------------------------------------------------------------------------------------------

FlowId Restoration::restore_phone(const FlowRecord& record) {
  if (record.role != FlowRole::phone || !is_key(record.key) || phones.contains(record.key)) return {};
  const FlowKey& key = record.key;
  if (flows.find_datagram(key.local, key.remote) != nullptr && key.transport == Transport::udp) return {};
  if (flows.phone_count() >= situation.config.limits.max_flows) return {};
  Flow* flow = &flows.open_phone(key.transport, key.local, key.remote, now);
  flow->via_port = record.via_port;
  flow->sdp_written = record.sdp_written;
  const bool has_keep_alive = key.transport == Transport::udp && record.keep_alive_at != kNever;
  if (has_keep_alive) flow->keep_alive_at = at_most(record.keep_alive_at, kKeepAliveInterval, now);
  if (!restore_input(*flow, record)) {
    flows.erase(flow->id);
    return {};
  }
  relay.add_home(key.local.ip);
  phones[key] = flow->id;
  return flow->id;
}

/// False where the framing of the stream is lost.
bool Restoration::restore_input(Flow& flow, const FlowRecord& record) {
  flow.last_heard = past(record.last_heard, now);
  if (flow.transport == Transport::udp) return true;
  if (record.input.size() > kMaxHeaderBytes + kMaxBodyBytes) return false;
  flow.waits_for_message = record.waits_for_message || is_inside_message(record.input);
  flow.unfinished_since = past(record.unfinished_since, now);
  if (!flows.has_room_for_input(flow, record.input.size())) return false;
  flows.keep_input(flow, record.input);
  return true;
}

FlowId Restoration::restore_connection(const FlowRecord& record) {
  Line* line = lines.find_by_box_facing(record.key.local);
  const bool has_line = line != nullptr && line->state != LineState::reserved;
  if (!has_line || !is_key(record.key) || record.key.transport != Transport::tcp) return {};
  Flow* flow = open_connection(*line, record);
  if (flow == nullptr) return {};
  if (restore_input(*flow, record)) return flow->id;
  flow->reset_stream();
  return {};
}

Flow* Restoration::open_connection(Line& line, const FlowRecord& record) {
  const bool is_box = situation.box && situation.box->ip == record.key.remote.ip;
  const auto is_same = [&](FlowId id) { return flows.find(id)->remote == record.key.remote; };
  const bool fits = record.input.size() <= kMaxHeaderBytes + kMaxBodyBytes;
  if (!is_box || !fits) return nullptr;
  if (record.role == FlowRole::box_tcp && line.link != BoxLink::open) {
    BoxLinks::resume(line, now);
    return flows.find(line.box_tcp);
  }
  if (record.role != FlowRole::box_accepted || std::ranges::any_of(line.accepted, is_same)) return nullptr;
  Flow& flow = flows.open_box(FlowRole::box_accepted, record.key.local, record.key.remote, now);
  flow.line = line.id;
  line.accepted.push_back(flow.id);
  return &flow;
}

// --- Lines ---------------------------------------------------------------------------------------------

/// Where there are more than may be, reserved ones have to go.
void Restoration::restore_lines(Restored& restored) {
  const auto is_reserved = [](const LineRecord& record) { return record.state == LineState::reserved; };
  const std::size_t limit = situation.config.limits.max_lines;
  const auto reserved_count = static_cast<std::size_t>(std::ranges::count_if(snapshot.lines, is_reserved));
  const std::size_t others = lines.size() + snapshot.lines.size() - reserved_count;
  std::size_t room = limit > others ? limit - others : 0;
  for (std::size_t i = 0; i < snapshot.lines.size(); ++i) {
    const LineRecord& record = snapshot.lines[i];
    if (is_reserved(record) && room == 0) continue;
    restored.lines[i] = restore_line(record);
    if (is_reserved(record) && restored.lines[i].udp) --room;
  }
}

BoxFacingFlows Restoration::restore_line(const LineRecord& record) {
  if (!is_line(record)) return {};
  const SocketAddress box = situation.box.value_or(SocketAddress{});
  const BoxFacingFlows ids{flows.open_box(FlowRole::box_udp, record.box_facing, box, now).id,
                           flows.open_box(FlowRole::box_tcp, record.box_facing, box, now).id};
  Line* line = lines.restore(record.aor, record.source, {record.box_facing, ids.udp, ids.tcp});
  if (line == nullptr) {
    flows.erase(ids.tcp);
    flows.erase(ids.udp);
    return {};
  }
  for (const FlowId id : {ids.udp, ids.tcp}) flows.find(id)->line = line->id;
  relay.add_home(record.box_facing.ip);
  lines.set_instance(*line, record.instance);
  line->contact_user = record.contact_user;
  line->contacts.reserve(rewrite::kMaxContactPairs);
  line->last_used = past(record.last_used, now);
  restore_registration(*line, record);
  if (line->state == LineState::reserved) return ids;
  restore_dialogs(*line, record);
  links.restart(*line, now);
  return ids;
}

void Restoration::restore_registration(Line& line, const LineRecord& record) {
  if (record.state == LineState::reserved) {
    line.state = LineState::reserved;
    line.was_registered = true;
    lines.set_accepted(line);
    line.reserved_until = at_most(record.reserved_until, kReservation, now);
    return;
  }
  line.was_registered = record.was_registered;
  if (line.was_registered) lines.set_accepted(line);
  line.challenges = record.challenges;
  line.challenged_until = at_most(record.challenged_until, kRegistrationGrace, now);
  if (record.was_registered) line.serving = id_of(record.serving);
  line.last_speaker = id_of(record.last_speaker);
  restore_contacts(line, record);
  if (has_registered_contact(line)) line.state = LineState::registered;
}

void Restoration::restore_contacts(Line& line, const LineRecord& record) {
  const bool may_be_registered = record.state == LineState::registered && record.was_registered;
  for (const ContactRecord& one : record.contacts) {
    auto pair = pair_of(one.uris, line.box_facing);
    if (!pair || !is_text(one.instance) || line.contacts.size() == rewrite::kMaxContactPairs) continue;
    Contact& contact = line.contacts.emplace_back();
    contact.pair = *std::move(pair);
    contact.instance = one.instance;
    contact.flow = id_of(one.flow);
    contact.in_register = one.in_register;
    contact.registered = one.registered && may_be_registered;
    contact.expires = at_most(one.expires, std::chrono::seconds(0xffff'ffffU), now);
    contact.order = one.order;
    contact.wanted = contact.registered;
  }
  std::vector<Contact*> by_age;
  for (Contact& contact : line.contacts) by_age.push_back(&contact);
  std::ranges::stable_sort(by_age, {}, [](const Contact* contact) { return contact->order; });
  for (Contact* contact : by_age) contact->order = to_box.next_contact_order();
}

// --- Calls ---------------------------------------------------------------------------------------------

void Restoration::restore_dialogs(Line& line, const LineRecord& record) {
  if (snapshot.hash_seed != situation.config.hash_seed) return;
  for (const DialogContactRecord& one : record.dialog_contacts) {
    auto pair = pair_of(one.uris, line.box_facing);
    if (!pair || line.dialog_contacts.size() == kMaxDialogContacts) continue;
    line.dialog_contacts.push_back({one.call_hash, *std::move(pair)});
  }
  for (const CallRecord& call : record.calls) restore_call(line, call);
}

void Restoration::restore_call(Line& line, const CallRecord& record) {
  Call* call = is_call(record) ? dialogs.restore(line, record.hash) : nullptr;
  if (call != nullptr) fill(*call, record, line.box_facing);
}

void Restoration::fill(Call& call, const CallRecord& record, const SocketAddress& box_facing) {
  call.invite = record.invite;
  for (const DialogRecord& one : record.dialogs) {
    Dialog& dialog = call.dialogs.emplace_back();
    dialog.tags = one.tags;
    dialog.is_confirmed = one.is_confirmed;
    dialog.is_over = one.is_over;
    dialog.flow = id_of(one.flow);
    dialog.session.restore(one.session);
  }
  call.speaking = record.speaking;
  call.carrier = id_of(record.carrier);
  call.offered_on = id_of(record.offered_on);
  call.accepted = past(record.accepted, now);
  if (record.contact) call.contact = pair_of(*record.contact, box_facing).value_or(rewrite::ContactPair{});
  call.remote_target = record.remote_target;
  if (record.media) call.media = relay.restore(*record.media, now);
  call.signalled = past(record.signalled, now);
  // RFC 4028 as Dialogs reads it: 16 bits.
  call.refresh = std::clamp(record.refresh, Duration::zero(), Duration(std::chrono::seconds(0xffff)));
}

// --- Who has spoken for whom ---------------------------------------------------------------------------

void Restoration::join(const FlowRecord& record, FlowId id) {
  for (const SocketAddress& box_facing : record.lines) {
    if (const Line* line = lines.find_by_box_facing(box_facing)) join(id, line->id);
  }
}

/// A flow that a line names has spoken for it, whatever its own record says: else it would be closed as idle.
void Restoration::join(const LineRecord& record) {
  Line& line = *lines.find_by_box_facing(record.box_facing);
  for (const FlowId id : {line.serving, line.last_speaker}) join(id, line.id);
  for (const Contact& contact : line.contacts) join(contact.flow, line.id);
  for (const CallRef call : line.calls) join(dialogs.find(call)->carrier, line.id);
  lifetimes.update_keep_alive(contact_flows(line), now);
  lifetimes.arm(line);
}

void Restoration::join(FlowId id, LineId line) {
  Flow* flow = flows.find(id);
  if (flow == nullptr || flow->role != FlowRole::phone) return;
  if (std::ranges::find(flow->lines, line) == flow->lines.end()) flow->lines.push_back(line);
}

}  // namespace

Restored Proxy::restore(const Snapshot& snapshot, TimePoint now, Actions& out) {
  Parts& parts = *parts_;
  return Restoration{parts.situation, parts.relay,     parts.flows,  parts.lines, parts.dialogs,
                     parts.links,     parts.lifetimes, parts.to_box, snapshot,    now}
      .run(out);
}

}  // namespace fapfon::proxy
