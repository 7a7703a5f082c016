// SPDX-License-Identifier: GPL-2.0-or-later
// What one program leaves to the next (SPEC N6, L2): lines, flows, calls and their media as plain values.
// Nothing is named by an id of the process: a flow goes by its addresses, a line by its box-facing address.
// Times are those of the core's clock. Transactions under way are not in it; retransmissions bring them back.
//
//   Proxy::visit ---> records ---> (bytes, and back) ---> Snapshot ---> Proxy::restore
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/socket_address.hpp"
#include "base/time.hpp"
#include "proxy/call.hpp"
#include "proxy/flow.hpp"
#include "proxy/line.hpp"
#include "proxy/offer_answer.hpp"
#include "proxy/proxy.hpp"
#include "relay/relay.hpp"

namespace fapfon::proxy {

/// The name of a phone's flow. Without addresses: of one that is gone.
struct FlowKey {
  Transport transport = Transport::udp;
  SocketAddress local;
  SocketAddress remote;

  friend auto operator<=>(const FlowKey&,
                          const FlowKey&) = default;  // NOLINT(modernize-use-nullptr): not one
};
/// None where there never was a flow, which is not the same as one that is gone.
using FlowName = std::optional<FlowKey>;

/// A flow of a phone, or a connection of a line to the Box that is open.
struct FlowRecord {
  FlowRole role = FlowRole::phone;  ///< never box_udp: that one is the line's
  FlowKey key;                      ///< `local` of a Box flow is the box-facing address of its line
  TimePoint last_heard;

  // Of TCP:
  std::string input;  ///< the unfinished message
  bool waits_for_message = false;
  TimePoint unfinished_since;

  // Of a phone:
  std::uint16_t via_port = 0;
  IpAddress sdp_written;
  TimePoint keep_alive_at = kNever;
  std::vector<SocketAddress> lines;  ///< that it has spoken for, the newest last: their box-facing addresses

  friend bool operator==(const FlowRecord&, const FlowRecord&) = default;
};

struct ContactUris {
  std::string phone_uri;  ///< byte for byte
  std::string box_uri;

  friend bool operator==(const ContactUris&, const ContactUris&) = default;
};

struct ContactRecord {
  ContactUris uris;
  std::string instance;
  FlowName flow;
  bool in_register = false;
  bool registered = false;
  TimePoint expires;
  std::uint64_t order = 0;  ///< larger is newer, among those of one line

  friend bool operator==(const ContactRecord&, const ContactRecord&) = default;
};

struct DialogContactRecord {
  std::uint64_t call_hash = 0;
  ContactUris uris;

  friend bool operator==(const DialogContactRecord&, const DialogContactRecord&) = default;
};

struct DialogRecord {
  DialogTags tags;
  bool is_confirmed = false;
  bool is_over = false;
  FlowName flow;
  OfferAnswerRecord session;

  friend bool operator==(const DialogRecord&, const DialogRecord&) = default;
};

struct CallRecord {
  std::uint64_t hash = 0;  ///< of the Call-ID, under Snapshot::hash_seed, as all hashes here
  OpeningInvite invite;
  std::vector<DialogRecord> dialogs;
  std::uint32_t speaking = 0;  ///< index of the dialog whose audio it is
  FlowName carrier;
  FlowName offered_on;
  TimePoint accepted;
  std::optional<ContactUris> contact;
  std::string remote_target;
  std::optional<relay::SessionRecord> media;  ///< none: its audio goes directly
  TimePoint signalled;
  Duration refresh = kUnansweredCall;

  friend bool operator==(const CallRecord&, const CallRecord&) = default;
};

struct LineRecord {
  SocketAddress box_facing;
  std::string aor;
  std::string instance;
  std::string contact_user;
  IpAddress source;
  LineState state = LineState::unregistered;
  bool was_registered = false;
  std::uint32_t challenges = 0;
  TimePoint challenged_until;
  FlowName serving;
  FlowName last_speaker;
  std::vector<ContactRecord> contacts;
  std::vector<DialogContactRecord> dialog_contacts;  ///< the oldest first
  std::vector<CallRecord> calls;                     ///< the oldest first
  TimePoint last_used;
  TimePoint reserved_until;

  friend bool operator==(const LineRecord&, const LineRecord&) = default;
};

/// Is shown the records one by one; they live as long as the call.
class Visitor {
 public:
  virtual void flow(const FlowRecord& record) = 0;
  virtual void line(const LineRecord& record) = 0;

 protected:
  ~Visitor() = default;
};

struct Snapshot {
  std::uint64_t hash_seed =
      0;  ///< Config::hash_seed of the predecessor; with another one calls are not known again
  std::vector<FlowRecord> flows;
  std::vector<LineRecord> lines;
};

/// What has become of each record of a Snapshot, in its order: ids, for the sockets that belong to it. None:
/// the record could not be true, or was over a limit, and its sockets have to be closed. Take these ids
/// before the Actions.
struct Restored {
  std::vector<FlowId> flows;
  std::vector<BoxFacingFlows> lines;
};

}  // namespace fapfon::proxy
