// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/dialogs.hpp"

#include <algorithm>
#include <utility>

#include "proxy/session.hpp"
#include "proxy/timing.hpp"
#include "rewrite/to_box.hpp"
#include "sip/grammar.hpp"

namespace fapfon::proxy {
namespace {

/// RFC 4028 section 4: how long the dialog lives without a refresh; none when neither side has said so.
std::optional<std::chrono::seconds> session_expires(const sip::MessageView& message) noexcept {
  const sip::HeaderLine* header = message.find(sip::HeaderName::session_expires);
  if (header == nullptr) return std::nullopt;
  const ByteView value = header->value;
  const auto seconds = parse_decimal<std::uint16_t>(sip::trim(value.substr(0, value.find(';'))));
  return seconds ? std::optional(std::chrono::seconds(*seconds)) : std::nullopt;
}

/// RFC 3262 section 7.1; 0 when the response is not a reliable one.
std::uint32_t reliable_number(const sip::MessageView& message) noexcept {
  const sip::HeaderLine* header = message.find(sip::HeaderName::rseq);
  return header != nullptr ? parse_decimal<std::uint32_t>(sip::trim(header->value)).value_or(0) : 0;
}

bool is_challenge(int status) noexcept {
  return status == 401 || status == 407;
}

/// The requests in which a session is offered or answered.
bool carries_session(sip::Method method) noexcept {
  return method == sip::Method::invite || method == sip::Method::update || method == sip::Method::prack;
}

Side requester_of(const Passage& passage) noexcept {
  return passage.message.is_request() ? passage.from() : other(passage.from());
}

Exchange exchange_of(const Passage& passage) noexcept {
  return {requester_of(passage), passage.message.cseq().number, passage.message.method()};
}

ByteView tag_of(const sip::NameAddr& side) noexcept {
  const auto tag = sip::find_param(side.params, "tag");
  return tag ? tag->value : ByteView{};
}

/// True when the URI that the Box gets in its place leads back to this very Contact in every dialog.
bool comes_back_as_it_is(const sip::Uri& contact, const rewrite::AddressMap& map) noexcept {
  const rewrite::ContactPair* pair = rewrite::find_by_phone_uri(contact.whole, map);
  const auto box_uri = pair != nullptr ? sip::parse_uri(pair->box_uri) : std::nullopt;
  return box_uri && rewrite::find_by_box_uri(*box_uri, map) == pair;
}

bool is_success(const Passage& passage) noexcept {
  return passage.message.start().status / 100 == 2;
}

}  // namespace

// --- Finding and beginning ---------------------------------------------------------------------------

Call* Dialogs::find(const Line& line, std::uint64_t call_hash) {
  for (const CallRef id : line.calls) {
    Call* call = calls_.find(id);
    if (call->hash == call_hash) return call;
  }
  return nullptr;
}

LineId Dialogs::line_with(std::uint64_t call_hash) const {
  const auto found = by_hash_.find(call_hash);
  if (found == by_hash_.end() || found->second.size() != 1) return {};
  return calls_.find(found->second.front())->line;
}

FlowId Dialogs::flow_of(const Line& line, const Passage& passage) {
  Call* call = find(line, passage.call_hash);
  if (call == nullptr) return {};
  const Dialog* dialog = call->find(tags_of(passage));
  if (dialog == nullptr) {
    // The ACK of a refusal: its Request-URI names the Contact that has refused.
    return passage.message.start().method == sip::Method::ack ? FlowId{} : call->carrier;
  }
  const bool is_the_calls = call->is_accepted() && dialog == &call->dialogs[call->speaking];
  return is_the_calls || flows_.find(dialog->flow) == nullptr ? call->speaker() : dialog->flow;
}

bool Dialogs::may_speak(const Passage& passage, const Call& call) {
  if (passage.from() == Side::box) return true;
  return passage.line->serving == passage.phone->id || call.speaker() == passage.phone->id;
}

DialogTags Dialogs::tags_of(const Passage& passage) const {
  const std::uint64_t from = transactions_.hash(tag_of(passage.message.from()));
  const std::uint64_t to = transactions_.hash(tag_of(passage.message.to()));
  return requester_of(passage) == Side::phone ? DialogTags{from, to} : DialogTags{to, from};
}

void Dialogs::enter(Passage& passage) {
  passage.call = find(*passage.line, passage.call_hash);
  if (passage.message.start().method != sip::Method::invite || has_been_answered(passage)) return;
  if (passage.opens_dialog) return enter_opening(passage);
  if (passage.call == nullptr) enter_unknown(passage);
}

void Dialogs::enter_opening(Passage& passage) {
  if (passage.call == nullptr) {
    passage.call = &begin(passage);
    passage.call->invite = invite_of(passage, nullptr);
    count_guest(passage, *passage.call);
    passage.out.note(Note::Kind::call_offered, passage.flow.id, passage.line->id,
                     std::string(passage.message.call_id()));
    return open_media(passage, *passage.call);
  }
  Call& call = *passage.call;
  if (may_open_again(passage, call)) return open_again(passage, call);
  const bool is_same = !call.is_accepted() && call.invite.caller == passage.from() &&
                       call.invite.cseq == passage.message.cseq().number;
  const bool is_from_speaker = passage.from() == Side::box || call.offered_on == passage.flow.id;
  if (!is_same || !is_from_speaker) return;
  call.offered_on = passage.phone->id;  // L8: a call that has waited goes to another flow
  const std::uint64_t branch = transactions_.hash(passage.message.via().branch);
  const bool is_known = std::ranges::find(call.invite.branches, branch) != call.invite.branches.end();
  if (!is_known && call.invite.branches.size() < Call::kMaxBranches) call.invite.branches.push_back(branch);
  open_media(passage, call);
}

/// The answer to this INVITE was lost, or this copy of it is late: it begins nothing.
bool Dialogs::has_been_answered(const Passage& passage) const {
  const LineId line = passage.from() == Side::phone ? passage.line->id : LineId{};
  return transactions_.is_answered(transactions_.key_of(passage.message, line));
}

/// A call that was there before the program is known again by its next INVITE, when that has audio for us.
void Dialogs::enter_unknown(Passage& passage) {
  if (!relays(passage)) return;
  Call& call = begin(passage);
  call.invite.caller = passage.from();
  count_guest(passage, call);
  call.refresh = is_of_guest(call) ? kUnansweredCall : kCallIdle;
  Dialog& dialog = call.dialogs.emplace_back();
  dialog.tags = tags_of(passage);
  dialog.flow = passage.phone->id;
  dialog.is_confirmed = true;
  open_media(passage, call);
  passage.call = &call;
}

Call& Dialogs::begin(Passage& passage) {
  Line& line = *passage.line;
  make_room(line, passage.out);
  Call& call = add(line, passage.call_hash);
  call.signalled = passage.now;
  call.offered_on = passage.phone->id;
  return call;
}

Call& Dialogs::add(Line& line, std::uint64_t call_hash) {
  Call& call = calls_.emplace();
  call.line = line.id;
  call.hash = call_hash;
  line.calls.push_back(call.id);
  by_hash_[call.hash].push_back(call.id);
  return call;
}

Call* Dialogs::restore(Line& line, std::uint64_t call_hash) {
  const bool fits = line.calls.size() < kMaxCallsPerLine && find(line, call_hash) == nullptr;
  return fits ? &add(line, call_hash) : nullptr;
}

/// L9: a call of somebody on whose flow the Box has accepted nothing.
void Dialogs::count_guest(const Passage& passage, const Call& call) {
  if (passage.from() == Side::phone && flows_.is_guest(passage.flow.id))
    guests_.calls.add(call.id, passage.flow.remote.ip);
}

/// INVITEs of a stranger must not push out calls that go on (L3), nor those that ring (L9).
void Dialogs::make_room(Line& line, Actions& out) {
  if (line.calls.size() < kMaxCallsPerLine) return;
  const auto rank = [&](CallRef id) {
    const Call& call = *calls_.find(id);
    return is_of_guest(call) ? 0 : call.is_accepted() ? 2 : 1;
  };
  end(*calls_.find(*std::ranges::min_element(line.calls, {}, rank)), line, {}, out);
}

bool Dialogs::has_call_on(const Line& line, FlowId phone) const {
  return std::ranges::any_of(line.calls, [&](CallRef id) { return calls_.find(id)->speaker() == phone; });
}

bool Dialogs::has_accepted_call_on(const Line& line, FlowId phone) const {
  return std::ranges::any_of(line.calls, [&](CallRef id) { return calls_.find(id)->carrier == phone; });
}

bool Dialogs::has_room_for_guest(const Line& line) const {
  const auto guests =
      std::ranges::count_if(line.calls, [&](CallRef id) { return is_of_guest(*calls_.find(id)); });
  return line.calls.size() < kMaxCallsPerLine && guests < static_cast<std::ptrdiff_t>(kMaxCallsPerLine / 2);
}

OpeningInvite Dialogs::invite_of(const Passage& passage, const relay::Description* said) const {
  OpeningInvite invite;
  invite.caller = passage.from();
  invite.caller_tag = transactions_.hash(tag_of(passage.message.from()));
  invite.cseq = passage.message.cseq().number;
  invite.branches.push_back(transactions_.hash(passage.message.via().branch));
  if (said != nullptr) invite.offer = *said;
  return invite;
}

/// The next INVITE of a call that is not accepted yet: with a password, or with what a 422 asked for.
bool Dialogs::may_open_again(const Passage& passage, const Call& call) const {
  if (call.is_accepted() || call.invite.caller != passage.from()) return false;
  if (passage.message.cseq().number <= call.invite.cseq) return false;
  return !call.offered_on || may_speak(passage, call);
}

void Dialogs::open_again(Passage& passage, Call& call) {
  call.invite = invite_of(passage, nullptr);
  call.refresh = kUnansweredCall;
  call.dialogs.clear();
  call.speaking = 0;
  call.offered_on = passage.phone->id;
  open_media(passage, call);
}

void Dialogs::open_media(const Passage& passage, Call& call) {
  if (!call.media && relays(passage)) call.media = relay_.open(places_of(passage, call));
}

bool Dialogs::relays(const Passage& passage) const {
  if (!situation_.config.may_relay) return false;
  if (situation_.media_mode == MediaMode::relay) return true;
  const auto family = passage.phone->remote.ip.family();
  return family != passage.line->box_facing.ip.family() ||
         (passage.from() == Side::box && asks_for_other_family(passage.message, family));
}

relay::Places Dialogs::places_of(const Passage& passage, const Call& call) const {
  const Flow* speaker = flows_.find(call.speaker());
  if (speaker == nullptr && passage.line->serving == passage.phone->id) speaker = passage.phone;
  // A newcomer must not draw audio away by a request (L3), also when the phone's connection is gone.
  if (speaker == nullptr) return relay_.places(call.media);
  return {{speaker->local.ip, passage.line->box_facing.ip},
          {speaker->remote.ip, situation_.box.value_or(SocketAddress{}).ip}};
}

// --- Requests ------------------------------------------------------------------------------------------

bool Dialogs::take(Passage& passage, const relay::Description* said) {
  if (passage.call == nullptr) return false;
  passage.call->signalled = passage.now;
  return passage.message.is_request() ? take_request(passage, said) : take_response(passage, said);
}

bool Dialogs::take_request(Passage& passage, const relay::Description* said) {
  const sip::Method method = passage.message.start().method;
  if (method == sip::Method::bye) return take_bye(passage);
  if (method == sip::Method::cancel) take_cancel(passage);
  if (method == sip::Method::invite && passage.opens_dialog) return take_opening(passage, said);
  Call& call = *passage.call;
  Dialog* dialog = call.find_live(tags_of(passage));
  const bool is_ack = method == sip::Method::ack;
  if (dialog == nullptr || !(is_ack || carries_session(method))) return false;
  if (!may_speak(passage, call)) {
    if (!is_ack)
      dialog->proposal = {exchange_of(passage), said != nullptr ? std::optional(*said) : std::nullopt};
    return false;
  }
  const Exchange exchange = exchange_of(passage);
  const bool changed =
      is_ack ? dialog->session.take_ack(exchange, said) : dialog->session.take_request(exchange, said);
  return changed && dialog == &call.dialogs[call.speaking];
}

bool Dialogs::take_opening(Passage& passage, const relay::Description* said) {
  Call& call = *passage.call;
  const bool is_trusted = may_speak(passage, call);
  if (!is_trusted) {
    call.proposal = invite_of(passage, said);
    return false;
  }
  const bool counts = !call.is_accepted() && call.invite.caller == passage.from() &&
                      call.invite.cseq == passage.message.cseq().number && call.dialogs.empty();
  if (!counts || said == nullptr) return false;
  call.invite.offer = *said;
  return true;
}

bool Dialogs::take_bye(Passage& passage) {
  Call& call = *passage.call;
  Dialog* dialog = call.find_live(tags_of(passage));
  // Somebody who only knows the dialog's name must not end it (L3), so the answer decides.
  const bool is_trusted = may_speak(passage, call);
  return dialog != nullptr && is_trusted && end_dialog(passage, *dialog);
}

/// RFC 3261 section 9.1: after a CANCEL the final response is not awaited for longer than a transaction
/// lasts.
void Dialogs::take_cancel(const Passage& passage) {
  Call& call = *passage.call;
  const bool is_trusted = may_speak(passage, call);
  const auto& branches = call.invite.branches;
  const bool is_last =
      branches.size() == 1 && branches.front() == transactions_.hash(passage.message.via().branch);
  const bool is_callers = call.invite.caller == passage.from();
  if (is_trusted && is_last && is_callers && !call.is_accepted()) call.refresh = {};
}

/// RFC 3261 section 15: an early dialog ends alone, its INVITE goes on.
bool Dialogs::end_dialog(Passage& passage, Dialog& dialog) {
  Call& call = *passage.call;
  dialog.is_over = true;
  if (dialog.is_confirmed && !call.has_confirmed_dialog()) {
    end(call, *passage.line, passage.message.call_id(), passage.out);
    passage.call = nullptr;
    return false;
  }
  if (&dialog != &call.dialogs[call.speaking]) return false;
  auto next =
      std::ranges::find_if(call.dialogs, [](const Dialog& one) { return one.is_confirmed && !one.is_over; });
  if (next == call.dialogs.end()) next = std::ranges::find(call.dialogs, false, &Dialog::is_over);
  return next != call.dialogs.end() && speak(call, *next);
}

void Dialogs::refuse(Passage& passage) {
  Call* call = passage.call;
  const bool has_begun = call != nullptr && !call->is_accepted() && passage.opens_dialog;
  if (!has_begun) return;
  end(*call, *passage.line, passage.message.call_id(), passage.out);
  passage.call = nullptr;
}

void Dialogs::end_unreachable(Passage& passage) {
  Call* call = find(*passage.line, passage.call_hash);
  if (call == nullptr) return;
  passage.call = call;
  const sip::Method method = passage.message.start().method;
  if (method == sip::Method::bye) {
    if (Dialog* dialog = call->find_live(tags_of(passage))) end_dialog(passage, *dialog);
    return;
  }
  if (method != sip::Method::cancel || call->is_accepted() || call->invite.caller != Side::box) return;
  std::erase(call->invite.branches, transactions_.hash(passage.message.via().branch));
  if (!call->invite.branches.empty()) return;
  end(*call, *passage.line, passage.message.call_id(), passage.out);
  passage.call = nullptr;
}

// --- Responses -----------------------------------------------------------------------------------------

bool Dialogs::take_response(Passage& passage, const relay::Description* said) {
  const sip::Method method = passage.message.method();
  if (method == sip::Method::invite && passage.opens_dialog) return take_opening_response(passage, said);
  Dialog* dialog = passage.call->find_live(tags_of(passage));
  if (dialog == nullptr) return false;
  if (method == sip::Method::bye) return is_success(passage) && end_dialog(passage, *dialog);
  return carries_session(method) && take_inner_response(passage, *dialog, said);
}

bool Dialogs::take_opening_response(Passage& passage, const relay::Description* said) {
  if (is_success(passage)) adopt_proposal(passage);
  Call& call = *passage.call;
  const sip::MessageView& message = passage.message;
  const OpeningInvite& invite = call.invite;
  const std::uint64_t branch = transactions_.hash(message.via().branch);
  const bool belongs = invite.caller == requester_of(passage) && invite.cseq == message.cseq().number &&
                       invite.caller_tag == transactions_.hash(tag_of(message.from())) &&
                       std::ranges::find(invite.branches, branch) != invite.branches.end();
  const int status = message.start().status;
  if (!belongs) return false;
  // As long as the INVITE transaction (L9).
  if (status > 100 && status < 200 && call.refresh == kUnansweredCall)
    call.refresh = kInvitePendingTimeout - kCallGrace;
  if (status == 100) return false;
  if (status >= 300) {
    take_refusal(passage);
    return false;
  }
  Dialog* dialog = dialog_for(passage, call);
  if (dialog == nullptr) return false;
  return status < 200 ? take_early(passage, *dialog, said) : take_accepted(passage, *dialog, said);
}

/// Null when it is over, when there are too many, or when an early dialog has no name: a 1xx without To tag
/// makes none.
Dialog* Dialogs::dialog_for(Passage& passage, Call& call) {
  const DialogTags tags = tags_of(passage);
  if (Dialog* known = call.find(tags)) return known->is_over ? nullptr : known;
  const bool is_nameless = !is_success(passage) && !passage.message.has_to_tag();
  if (is_nameless || call.dialogs.size() == Call::kMaxBranches) return nullptr;
  Dialog& dialog = call.dialogs.emplace_back();
  dialog.tags = tags;
  dialog.flow = passage.phone->id;
  dialog.session.begin({call.invite.caller, call.invite.cseq, sip::Method::invite},
                       call.invite.offer ? &*call.invite.offer : nullptr, false);
  return &dialog;
}

bool Dialogs::take_early(Passage& passage, Dialog& dialog, const relay::Description* said) {
  Call& call = *passage.call;
  if (call.has_confirmed_dialog()) return false;
  const bool is_first = call.dialogs.size() == 1;
  const bool changed = dialog.session.take_response(exchange_of(passage), passage.message.start().status,
                                                    reliable_number(passage.message), said);
  return (changed || is_first) && speak(call, dialog);
}

bool Dialogs::take_accepted(Passage& passage, Dialog& dialog, const relay::Description* said) {
  Call& call = *passage.call;
  if (dialog.is_confirmed) return false;  // sent again because its ACK is missing
  const bool is_first = !call.has_confirmed_dialog();
  dialog.is_confirmed = true;
  dialog.session.take_response(exchange_of(passage), passage.message.start().status, 0, said);
  if (!is_first) return false;  // of another fork; the caller ends one of them
  call.accepted = passage.now;
  call.carrier = passage.phone->id;
  guests_.calls.remove(call.id);
  call.refresh = session_expires(passage.message).value_or(kCallIdle);
  adopt_contact(passage);
  passage.out.changed(call.line);
  return speak(call, dialog);
}

void Dialogs::take_refusal(Passage& passage) {
  Call& call = *passage.call;
  if (call.is_accepted()) return;
  std::erase(call.invite.branches, transactions_.hash(passage.message.via().branch));
  if (!call.invite.branches.empty()) return;  // of several bindings that ring one may accept
  if (!is_challenge(passage.message.start().status)) {
    end(call, *passage.line, passage.message.call_id(), passage.out);
    passage.call = nullptr;
    return;
  }
  // The call goes on with the next INVITE. Somebody without a password must not keep ports meanwhile.
  call.offered_on = {};
  call.refresh = {};
  call.dialogs.clear();
  call.speaking = 0;
  call.invite.offer.reset();
  relay_.close(std::exchange(call.media, {}));
}

bool Dialogs::take_inner_response(Passage& passage, Dialog& dialog, const relay::Description* said) {
  if (passage.transaction->is_answered) return false;  // sent again, or late
  Call& call = *passage.call;
  if (!may_speak(passage, call)) return false;
  const Exchange exchange = exchange_of(passage);
  if (is_success(passage) && dialog.proposal && dialog.proposal->exchange == exchange) {
    const Proposal proposal = *std::exchange(dialog.proposal, std::nullopt);
    dialog.session.take_request(exchange, proposal.offer ? &*proposal.offer : nullptr);
  }
  const int status = passage.message.start().status;
  const bool changed = dialog.session.take_response(exchange, status, reliable_number(passage.message), said);
  if (status >= 300 && !call.is_accepted() && dialog.is_confirmed) {  // a call of before the program
    end(call, *passage.line, passage.message.call_id(), passage.out);
    passage.call = nullptr;
    return false;
  }
  const bool has_moved = is_success(passage) && refresh_target(passage, dialog);
  return (changed || has_moved) && &dialog == &call.dialogs[call.speaking];
}

/// L3: a confirmed target refresh (RFC 3261 section 12.2, RFC 3311) moves the call to the flow that it came
/// on. True when it was elsewhere before.
bool Dialogs::refresh_target(Passage& passage, Dialog& dialog) {
  const sip::Method method = passage.message.method();
  if (method != sip::Method::invite && method != sip::Method::update) return false;
  Call& call = *passage.call;
  adopt_contact(passage);
  const bool is_of_phone = requester_of(passage) == Side::phone;
  if (is_of_phone) dialog.flow = passage.phone->id;
  // RFC 3311 section 5.1: an UPDATE while it rings accepts nothing.
  if (!dialog.is_confirmed) return is_of_phone && move_speaker(passage, call.offered_on);
  const auto expires = session_expires(passage.message);
  if (expires || method == sip::Method::invite) call.refresh = expires.value_or(kCallIdle);
  if (call.is_accepted() && !is_of_phone) return false;
  if (!call.is_accepted()) call.accepted = passage.now;
  return move_speaker(passage, call.carrier);
}

bool Dialogs::move_speaker(Passage& passage, FlowId& speaker) {
  const bool has_moved = std::exchange(speaker, passage.phone->id) != passage.phone->id;
  if (has_moved) passage.out.changed(passage.call->line);
  return has_moved;
}

void Dialogs::adopt_proposal(Passage& passage) {
  Call& call = *passage.call;
  const sip::MessageView& message = passage.message;
  const bool fits = call.proposal && call.proposal->caller == requester_of(passage) &&
                    call.proposal->cseq == message.cseq().number &&
                    call.proposal->caller_tag == transactions_.hash(tag_of(message.from())) &&
                    call.proposal->branches.front() == transactions_.hash(message.via().branch);
  if (!fits) return;
  call.invite = *std::exchange(call.proposal, std::nullopt);
  call.dialogs.clear();
  call.speaking = 0;
  call.carrier = {};
  call.offered_on = passage.phone->id;
  open_media(passage, call);
}

void Dialogs::adopt_contact(Passage& passage) {
  if (passage.transaction == nullptr || passage.transaction->contact.empty()) return;
  const auto uri = sip::parse_uri(passage.transaction->contact);
  if (uri) passage.call->contact = rewrite::ContactPair::make(*uri, rewrite::to_box_uri(*uri, passage.map));
}

bool Dialogs::speak(Call& call, const Dialog& dialog) {
  call.speaking = static_cast<std::size_t>(&dialog - call.dialogs.data());
  return true;
}

// --- The phone's own Contact in a dialog -----------------------------------------------------------------

void Dialogs::learn_contact(Passage& passage, Transaction* transaction) {
  const sip::MessageView& message = passage.message;
  if (!rewrite::names_remote_target(message) || message.contacts().empty()) return;
  const sip::Uri& uri = message.contacts().front().uri;
  if (Call* call = passage.call) {
    if (call->contact.phone_uri == uri.whole) return;
    const bool is_late = passage.opens_dialog && passage.message.cseq().number < call->invite.cseq;
    if (is_late) return;
    if (transaction != nullptr && (call->is_accepted() || !passage.opens_dialog)) {
      transaction->contact = uri.whole;
    } else if (may_speak(passage, *call)) {
      call->contact = rewrite::ContactPair::make(uri, rewrite::to_box_uri(uri, passage.map));
    }
    return;
  }
  if (comes_back_as_it_is(uri, passage.map)) return;
  auto& others = passage.line->dialog_contacts;
  std::erase_if(others, [&](const DialogContact& one) { return one.call_hash == passage.call_hash; });
  if (others.size() == kMaxDialogContacts) others.erase(others.begin());
  others.push_back(
      {passage.call_hash, rewrite::ContactPair::make(uri, rewrite::to_box_uri(uri, passage.map))});
}

// --- Moving and ending -----------------------------------------------------------------------------------

void Dialogs::move_to(const Line& line, FlowId flow, TimePoint now) {
  for (const CallRef id : line.calls) {
    Call& call = *calls_.find(id);
    FlowId& speaker = call.is_accepted() ? call.carrier : call.offered_on;
    if (flow && speaker && !is_registered_on(line, speaker)) speaker = flow;
    for (Dialog& dialog : call.dialogs) {
      if (flow && !is_registered_on(line, dialog.flow)) dialog.flow = flow;
    }
    const Flow* phone = flows_.find(speaker);
    if (call.media && phone != nullptr) relay_.move_phone(call.media, phone->remote.ip, now);
  }
}

void Dialogs::end(Call& call, Line& line, ByteView call_id, Actions& out) {
  if (call.media) {
    const Duration talked_for = call.is_accepted() ? call.signalled - call.accepted : Duration{};
    out.add(CallReport{call.carrier, line.id, std::string(call_id), talked_for, relay_.close(call.media)});
  } else {
    out.note(Note::Kind::call_ended, call.carrier, line.id, std::string(call_id));
  }
  out.changed(line.id);
  guests_.calls.remove(call.id);
  std::erase(line.calls, call.id);
  const auto same = by_hash_.find(call.hash);
  std::erase(same->second, call.id);
  if (same->second.empty()) by_hash_.erase(same);
  calls_.erase(call.id);
}

bool Dialogs::may_finish(const Line& line, const Passage& passage) {
  const sip::Method method = passage.message.method();
  if (method != sip::Method::ack && method != sip::Method::cancel) return false;
  constexpr unsigned kMost = 8;
  Call* call = find(line, passage.call_hash);
  return call != nullptr && call->finishing++ < kMost;
}

void Dialogs::end_guest(CallRef id, Line& line, Actions& out) {
  end(*calls_.find(id), line, {}, out);
}

bool Dialogs::names_accepted_dialog(const Line& line, const Passage& passage) {
  Call* call = passage.message.has_to_tag() ? find(line, passage.call_hash) : nullptr;
  return call != nullptr && call->is_accepted() && call->find_live(tags_of(passage)) != nullptr;
}

void Dialogs::end_all(Line& line, Actions& out) {
  while (!line.calls.empty()) end(*calls_.find(line.calls.front()), line, {}, out);
}

void Dialogs::end_silent(Line& line, TimePoint now, Actions& out) {
  const auto is_over = [&](CallRef id) { return call_deadline(*calls_.find(id)) <= now; };
  for (auto over = std::ranges::find_if(line.calls, is_over); over != line.calls.end();
       over = std::ranges::find_if(line.calls, is_over)) {
    end(*calls_.find(*over), line, {}, out);
  }
}

/// Accepted calls with direct audio end by signalling alone.
TimePoint Dialogs::call_deadline(const Call& call) const {
  if (!call.media && call.is_accepted()) return kNever;
  return std::max(call.signalled + call.refresh + kCallGrace, relay_.last_packet(call.media) + kMediaSilence);
}

TimePoint Dialogs::deadline(const Line& line) const {
  TimePoint first = kNever;
  for (const CallRef id : line.calls) first = std::min(first, call_deadline(*calls_.find(id)));
  return first;
}

TimePoint Dialogs::last_packet(const Line& line) const {
  TimePoint last{};
  for (const CallRef id : line.calls) last = std::max(last, relay_.last_packet(calls_.find(id)->media));
  return last;
}

}  // namespace fapfon::proxy
