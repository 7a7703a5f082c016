// SPDX-License-Identifier: GPL-2.0-or-later
// When lines, flows and calls end (SPEC L5, L6, L7, L9). Every line and every flow has one deadline in a heap
// and is looked at when it is due; what is found then decides.
#pragma once

#include "base/time.hpp"
#include "proxy/action.hpp"
#include "proxy/box_links.hpp"
#include "proxy/deadlines.hpp"
#include "proxy/dialogs.hpp"
#include "proxy/flows.hpp"
#include "proxy/lines.hpp"
#include "proxy/transactions.hpp"

namespace fapfon::proxy {

class Lifetimes {
 public:
  Lifetimes(Flows& flows, Lines& lines, Transactions& transactions, Dialogs& dialogs, BoxLinks& links)
      : flows_(flows), lines_(lines), transactions_(transactions), dialogs_(dialogs), links_(links) {}

  /// When expire() has something to do; kNever when it has not.
  [[nodiscard]] TimePoint next_deadline() const;
  /// Does all that is due at `now`.
  void expire(TimePoint now, Actions& out);

  /// Plans the next look at the object. Call after anything of it has changed.
  void arm(Line& line);
  void arm(Flow& flow);

  /// L5: keeps the box-facing address for the phone, or releases it when it was never registered.
  void end_line(Line& line, TimePoint now, Actions& out);
  /// L5, L9: a line that the phone has removed, or that the Box has refused, ends as soon as nobody waits for
  /// an answer on it.
  void end_if_over(Line& line, TimePoint now, Actions& out);
  /// L5, L9: gives up the oldest reservations, as many as take guests' part of all lines.
  void trim_reservations(Actions& out);
  /// Gives its box-facing address back: nothing is left of the line.
  void release_line(Line& line, Actions& out);
  /// Starts or stops keep-alives (L7) of the flows that a line's Contacts name, or have named.
  void update_keep_alive(const ContactFlows& contact_flows, TimePoint now);
  /// L9: whether a phone's flow is a guest now: nothing is registered on it, and it carries no accepted call.
  void review(Flow& flow);
  /// The same for line and flow of a message whose call has been accepted.
  void review_call(const Passage& passage);
  /// Closes a flow of any role; the connection to the Box is then lost.
  void close_flow(Flow& flow, CloseReason reason, TimePoint now, Actions& out);

 private:
  [[nodiscard]] bool is_registering(const Line& line, TimePoint now) const;
  void expire_line(const Deadlines<LineId>::Due& due, TimePoint now, Actions& out);
  void expire_registration(Line& line, TimePoint now, Actions& out);
  void expire_flow(const Deadlines<FlowId>::Due& due, TimePoint now, Actions& out);
  void expire_datagrams(Flow& flow, TimePoint now, Actions& out);
  void update_keep_alive(Flow& flow, TimePoint now);
  [[nodiscard]] bool is_needed(const Flow& flow);
  [[nodiscard]] bool is_registered_on(const Flow& flow);
  [[nodiscard]] bool carries_call(const Flow& flow);
  [[nodiscard]] bool carries_accepted(const Flow& flow);
  [[nodiscard]] TimePoint connection_deadline(const Flow& flow);
  void expire_connection(Flow& flow, TimePoint now, Actions& out);
  [[nodiscard]] TimePoint line_deadline(const Line& line) const;

  Flows& flows_;
  Lines& lines_;
  Transactions& transactions_;
  Dialogs& dialogs_;
  BoxLinks& links_;
  Deadlines<FlowId> flow_deadlines_;
  Deadlines<LineId> line_deadlines_;
};

}  // namespace fapfon::proxy
