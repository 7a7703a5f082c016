// SPDX-License-Identifier: GPL-2.0-or-later
// The parts of the core, in the order in which they may ask each other: each asks only those above it. Who
// owns what is drawn in docs/architecture.md.
#pragma once

#include "base/edits.hpp"
#include "proxy/box_links.hpp"
#include "proxy/dialogs.hpp"
#include "proxy/flows.hpp"
#include "proxy/guest_gate.hpp"
#include "proxy/guests.hpp"
#include "proxy/held_invites.hpp"
#include "proxy/lifetimes.hpp"
#include "proxy/lines.hpp"
#include "proxy/media.hpp"
#include "proxy/proxy.hpp"
#include "proxy/situation.hpp"
#include "proxy/to_box.hpp"
#include "proxy/to_phone.hpp"
#include "proxy/transactions.hpp"

namespace fapfon::proxy {

struct Proxy::Parts {
  Parts(const Config& config, relay::Relay& media_relay)
      : situation{config, std::nullopt, config.media}, relay(media_relay) {}

  Situation situation;
  relay::Relay& relay;
  Guests guests;
  Flows flows{guests};
  Lines lines{situation.config.limits, guests};
  Transactions transactions{situation.config.hash_seed, guests};
  Dialogs dialogs{situation, guests, flows, transactions, relay};
  BoxLinks links{flows};
  Media media{dialogs, relay};
  Lifetimes lifetimes{flows, lines, transactions, dialogs, links};
  GuestGate gate{situation, guests, flows, lines, transactions, dialogs, lifetimes};
  ToPhone to_phone{shared()};
  ToBox to_box{shared(), links, gate};
  HeldInvites held_invites;

  // Reused from message to message, so that nothing is allocated:
  sip::MessageView view;
  sip::MessageView answer_view;
  Edits edits;
  Edits answer_edits;

  [[nodiscard]] Shared shared() {
    return {situation, guests, flows, lines, transactions, dialogs, media, lifetimes};
  }

  /// Null when there is no room (L9).
  Flow* open_phone(Transport transport, const SocketAddress& local, const SocketAddress& remote,
                   TimePoint now, Actions& out);

  // --- receive.cpp: from bytes to messages ---
  void receive_datagram(Flow& flow, ByteView datagram, TimePoint now, Actions& out);
  void receive_stream(Flow& flow, ByteView bytes, TimePoint now, Actions& out);
  /// One step of a stream; false when the flow is gone or nothing more can be read now.
  bool take_frame(FlowId id, ByteView& buffered, TimePoint now, Actions& out);
  /// L9: a message that can be read or answered, or STUN. A keep-alive is for a flow that is there.
  bool opens_flow(ByteView datagram);
  /// A message has been read, or `error` says why not. `came` is all that it came with.
  void pass(Flow& flow, sip::ParseError error, ByteView came, TimePoint now, Actions& out);
  /// M1: keeps an INVITE that would begin a call by a decision that is too old.
  bool hold_invite(FlowId flow, ByteView came, TimePoint now, Actions& out);
  void deliver(const std::optional<HeldInvite>& invite, TimePoint now, Actions& out);
  void carry(Passage passage, sip::ParseError error, ByteView came);
  void forward(Passage& passage);
  static void tell_passed(const Passage& passage, Passed passed, ByteView came);

  /// Requests that could not be delivered get 503, as if the Box had sent it.
  void answer_undelivered(Flow& flow, ByteView unsent, TimePoint now, Actions& out);
  void answer_undelivered(Flow& flow, const sip::MessageView& request, TimePoint now, Actions& out);
  [[nodiscard]] Line* line_of(FlowId box_flow);
};

}  // namespace fapfon::proxy
