// SPDX-License-Identifier: GPL-2.0-or-later
// Calls, from INVITE to BYE: that a line with one is in use (L5), which flow carries it (L4), and when it is
// over for its audio (M2).
#include <algorithm>
#include <utility>

#include "proxy/state.hpp"
#include "proxy/timing.hpp"
#include "sip/grammar.hpp"

namespace fapfon::proxy {
namespace {

/// RFC 4028 section 4: how long the dialog lives without a refresh; none when nobody has said.
std::optional<std::chrono::seconds> session_expires(const sip::MessageView& message) noexcept {
  const sip::HeaderLine* header = message.find(sip::HeaderName::session_expires);
  if (header == nullptr) return std::nullopt;
  const ByteView value = header->value;
  const auto seconds = parse_decimal<std::uint16_t>(sip::trim(value.substr(0, value.find(';'))));
  return seconds ? std::optional(std::chrono::seconds(*seconds)) : std::nullopt;
}

bool is_challenge(int status) noexcept {
  return status == 401 || status == 407;
}

}  // namespace

void Proxy::State::follow_call(const Arrival& arrival, Line& line, const Flow& phone, bool initial) {
  const sip::MessageView& message = arrival.message;
  if (message.start().method == sip::Method::invite) begin_call(arrival, line, phone, initial);
  Call* call = line.calls.find(call_hash(message));
  if (call == nullptr) return;
  call->signalled = arrival.now;
  if (!message.is_request()) return follow_answer(arrival, line, *call, phone, initial);
  // Whoever only knows the call's name must not end it (L3): then the answer decides.
  const bool is_trusted = arrival.flow.side() == Side::box || speaks_for(line, *call, phone);
  if (message.start().method == sip::Method::bye && is_trusted)
    end_call(line, *call, message.call_id(), arrival.out);
}

void Proxy::State::begin_call(const Arrival& arrival, Line& line, const Flow& phone, bool initial) {
  const sip::MessageView& message = arrival.message;
  Call* call = line.calls.find(call_hash(message));
  // A call that was there before the program is known again by its next INVITE, when that has audio for us.
  if (call == nullptr && !initial && !relays(line, phone)) return;
  const bool is_new = call == nullptr;
  if (is_new) {
    if (const Call* surplus = line.calls.surplus()) end_call(line, *surplus, {}, arrival.out);
    call = &line.calls.begin(call_hash(message), arrival.now);
  }
  if (is_new && initial)
    arrival.out.note(Note::Kind::call_offered, arrival.flow.id, line.id, std::string(message.call_id()));
  // The Box's INVITE goes to another flow when it has waited (L8); the phone's comes by TCP when its password
  // has made it too long for UDP.
  const bool is_offered_anew =
      initial && !call->carrier && (arrival.flow.side() == Side::box || !call->offered_on);
  if (!is_new && !is_offered_anew) return;
  call->offered_on = phone.id;
  if (!call->media && relays(line, phone)) open_media(line, *call, phone);
}

void Proxy::State::follow_answer(const Arrival& arrival, Line& line, Call& call, const Flow& phone,
                                 bool initial) {
  const sip::MessageView& message = arrival.message;
  const int status = message.start().status;
  switch (message.method()) {
    case sip::Method::invite:
      if (status / 100 == 2) return accept_call(arrival, line, call, phone);
      if (status < 300) return;
      if (initial) return fail_call(arrival, line, call, phone);
      return refuse_offer(arrival, line, call, phone);
    case sip::Method::update:
      if (status >= 300) return refuse_offer(arrival, line, call, phone);
      if (const auto refresh = session_expires(message); refresh && status / 100 == 2)
        call.refresh = *refresh;
      return;
    case sip::Method::bye:
      if (status / 100 == 2) end_call(line, call, message.call_id(), arrival.out);
      return;
    case sip::Method::ack:
    case sip::Method::cancel:
    case sip::Method::refer:
    case sip::Method::registration:
    case sip::Method::other:
      return;
  }
}

void Proxy::State::accept_call(const Arrival& arrival, Line& line, Call& call, const Flow& phone) {
  if (!call.carrier) call.accepted = arrival.now;
  const bool is_elsewhere = std::exchange(call.carrier, phone.id) != phone.id;
  call.refresh = session_expires(arrival.message).value_or(kCallIdle);
  move_media(line, arrival.now);
  if (is_elsewhere) accept_proposal(arrival, call);
}

void Proxy::State::fail_call(const Arrival& arrival, Line& line, Call& call, const Flow& phone) {
  // Somebody else may have asked for a call that goes on (L3), and of several bindings that ring one accepts.
  const bool is_anothers = arrival.flow.side() == Side::box && call.offered_on != phone.id &&
                           flows.find(call.offered_on) != nullptr;
  if (call.carrier || is_anothers) return;
  const sip::MessageView& message = arrival.message;
  if (!is_challenge(message.start().status)) return end_call(line, call, message.call_id(), arrival.out);
  // The call goes on with the next INVITE; who has no password must not keep ports meanwhile.
  call.offered_on = {};
  relay.close(std::exchange(call.media, {}));
  release_media_ports(arrival.out);
}

void Proxy::State::refuse_offer(const Arrival& arrival, const Line& line, const Call& call,
                                const Flow& phone) {
  const bool was_proposal = arrival.flow.side() == Side::box && !speaks_for(line, call, phone);
  if (!was_proposal) withdraw_offer(arrival, call);
}

void Proxy::State::end_call(Line& line, const Call& call, ByteView call_id, Actions& out) {
  if (call.media) {
    const Duration talked_for = call.carrier ? call.signalled - call.accepted : Duration{};
    out.add(CallReport{call.carrier, line.id, std::string(call_id), talked_for, relay.close(call.media)});
    release_media_ports(out);
  } else {
    out.note(Note::Kind::call_ended, call.carrier, line.id, std::string(call_id));
  }
  line.calls.remove(call.hash);
}

void Proxy::State::end_calls(Line& line, Actions& out) {
  while (!line.calls.empty()) end_call(line, line.calls.all().front(), {}, out);
}

void Proxy::State::end_silent_calls(Line& line, TimePoint now, Actions& out) {
  const auto is_over = [&](const Call& call) { return call_deadline(call) <= now; };
  for (auto over = std::ranges::find_if(line.calls.all(), is_over); over != line.calls.all().end();
       over = std::ranges::find_if(line.calls.all(), is_over)) {
    end_call(line, *over, {}, out);
  }
}

/// Calls with direct audio end by signalling alone.
TimePoint Proxy::State::call_deadline(const Call& call) const {
  if (!call.media) return kNever;
  return std::max(call.signalled + call.refresh + kCallGrace, relay.last_packet(call.media) + kMediaSilence);
}

TimePoint Proxy::State::last_used(const Line& line) const {
  TimePoint last = line.last_used;
  for (const Call& call : line.calls.all()) last = std::max(last, relay.last_packet(call.media));
  return last;
}

}  // namespace fapfon::proxy
