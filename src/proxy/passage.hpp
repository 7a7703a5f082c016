// SPDX-License-Identifier: GPL-2.0-or-later
// One message on its way. It is made once, when the message has been read, and handed down from step to step;
// each step adds what it has found, so that nothing is looked up twice.
#pragma once

#include <cstdint>

#include "base/edits.hpp"
#include "base/side.hpp"
#include "base/time.hpp"
#include "proxy/action.hpp"
#include "proxy/call.hpp"
#include "proxy/flow.hpp"
#include "proxy/line.hpp"
#include "proxy/transactions.hpp"
#include "rewrite/address_map.hpp"
#include "sip/message_view.hpp"

namespace fapfon::proxy {

struct Passage {
  Flow& flow;  ///< that it came on
  const sip::MessageView& message;
  Edits& edits;
  TimePoint now;
  Actions& out;
  std::uint64_t call_hash = 0;  ///< of its Call-ID; 0 when it could not be read

  // Found on the way; null until then, and where there is none:
  Line* line = nullptr;
  Flow* phone = nullptr;  ///< the phone's hop: where it comes from or goes to
  Call* call = nullptr;
  const Transaction* transaction = nullptr;  ///< of a response: the request that it answers
  bool opens_dialog = false;                 ///< it is a request without To tag, or answers one
  rewrite::AddressMap map{};                 ///< of line and phone

  // For Passed; line and call may be gone by then:
  LineId line_id{};
  CallRef call_ref{};
  FlowId left_on{};
  ByteRange left{};

  /// Which side has sent it.
  [[nodiscard]] Side from() const noexcept { return flow.side(); }

  /// Sends it on with its edits.
  void leave(FlowId to);
  /// Answers a request ourselves; does nothing where it cannot be answered (F8). A 503 names kRetryAfter.
  void answer(int status);
  /// F8: 400, 505 or 513 for what could not be read; L8: never to an INVITE of the Box.
  void refuse(sip::ParseError error);
  /// Notes in the log why the message goes no further.
  void drop(ByteView cause);
};

}  // namespace fapfon::proxy
