// SPDX-License-Identifier: GPL-2.0-or-later
#include "proxy/offer_answer.hpp"

#include <utility>

namespace fapfon::proxy {

void OfferAnswer::begin(const Exchange& invite, const Session* offer, bool confirmed) {
  is_agreed_ = confirmed;
  newest_cseq_.of(invite.requester) = invite.cseq;
  Round& round = invites_.of(invite.requester).emplace();
  round.exchange = invite;
  round.offerer = invite.requester;
  if (offer == nullptr) return;
  round.offer = *offer;
  if (!confirmed) put_in_force(invite.requester, round.offer);
}

std::optional<OfferAnswer::Round>& OfferAnswer::round_of(const Exchange& exchange) noexcept {
  return exchange.method == sip::Method::invite ? invites_.of(exchange.requester)
                                                : others_.of(exchange.requester);
}

bool OfferAnswer::take_request(const Exchange& exchange, const Session* said) {
  auto& newest = newest_cseq_.of(exchange.requester);
  if (exchange.cseq <= newest) return false;  // repeated, or overtaken
  newest = exchange.cseq;
  // RFC 3262 section 5: the PRACK answers an offer that a reliable 1xx has made.
  auto& invite = invites_.of(exchange.requester);
  const bool answers = exchange.method == sip::Method::prack && said != nullptr && invite && invite->offer &&
                       invite->offerer != exchange.requester && !invite->answer;
  if (answers) {
    invite->answer = *said;
    return commit(*invite);
  }
  // Only an INVITE may ask for an offer; the others say nothing of the session then.
  if (said == nullptr && exchange.method != sip::Method::invite) return false;
  Round& round = round_of(exchange).emplace();
  round.exchange = exchange;
  round.offerer = exchange.requester;
  if (said != nullptr) round.offer = *said;
  return false;
}

bool OfferAnswer::take_ack(const Exchange& invite, const Session* said) {
  auto& waiting = late_offers_.of(invite.requester);
  if (!waiting || waiting->exchange.cseq != invite.cseq || said == nullptr) return false;
  Round round = *std::exchange(waiting, std::nullopt);
  round.answer = *said;
  return commit(round);
}

bool OfferAnswer::take_response(const Exchange& exchange, int status, std::uint32_t reliable_number,
                                const Session* said) {
  auto& round = round_of(exchange);
  if (!round || round->exchange != exchange || round->answered) return false;
  if (status < 200) return take_provisional(*round, reliable_number, said);
  round->answered = true;
  return status < 300 && take_success(*round, said);
}

bool OfferAnswer::take_provisional(Round& round, std::uint32_t reliable_number, const Session* said) {
  if (said == nullptr || round.settled || reliable_number < round.reliable_number) return false;
  round.reliable_number = reliable_number;
  const Side responder = other(round.exchange.requester);
  if (round.offer && round.offerer == round.exchange.requester) {
    round.answer = *said;
    round.settled = reliable_number != 0;
    if (round.settled) return commit(round);
    return !is_agreed_ && put_in_force(responder, round.answer);
  }
  if (round.answer) return false;  // its offer has been answered in a PRACK
  round.offer = *said;
  round.offerer = responder;
  return !is_agreed_ && put_in_force(responder, round.offer);
}

bool OfferAnswer::take_success(Round& round, const Session* said) {
  if (round.settled) return false;
  const Side responder = other(round.exchange.requester);
  if (round.offer && round.offerer == round.exchange.requester) {
    if (said != nullptr) round.answer = *said;
    return commit(round);
  }
  if (round.answer || (said == nullptr && !round.offer)) return false;
  if (said != nullptr) round.offer = *said;
  round.offerer = responder;
  if (round.exchange.method == sip::Method::invite) late_offers_.of(round.exchange.requester) = round;
  return !is_agreed_ && put_in_force(responder, round.offer);
}

/// An offer that no session description answers counts as agreed, because audio goes nowhere else then.
bool OfferAnswer::commit(Round& round) {
  is_agreed_ = true;
  const bool offer_changed = put_in_force(round.offerer, round.offer);
  const bool answer_changed = put_in_force(other(round.offerer), round.answer);
  return offer_changed || answer_changed;
}

bool OfferAnswer::put_in_force(Side side, const std::optional<Session>& session) {
  auto& current = in_force_.of(side);
  if (!session || current == session) return false;
  current = session;
  return true;
}

namespace {

std::optional<OfferAnswer::Round> open_part(const std::optional<OfferAnswer::Round>& round) {
  return round && !round->answered ? round : std::nullopt;
}

BothSides<std::optional<OfferAnswer::Round>> open_part(
    const BothSides<std::optional<OfferAnswer::Round>>& rounds) {
  return {open_part(rounds.phone), open_part(rounds.box)};
}

}  // namespace

OfferAnswerRecord OfferAnswer::record() const {
  return {open_part(invites_), open_part(others_), late_offers_, in_force_, newest_cseq_, is_agreed_};
}

void OfferAnswer::restore(const OfferAnswerRecord& record) {
  invites_ = record.invites;
  others_ = record.others;
  late_offers_ = record.late_offers;
  in_force_ = record.in_force;
  newest_cseq_ = record.newest_cseq;
  is_agreed_ = record.is_agreed;
}

const OfferAnswer::Session* OfferAnswer::in_force(Side side) const noexcept {
  const auto& session = in_force_.of(side);
  return session ? &*session : nullptr;
}

}  // namespace fapfon::proxy
