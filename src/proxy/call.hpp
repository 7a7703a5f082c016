// SPDX-License-Identifier: GPL-2.0-or-later
// A call of a line, from its INVITE until that fails, a BYE ends it, or neither side is heard any more. It
// holds the dialogs that its INVITE has made (RFC 3261 section 12): several while it rings, when the Box
// forks, and one that speaks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/side.hpp"
#include "base/time.hpp"
#include "proxy/ids.hpp"
#include "proxy/offer_answer.hpp"
#include "proxy/timing.hpp"
#include "relay/ids.hpp"
#include "rewrite/address_map.hpp"

namespace fapfon::proxy {

/// Hashes of the two tags; with the Call-ID they name a dialog. 0: a peer of RFC 2543 has none.
using DialogTags = BothSides<std::uint64_t>;

/// L3: a request in the dialog on a flow that does not speak for the call. It counts when the Box has
/// accepted it, not before.
struct Proposal {
  Exchange exchange;
  std::optional<relay::Description> offer;
};

struct Dialog {
  DialogTags tags;
  bool is_confirmed = false;  ///< by a 2xx to INVITE
  bool is_over = false;       ///< by a BYE; it stays known, because its 200 may come again
  FlowId flow;  ///< of the phone; that of the speaking one is Call::carrier when the call is accepted
  OfferAnswer session;
  std::optional<Proposal> proposal;
};

/// An INVITE that opens a call, with all its branches.
struct OpeningInvite {
  Side caller = Side::phone;
  std::uint64_t caller_tag = 0;
  std::uint32_t cseq = 0;
  std::vector<std::uint64_t> branches;  ///< hashes of those that have not been refused
  std::optional<relay::Description> offer;

  friend bool operator==(const OpeningInvite&, const OpeningInvite&) = default;
};

struct Call {
  /// Branches and dialogs of one call beyond these are not followed: their messages pass and change nothing.
  static constexpr std::size_t kMaxBranches = 8;

  CallRef id;
  LineId line;
  std::uint64_t hash = 0;  ///< of the Call-ID
  OpeningInvite invite;
  /// L3: an INVITE of the same Call-ID from somebody who does not speak for the call. The Box's 2xx to it
  /// makes it the one that counts.
  std::optional<OpeningInvite> proposal;
  std::vector<Dialog> dialogs;
  std::size_t speaking = 0;      ///< index of the dialog whose audio is heard; only with dialogs
  FlowId carrier;                ///< that the INVITE was accepted on; none before
  FlowId offered_on;             ///< that it came or went on; none after a challenge
  TimePoint accepted;            ///< when the 2xx came; only with a carrier
  unsigned finishing = 0;        ///< ACKs and CANCELs of a guest so far (L9)
  rewrite::ContactPair contact;  ///< H1: what the phone has written in this call; phone_uri is empty before
  std::string remote_target;     ///< H6: the Box's Contact, where the phone got another in its place
  relay::SessionId media;        ///< none: its audio goes directly
  TimePoint signalled;           ///< its last message
  /// How long it may be silent: RFC 4028, or our own patience. kCallGrace comes on top.
  Duration refresh = kUnansweredCall;

  [[nodiscard]] bool is_accepted() const noexcept { return static_cast<bool>(carrier); }
  /// The phone flow that may change the call (L3); none after a challenge.
  [[nodiscard]] FlowId speaker() const noexcept { return carrier ? carrier : offered_on; }
  /// Null when no dialog has these tags. Valid until a dialog is added or removed.
  [[nodiscard]] Dialog* find(const DialogTags& tags) noexcept;
  /// The same, unless it is over.
  [[nodiscard]] Dialog* find_live(const DialogTags& tags) noexcept;
  [[nodiscard]] bool has_confirmed_dialog() const noexcept;
  /// What `side` wants of its audio now; null before it has said anything that counts.
  [[nodiscard]] const relay::Description* in_force(Side side) const noexcept;
};

}  // namespace fapfon::proxy
