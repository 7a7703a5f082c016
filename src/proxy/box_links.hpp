// SPDX-License-Identifier: GPL-2.0-or-later
// The path to the Box (SPEC L2, L6): when a line's TCP connection is dialled, what happens when it breaks,
// and which phones are told. The states are drawn above BoxLink in line.hpp. The caller arms the deadline of
// the line afterwards (Lifetimes::arm).
#pragma once

#include "base/time.hpp"
#include "proxy/action.hpp"
#include "proxy/flows.hpp"
#include "proxy/line.hpp"

namespace fapfon::proxy {

class BoxLinks {
 public:
  explicit BoxLinks(Flows& flows) : flows_(flows) {}

  /// Makes sure that what is sent on the line's Box flow now can leave, and dials when needed. False: answer
  /// 503.
  bool reach(Line& line, Transport transport, TimePoint now, Actions& out);
  /// Adds DialBox; also for the next try after a pause.
  void dial(Line& line, Actions& out);
  /// DialBox has succeeded. Phones that the Box may have forgotten are disconnected, so that they register
  /// again.
  void connected(Line& line, TimePoint now, Actions& out);
  /// DialBox has failed.
  void failed(Line& line, ByteView cause, TimePoint now, Actions& out);
  /// The Box has closed or reset the connection.
  void closed(Line& line, TimePoint now, Actions& out);
  /// After a restart: the connection that the line had may be gone. A phone that is registered by TCP is
  /// called on it, so it is dialled again, and the phone told.
  void restart(Line& line, TimePoint now);
  /// After restart(): its connection has been handed over.
  static void resume(Line& line, TimePoint now) noexcept;
  /// Ends the connections between the line's box-facing address and the Box, whoever opened them.
  void end(Line& line, Actions& out);

  /// An ICMP error came for what the line has sent by UDP. For the next 0.1 to 5 s reach() says no for UDP.
  void udp_failed(const Line& line, ByteView cause, TimePoint now, Actions& out);
  /// Any datagram of the Box shows that it is there.
  void heard_by_udp() noexcept;
  /// The Box has another address, where UDP has not failed yet.
  void box_moved() noexcept { heard_by_udp(); }

 private:
  [[nodiscard]] bool is_registered_on_tcp(const Line& line) const;
  void lose(Line& line, unsigned failures, TimePoint now);

  Flows& flows_;
  TimePoint udp_down_until_{};
  unsigned udp_failures_ = 0;
};

}  // namespace fapfon::proxy
