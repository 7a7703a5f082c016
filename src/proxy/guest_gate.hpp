// SPDX-License-Identifier: GPL-2.0-or-later
// Where guests are let in, or not (SPEC L9): what the Box has not accepted gets its part of the room and of
// the rate, and goes first. All limits of base/limits.hpp that concern flows, lines, requests, calls and
// unfinished messages are kept here.
#pragma once

#include "proxy/dialogs.hpp"
#include "proxy/flows.hpp"
#include "proxy/guests.hpp"
#include "proxy/lifetimes.hpp"
#include "proxy/lines.hpp"
#include "proxy/passage.hpp"
#include "proxy/recognise.hpp"
#include "proxy/situation.hpp"

namespace fapfon::proxy {

class GuestGate {
 public:
  GuestGate(const Situation& situation, Guests& guests, Flows& flows, Lines& lines,
            Transactions& transactions, Dialogs& dialogs, Lifetimes& lifetimes)
      : limits_(situation.config.limits),
        guests_(guests),
        flows_(flows),
        lines_(lines),
        transactions_(transactions),
        dialogs_(dialogs),
        lifetimes_(lifetimes) {}

  /// Room for one more flow of `source`. False when everything is in use and no guest can give way.
  bool make_room_for_flow(const IpAddress& source, TimePoint now, Actions& out);
  /// Whether a datagram from an unknown address may open a flow now.
  bool may_open_flow(const IpAddress& source, TimePoint now, Actions& out);
  /// Room for the unfinished message of `flow`. When there is none the oldest other guest with one goes;
  /// false when the flow itself has to be closed.
  bool make_room_for_input(const Flow& flow, std::size_t size, TimePoint now, Actions& out);

  /// A request of a phone, whose line is known or null, is a guest's: the Box has accepted neither a
  /// registration on its flow nor a call that it belongs to.
  [[nodiscard]] bool is_guest(const Passage& passage);
  /// Whether the request of a guest may reach the Box now. If not, nothing is answered: over UDP it is sent
  /// again and may find room later, and a phone's TCP connection is closed, so that it connects again. A 503
  /// would make it wait for minutes.
  bool admit(Passage& passage, const Identity& identity);
  /// Room for one more line. False when all are in use.
  bool make_room_for_line(Passage& passage);
  /// Room for a request on `passage.line`, and for the call that it may begin.
  bool make_room_for_request(Passage& passage, bool is_guest);

 private:
  Standing standing_of(Passage& passage, const Identity& identity);
  static bool comes_back(Passage& passage, const Identity& identity);
  bool make_room_for_call(Passage& passage);

  const Limits& limits_;
  Guests& guests_;
  Flows& flows_;
  Lines& lines_;
  Transactions& transactions_;
  Dialogs& dialogs_;
  Lifetimes& lifetimes_;
};

/// True when a request brings credentials (RFC 3261 section 22).
bool has_credentials(const sip::MessageView& request) noexcept;

}  // namespace fapfon::proxy
