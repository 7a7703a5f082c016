// SPDX-License-Identifier: GPL-2.0-or-later
// Offer and answer of one dialog (RFC 3264; RFC 3261 sections 13 and 14, RFC 3262, RFC 3311): which session
// description is in force on which side. SPEC M2, "which words count": a message that is repeated, late, or
// of another transaction changes nothing.
//
//   request with offer --> open --2xx with answer--> in force
//                            | refused (3xx to 6xx): forgotten, what was in force stays
//   request without offer --> open --1xx or 2xx with offer--> open --PRACK or ACK with answer--> in force
//
// While nothing has been agreed yet, an offer and an early answer are in force at once: early media needs
// them.
#pragma once

#include <cstdint>
#include <optional>

#include "base/side.hpp"
#include "relay/description.hpp"
#include "sip/start_line.hpp"

namespace fapfon::proxy {

/// The transaction in whose messages an offer and its answer travel. CSeq counts for each side by itself.
struct Exchange {
  Side requester = Side::phone;
  std::uint32_t cseq = 0;
  sip::Method method = sip::Method::invite;

  friend bool operator==(const Exchange&, const Exchange&) = default;
};

/// What an OfferAnswer knows, for a program that takes over from this one (SPEC N6).
struct OfferAnswerRecord;

/// One request and what it has brought so far.
struct OfferAnswerRound {
  Exchange exchange;
  std::optional<relay::Description> offer;
  std::optional<relay::Description> answer;
  Side offerer = Side::phone;
  std::uint32_t reliable_number = 0;
  bool answered = false;  ///< a final response came
  bool settled = false;   ///< by a reliable 1xx: the final response says nothing new (RFC 3262 section 5)

  friend bool operator==(const OfferAnswerRound&, const OfferAnswerRound&) = default;
};

class OfferAnswer {
 public:
  using Session = relay::Description;
  using Round = OfferAnswerRound;

  /// The dialog begins with a response to this INVITE, whose offer is null if it made none. `confirmed`: the
  /// dialog is older than this program, so the INVITE is a re-INVITE.
  void begin(const Exchange& invite, const Session* offer, bool confirmed);

  // Each takes what a message says; null means that it has no readable session description. True when what is
  // in force has changed.

  /// INVITE, UPDATE or PRACK in the dialog.
  bool take_request(const Exchange& exchange, const Session* said);
  /// The ACK to a 2xx, which has the number of its INVITE.
  bool take_ack(const Exchange& invite, const Session* said);
  /// A response to one of the three. `reliable_number` is RSeq of a reliable 1xx (RFC 3262), else 0.
  bool take_response(const Exchange& exchange, int status, std::uint32_t reliable_number,
                     const Session* said);

  /// What that side wants now; null before it has said anything that counts.
  [[nodiscard]] const Session* in_force(Side side) const noexcept;

  [[nodiscard]] OfferAnswerRecord record() const;
  void restore(const OfferAnswerRecord& record);

 private:
  bool take_provisional(Round& round, std::uint32_t reliable_number, const Session* said);
  bool take_success(Round& round, const Session* said);
  bool commit(Round& round);
  bool put_in_force(Side side, const std::optional<Session>& session);
  [[nodiscard]] std::optional<Round>& round_of(const Exchange& exchange) noexcept;

  BothSides<std::optional<Round>> invites_;
  BothSides<std::optional<Round>> others_;  ///< UPDATE and PRACK
  /// Of a 2xx, until its ACK brings the answer; the next INVITE may overtake that.
  BothSides<std::optional<Round>> late_offers_;
  BothSides<std::optional<Session>> in_force_;
  BothSides<std::int64_t> newest_cseq_{-1, -1};  ///< of the requests above
  bool is_agreed_ = false;                       ///< an offer has been answered for good
};

struct OfferAnswerRecord {
  /// Only those that can still change something.
  BothSides<std::optional<OfferAnswer::Round>> invites;
  BothSides<std::optional<OfferAnswer::Round>> others;
  BothSides<std::optional<OfferAnswer::Round>> late_offers;
  BothSides<std::optional<relay::Description>> in_force;
  BothSides<std::int64_t> newest_cseq{-1, -1};
  bool is_agreed = false;

  friend bool operator==(const OfferAnswerRecord&, const OfferAnswerRecord&) = default;
};

}  // namespace fapfon::proxy
