// SPDX-License-Identifier: GPL-2.0-or-later
// The calls of all lines: which messages count (SPEC M2), which flow speaks for a call (L3, L4), which
// description is in force, and when it is over. Each Dialogs::take() is one message; what a repeated, late or
// foreign message says changes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/slot_map.hpp"
#include "proxy/call.hpp"
#include "proxy/flows.hpp"
#include "proxy/guests.hpp"
#include "proxy/line.hpp"
#include "proxy/passage.hpp"
#include "proxy/situation.hpp"
#include "proxy/transactions.hpp"
#include "relay/relay.hpp"

namespace fapfon::proxy {

class Dialogs {
 public:
  /// A line with more calls than this at once forgets the oldest that nobody has accepted, else the oldest.
  static constexpr std::size_t kMaxCallsPerLine = 8;

  Dialogs(const Situation& situation, Guests& guests, const Flows& flows, const Transactions& transactions,
          relay::Relay& relay)
      : situation_(situation), guests_(guests), flows_(flows), transactions_(transactions), relay_(relay) {}

  /// Finds the call that the message belongs to, or begins it with an INVITE. Sets Passage::call.
  void enter(Passage& passage);
  /// What the message means for its call, which may end by it: then Passage::call is null afterwards. `said`
  /// is its session description as far as a relay reads it; null without one. True when audio has to be aimed
  /// again.
  bool take(Passage& passage, const relay::Description* said);
  /// The INVITE is refused by us: a call that has only begun with it ends.
  void refuse(Passage& passage);
  /// H1: remembers the Contact that the phone has written in this dialog. In an accepted call it counts with
  /// the 2xx, so it waits in `transaction`, that of the request; null for a response.
  void learn_contact(Passage& passage, Transaction* transaction);

  /// The line's call with this Call-ID; null when there is none. Valid until the call ends.
  [[nodiscard]] Call* find(const Line& line, std::uint64_t call_hash);
  /// L1: the line that has a call with this Call-ID; none when nobody has, or several have.
  [[nodiscard]] LineId line_with(std::uint64_t call_hash) const;
  /// L4: the phone's flow that a request of the Box in a dialog goes to; none for an unknown call.
  [[nodiscard]] FlowId flow_of(const Line& line, const Passage& passage);
  /// L3: whether this message may change the call: the Box's may, and those on the flow that carries the call
  /// or serves the line. Another flow can only ask, and the Box decides.
  [[nodiscard]] static bool may_speak(const Passage& passage, const Call& call);
  /// Where audio of the call comes from and goes to, as signalling knows it.
  [[nodiscard]] relay::Places places_of(const Passage& passage, const Call& call) const;

  /// L4: after a take-over of the line calls go on at `flow`, except those whose own flow is registered as
  /// well.
  void move_to(const Line& line, FlowId flow, TimePoint now);
  /// L8: a BYE or CANCEL of the Box for a phone that is gone ends its call here and frees the ports. Nobody
  /// answers the Box.
  void end_unreachable(Passage& passage);
  /// L9: whether an ACK or CANCEL of a guest belongs to a call that it has begun: a few do, and must get
  /// through, or the Box goes on sending its refusal.
  bool may_finish(const Line& line, const Passage& passage);
  /// L9: ends a call of a guest, which gives way; `line` is the call's.
  void end_guest(CallRef id, Line& line, Actions& out);
  /// L9: whether a request of the phone names a dialog that the Box has accepted, tags included.
  [[nodiscard]] bool names_accepted_dialog(const Line& line, const Passage& passage);
  /// Ends all calls of the line.
  void end_all(Line& line, Actions& out);
  /// M2: ends the relayed calls that neither signalling nor media has kept alive.
  void end_silent(Line& line, TimePoint now, Actions& out);
  /// When end_silent() has something to do; kNever for a line without calls, or with direct ones that are
  /// accepted.
  [[nodiscard]] TimePoint deadline(const Line& line) const;
  /// A call of the line goes on, or is offered, on this flow of a phone.
  [[nodiscard]] bool has_call_on(const Line& line, FlowId phone) const;
  [[nodiscard]] bool has_accepted_call_on(const Line& line, FlowId phone) const;
  /// L9: whether an INVITE on this flow, which does not speak for the line, may begin one more call. Such
  /// calls have half the room, and none of them takes the place of a call of the line's own.
  [[nodiscard]] bool has_room_for_guest(const Line& line) const;
  /// When audio of a call of the line was heard last; TimePoint{} when never.
  [[nodiscard]] TimePoint last_packet(const Line& line) const;

  /// Null when the call is over. Valid until it ends.
  [[nodiscard]] const Call* find(CallRef id) const noexcept { return calls_.find(id); }

  /// A call of the line that was there before the program; to be filled in. Null when the line has such a
  /// call, or too many.
  Call* restore(Line& line, std::uint64_t call_hash);

 private:
  Call& begin(Passage& passage);
  Call& add(Line& line, std::uint64_t call_hash);
  void enter_opening(Passage& passage);
  void enter_unknown(Passage& passage);
  [[nodiscard]] bool may_open_again(const Passage& passage, const Call& call) const;
  [[nodiscard]] bool has_been_answered(const Passage& passage) const;
  void open_again(Passage& passage, Call& call);
  void open_media(const Passage& passage, Call& call);
  [[nodiscard]] OpeningInvite invite_of(const Passage& passage, const relay::Description* said) const;
  [[nodiscard]] DialogTags tags_of(const Passage& passage) const;

  bool take_request(Passage& passage, const relay::Description* said);
  bool take_opening(Passage& passage, const relay::Description* said);
  bool take_bye(Passage& passage);
  void take_cancel(const Passage& passage);
  bool take_response(Passage& passage, const relay::Description* said);
  bool take_opening_response(Passage& passage, const relay::Description* said);
  bool take_early(Passage& passage, Dialog& dialog, const relay::Description* said);
  bool take_accepted(Passage& passage, Dialog& dialog, const relay::Description* said);
  void take_refusal(Passage& passage);
  bool take_inner_response(Passage& passage, Dialog& dialog, const relay::Description* said);
  void adopt_proposal(Passage& passage);
  void adopt_contact(Passage& passage);
  bool refresh_target(Passage& passage, Dialog& dialog);
  bool move_speaker(Passage& passage, FlowId& speaker);
  Dialog* dialog_for(Passage& passage, Call& call);
  bool end_dialog(Passage& passage, Dialog& dialog);
  bool speak(Call& call, const Dialog& dialog);
  void end(Call& call, Line& line, ByteView call_id, Actions& out);
  void make_room(Line& line, Actions& out);
  [[nodiscard]] bool is_of_guest(const Call& call) const { return guests_.calls.contains(call.id); }
  void count_guest(const Passage& passage, const Call& call);
  [[nodiscard]] bool relays(const Passage& passage) const;
  [[nodiscard]] TimePoint call_deadline(const Call& call) const;

  const Situation& situation_;
  Guests& guests_;
  const Flows& flows_;
  const Transactions& transactions_;
  relay::Relay& relay_;
  SlotMap<Call, CallRef> calls_;
  boost::unordered_flat_map<std::uint64_t, std::vector<CallRef>> by_hash_;
};

}  // namespace fapfon::proxy
