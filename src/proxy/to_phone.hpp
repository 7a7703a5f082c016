// SPDX-License-Identifier: GPL-2.0-or-later
// From the Box to the phone: the flow that serves the line, what a 2xx to REGISTER changes, the rules H3, H5
// and L6 (rewrite/to_phone).
#pragma once

#include "proxy/passage.hpp"
#include "proxy/shared.hpp"

namespace fapfon::proxy {

class ToPhone {
 public:
  explicit ToPhone(const Shared& shared) : shared_(shared) {}

  /// A request of the Box: it leaves for the phone, waits for it, or is dropped; 503 when its audio has no
  /// ports.
  void request(Passage& passage);
  /// The Box's response to a request of a phone: it leaves for the flow of the request, or is dropped.
  void response(Passage& passage);

 private:
  /// L4, L8: the flow that a request of the Box goes to; null when the phone is not there.
  Flow* target_of(const Line& line, const Passage& passage);
  Flow* registered_target(const Line& line, const sip::MessageView& request);
  void rewrite_response(Passage& passage);
  /// H6: the phone is given an address of ours for the Box's Contact.
  void hide_target(Passage& passage);
  /// L9: the Box has answered a request of a guest for good.
  void take_guests_answer(const Passage& passage);
  /// The Box has answered a REGISTER for good.
  void take_registration(Passage& passage);
  void confirm(Passage& passage);
  /// L8, L4: keeps a new INVITE of the Box until the phone answers; forgets it on CANCEL.
  void keep_waiting_call(Passage& passage);
  /// Sends the waiting INVITE to the flow that serves the line since now.
  void deliver_waiting_call(const Passage& passage);

  Shared shared_;
  sip::MessageView waiting_view_;  ///< reused for a call that has waited
  Edits waiting_edits_;
};

}  // namespace fapfon::proxy
