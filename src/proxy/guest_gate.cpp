// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/guest_gate.hpp"

#include <algorithm>

#include "proxy/timing.hpp"

namespace fapfon::proxy {
namespace {

/// It knows what only the phone and the Box do: its +sip.instance, or its very Contact.
bool knows_secret(const Line& line, const sip::MessageView& request, const Identity& identity) {
  if (!identity.instance.empty() && line.instance == identity.instance) return true;
  return std::ranges::any_of(request.contacts(), [&](const sip::NameAddr& written) {
    return std::ranges::any_of(
        line.contacts, [&](const Contact& known) { return known.pair.phone_uri == written.uri.whole; });
  });
}

}  // namespace

bool has_credentials(const sip::MessageView& request) noexcept {
  return request.find(sip::HeaderName::authorization) != nullptr ||
         request.find(sip::HeaderName::proxy_authorization) != nullptr;
}

// --- Flows -------------------------------------------------------------------------------------------

bool GuestGate::make_room_for_flow(const IpAddress& source, TimePoint now, Actions& out) {
  const std::size_t left = limits_.max_flows - std::min(limits_.max_flows, flows_.accepted_count());
  const std::size_t part = std::min(guests_part(limits_.max_flows), left);
  while (const auto oldest = guests_.flows.surplus(source, part, limits_.max_flows_per_source)) {
    Flow& flow = *flows_.find(*oldest);
    guests_.tell(Limit::flows, flow.remote.ip, flow.id, out);
    lifetimes_.close_flow(flow, CloseReason::gave_way, now, out);
  }
  if (flows_.phone_count() < limits_.max_flows) return true;
  guests_.tell(Limit::flows, source, {}, out);
  return false;
}

bool GuestGate::may_open_flow(const IpAddress& source, TimePoint now, Actions& out) {
  if (guests_.rates.has_room(source, now)) return true;
  guests_.tell(Limit::requests, source, {}, out);
  return false;
}

bool GuestGate::make_room_for_input(const Flow& flow, std::size_t size, TimePoint now, Actions& out) {
  while (!flows_.has_room_for_input(flow, size)) {
    guests_.tell(Limit::input_bytes, flow.remote.ip, flow.id, out);
    const auto oldest = guests_.inputs.oldest();
    if (!oldest || *oldest == flow.id) return false;
    lifetimes_.close_flow(*flows_.find(*oldest), CloseReason::gave_way, now, out);
  }
  return true;
}

// --- Requests ----------------------------------------------------------------------------------------

bool GuestGate::is_guest(const Passage& passage) {
  if (passage.line == nullptr) return true;
  const Line& line = *passage.line;
  const FlowId phone = passage.flow.id;
  const bool is_registered = line.state == LineState::registered && is_registered_on(line, phone);
  return !is_registered && !dialogs_.has_accepted_call_on(line, phone) &&
         !dialogs_.names_accepted_dialog(line, passage);
}

bool GuestGate::admit(Passage& passage, const Identity& identity) {
  Flow& phone = passage.flow;
  const Standing standing = standing_of(passage, identity);
  const bool passes = guests_.rates.admit(phone.remote.ip, standing, passage.now);
  if (const auto ban = guests_.rates.take_new_ban())
    passage.out.add(GuestBanned{ban->source, ban->lasts, ban->cause});
  if (passes) {
    const bool is_trickle = guests_.rates.is_banned(phone.remote.ip, passage.now);
    if (is_trickle && standing == Standing::newcomer) phone.passed_as_newcomer = passage.now;
    return true;
  }
  guests_.tell(Limit::requests, phone.remote.ip, phone.id, passage.out);
  if (phone.transport == Transport::tcp && flows_.is_guest(phone.id))
    lifetimes_.close_flow(phone, CloseReason::refused, passage.now, passage.out);
  return false;
}

Standing GuestGate::standing_of(Passage& passage, const Identity& identity) {
  Flow& phone = passage.flow;
  if (phone.challenges > 0 && has_credentials(passage.message)) {
    --phone.challenges;
    return Standing::trusted;
  }
  if (comes_back(passage, identity)) return Standing::trusted;
  if (passage.line != nullptr && dialogs_.may_finish(*passage.line, passage)) return Standing::trusted;
  const bool is_new = passage.now - phone.passed_as_newcomer >= kNewcomerAgain;
  return is_new ? Standing::newcomer : Standing::none;
}

bool GuestGate::comes_back(Passage& passage, const Identity& identity) {
  Line* line = passage.line;
  const bool is_register = passage.message.method() == sip::Method::registration;
  if (line == nullptr || !line->was_registered || !is_register) return false;
  if (!knows_secret(*line, passage.message, identity)) return false;
  if (passage.now - line->came_back_at < kComesBackAgain) return false;
  line->came_back_at = passage.now;
  return true;
}

bool GuestGate::make_room_for_request(Passage& passage, bool is_guest) {
  const Line& line = *passage.line;
  const sip::MessageView& message = passage.message;
  if (is_guest) {
    const bool begins_call = message.method() == sip::Method::invite && passage.opens_dialog &&
                             dialogs_.find(line, passage.call_hash) == nullptr;
    return !begins_call || make_room_for_call(passage);
  }
  // A registration, and what belongs to a call, always find room; so there is some beyond the limit.
  const bool is_vital = message.method() == sip::Method::registration || message.has_to_tag();
  const std::size_t limit = limits_.max_pending_per_line * (is_vital ? 2 : 1);
  if (transactions_.count_of(line.id) - transactions_.guests_of(line.id) < limit) return true;
  guests_.tell(Limit::transactions, passage.flow.remote.ip, passage.flow.id, passage.out);
  return false;
}

// --- Lines and calls ---------------------------------------------------------------------------------

bool GuestGate::make_room_for_line(Passage& passage) {
  const IpAddress& source = passage.flow.remote.ip;
  const std::size_t part = guests_part(limits_.max_lines);
  while (const auto oldest = guests_.lines.surplus(source, part, limits_.max_lines_per_source)) {
    guests_.tell(Limit::lines, source, passage.flow.id, passage.out);
    lifetimes_.release_line(*lines_.find(*oldest), passage.out);
  }
  if (!lines_.is_full()) return true;
  guests_.tell(Limit::lines, source, passage.flow.id, passage.out);
  return false;
}

bool GuestGate::make_room_for_call(Passage& passage) {
  const IpAddress& source = passage.flow.remote.ip;
  while (const auto oldest = guests_.calls.surplus(source, kMaxGuestCalls, kMaxGuestCalls)) {
    guests_.tell(Limit::calls, source, passage.flow.id, passage.out);
    dialogs_.end_guest(*oldest, *lines_.find(dialogs_.find(*oldest)->line), passage.out);
  }
  if (dialogs_.has_room_for_guest(*passage.line)) return true;
  guests_.tell(Limit::calls, source, passage.flow.id, passage.out);
  return false;
}

}  // namespace fapfon::proxy
