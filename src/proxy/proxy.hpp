// SPDX-License-Identifier: GPL-2.0-or-later
// The protocol core: bytes and time go in, actions come out. It knows no socket, clock, log or file,
// so a whole call with time-outs, a Box reboot and a VPN reconnect is a unit test. One thread.
//
// Start reading at Proxy::receive in proxy.cpp. The steps of one message are listed in
// docs/life-of-a-message.md, and who owns what is drawn in docs/architecture.md.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/socket_address.hpp"
#include "base/time.hpp"
#include "proxy/action.hpp"
#include "proxy/config.hpp"
#include "proxy/guest_rates.hpp"
#include "relay/relay.hpp"

namespace fapfon::proxy {

class Visitor;
struct Restored;
struct Snapshot;

/// The ids of the two Box flows of one box-facing address. Its TCP listener goes by `udp` as well.
struct BoxFacingFlows {
  FlowId udp;
  FlowId tcp;
};

class Proxy {
 public:
  /// Audio of relayed calls goes through `relay`, which has to live longer.
  Proxy(const Config& config, relay::Relay& relay);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  // --- The Box ---------------------------------------------------------------------------------

  /// Where the Box is. Until this is set, and while it is none, requests get 503.
  void set_box(std::optional<SocketAddress> box);

  /// Which path audio takes in calls that begin from now on (M1), for good. A call keeps the mode that it
  /// began with.
  void set_media(MediaMode mode);
  /// The same, until `good_until`: an INVITE that comes later waits up to kMediaPatience for the next
  /// decision (AskMedia). Those that wait now go on.
  void set_media(MediaMode mode, TimePoint good_until, TimePoint now, Actions& out);

  /// How many more box-facing addresses the core would like to have in stock, so that a new line
  /// never waits. Ask after each batch; 0 while the Box is unknown.
  [[nodiscard]] std::size_t box_facing_wanted() const;

  /// Hands over a box-facing address: a local address on which a UDP socket is bound and a TCP
  /// listener listens. The ids name the UDP socket and the (not yet dialled) TCP connection.
  BoxFacingFlows offer_box_facing(const SocketAddress& address, TimePoint now);

  // --- Flows come and go -----------------------------------------------------------------------

  /// The flow of a datagram that reached our SIP port: found, or opened. None over a limit, and for bytes
  /// from an unknown address that are neither a message nor STUN (L9). Does not receive them.
  std::optional<FlowId> phone_datagram(const SocketAddress& local, const SocketAddress& remote,
                                       ByteView datagram, TimePoint now, Actions& out);
  /// A phone has connected by TCP. None over a limit (L9): close the connection.
  std::optional<FlowId> phone_connected(const SocketAddress& local, const SocketAddress& remote,
                                        TimePoint now, Actions& out);
  /// The Box has connected to the listener at the box-facing address whose UDP flow is `udp`.
  /// None when it is not the Box, or when no line uses the address: close the connection.
  std::optional<FlowId> box_accepted(FlowId udp, const SocketAddress& remote, TimePoint now, Actions& out);

  /// A DialBox has succeeded.
  void box_connected(FlowId tcp, TimePoint now, Actions& out);
  /// A DialBox has failed. `unsent` is what had been given to Send since, in order: the requests in it
  /// are answered 503 (L6). For UDP: an ICMP error came for `unsent`, which may be empty or cut off.
  void box_unreachable(FlowId flow, ByteView unsent, ByteView cause, TimePoint now, Actions& out);
  /// A connection of either side is gone: closed by the other side, reset, timed out, or by a CloseFlow
  /// that could not be carried out otherwise. Not called for flows the core closed itself.
  void flow_closed(FlowId flow, TimePoint now, Actions& out);

  // --- Bytes -----------------------------------------------------------------------------------

  /// Bytes that arrived on `flow`: one datagram, or the next part of a TCP stream.
  void receive(FlowId flow, ByteView bytes, TimePoint now, Actions& out);

  // --- Time ------------------------------------------------------------------------------------

  /// When expire() has something to do next; kNever when it has not.
  [[nodiscard]] TimePoint next_deadline() const;
  /// Does what is due at `now`: keep-alives, expiry, redialling.
  void expire(TimePoint now, Actions& out);

  // --- From one program to the next (SPEC N6, L2) ----------------------------------------------------

  /// Shows all that has to survive a restart, record by record: flows first, then lines.
  void visit(Visitor& visitor) const;
  /// The same for what has Changed: this line and the flows that it names. Nothing when the line is gone.
  void visit(LineId line, Visitor& visitor) const;
  /// Continues where the predecessor left off. Call it before anything arrives, when the Box and the audio
  /// path are set and the relay has the media ports (relay::Relay::add_returning_pair). The snapshot must
  /// hold only what is there again: lines whose box-facing address is open as for offer_box_facing(), and TCP
  /// flows whose connection has been handed over. It may come from a damaged file: what cannot be true is
  /// left out.
  Restored restore(const Snapshot& snapshot, TimePoint now, Actions& out);

  // --- Views for log, dump and tests -------------------------------------------------------------

  struct FlowView {
    Side side;
    Transport transport;
    SocketAddress local;
    SocketAddress remote;
    LineId line;  ///< of a Box flow
  };
  /// None when the id names nothing any more.
  [[nodiscard]] std::optional<FlowView> flow(FlowId id) const;

  struct Counts {
    std::size_t flows = 0;    ///< phone flows
    std::size_t lines = 0;    ///< lines in use, reserved ones not counted
    std::size_t pending = 0;  ///< transactions that wait for a response
    std::size_t relayed_calls = 0;
  };
  [[nodiscard]] Counts counts() const;
  /// L9: nothing that has come on this flow of a phone has been accepted by the Box.
  [[nodiscard]] bool is_guest(FlowId phone) const;
  /// L9: the sources of which little passes now.
  [[nodiscard]] std::vector<Ban> bans(TimePoint now) const;
  /// How often each limit has been reached.
  [[nodiscard]] std::uint64_t reached(Limit limit) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace fapfon::proxy
