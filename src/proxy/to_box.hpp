// SPDX-License-Identifier: GPL-2.0-or-later
// From the phone to the Box: the line, the path to the Box, the rules H1, H2 and H4 (rewrite/to_box).
#pragma once

#include <cstdint>

#include "proxy/box_links.hpp"
#include "proxy/guest_gate.hpp"
#include "proxy/passage.hpp"
#include "proxy/recognise.hpp"
#include "proxy/shared.hpp"
#include "rewrite/to_phone.hpp"

namespace fapfon::proxy {

class ToBox {
 public:
  ToBox(const Shared& shared, BoxLinks& links, GuestGate& gate)
      : shared_(shared), links_(links), gate_(gate) {}

  /// A request of a phone: it leaves for the Box, is answered here (503), or is dropped.
  void request(Passage& passage);
  /// A phone's response to a request of the Box: it leaves for the flow of the request, or is dropped.
  void response(Passage& passage);
  /// For Contact::order of one that is restored: newer than all that are there.
  std::uint64_t next_contact_order() noexcept { return ++contact_order_; }

 private:
  /// L1, L3: the line of a phone's request, opened when there is none; null over a limit (L9).
  Line* line_for(Passage& passage);
  Line* open_line(Passage& passage);
  void tell_opened(Passage& passage, const Line& line) const;
  void rewrite_request(Passage& passage, rewrite::ViaChange& via);
  void remember(Passage& passage, const rewrite::ViaChange& via, bool is_guest);
  void refuse_media(Passage& passage);

  Shared shared_;
  BoxLinks& links_;
  GuestGate& gate_;
  Identity identity_;  ///< reused from message to message
  std::uint64_t contact_order_ = 0;
};

}  // namespace fapfon::proxy
