// SPDX-License-Identifier: GPL-2.0-or-later
// A line: one phone account as the Box sees it (SPEC section 1): an AOR plus +sip.instance or Contact
// user, its box-facing address, and the flows that speak for it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/socket_address.hpp"
#include "base/time.hpp"
#include "proxy/ids.hpp"
#include "rewrite/address_map.hpp"

namespace fapfon::proxy {

//                2xx to REGISTER                 idle, or removed and nothing under way (L5)
//   unregistered ---------------> registered   unregistered -----> reserved   (it was registered once)
//        ^                            |              |  ^              |
//        +----------------------------+              |  +--------------+ a request of the phone
//      de-registered, or expired + 32 s              +--------> gone <-- after a day
enum class LineState : std::uint8_t {
  unregistered,  ///< never registered, or not any more
  registered,    ///< the Box has a binding for its box-facing address
  reserved,      ///< only the box-facing address is kept, for the same phone (L5)
};

//          a message for the Box           connected
//   idle ----------------------> dialling ----------> open
//     ^                             | failed            | closed by the Box
//     +-----------------------------+-------------------+      (nobody registered on it)
//   lost <--------------------------+-------------------+      (a registered phone has to be told, L6)
//     +-- after 0.1 to 5 s --> dialling
enum class BoxLink : std::uint8_t { idle, dialling, open, lost };

/// One Contact that a phone has sent, on one flow.
struct Contact {
  rewrite::ContactPair pair;
  std::string instance;      ///< +sip.instance; empty when the phone sent none
  FlowId flow;               ///< that it came on
  bool in_register = false;  ///< came in a REGISTER, not only in a dialog
  bool registered = false;   ///< confirmed by the Box's 2xx (L3)
  TimePoint expires;         ///< of the binding, while registered
  std::uint64_t order = 0;   ///< larger is newer
  bool wanted = false;       ///< by the phone's last REGISTER that named it, whatever the Box says (L5)
  std::uint32_t wanted_seconds = 0;
  TimePoint wanted_at{};
};

/// L8, L4: the newest INVITE of the Box that the phone has not answered in any way. An app that push is just
/// waking up, or whose VPN is just coming back, gets it as soon as it has registered. The Box already knows
/// the Contact and would not send it again by TCP.
struct WaitingCall {
  std::string invite;      ///< as the Box sent it; empty when none waits
  std::uint64_t call = 0;  ///< hash of its Call-ID
  FlowId box_flow;         ///< that it came on
  FlowId sent_to;          ///< the phone flow that has got it; none when the phone was not there
  TimePoint until;         ///< the Box's own timer (RFC 3261 Timer B)
};

/// H1: the Contact that a phone has written in a dialog that is not a call (a subscription, say), where the
/// Contacts of its line cannot give it back.
struct DialogContact {
  std::uint64_t call_hash = 0;  ///< of the Call-ID
  rewrite::ContactPair pair;
};
inline constexpr std::size_t kMaxDialogContacts = 8;

struct Line {
  LineId id;
  std::string aor;           ///< "user@host", or the whole URI when it is not a sip: URI
  std::string instance;      ///< +sip.instance; empty when it is not known
  std::string contact_user;  ///< of the Contact
  IpAddress source;          ///< of the phone that opened it, for the limits (L9)

  SocketAddress box_facing;
  FlowId box_udp;
  FlowId box_tcp;
  std::vector<FlowId> accepted;  ///< connections that the Box has opened to box_facing

  LineState state = LineState::unregistered;
  bool was_registered = false;
  std::uint64_t registered_order =
      0;                         ///< Transaction::order of the newest REGISTER that has been confirmed (L5)
  bool is_refused = false;       ///< by the Box's last final answer; a challenge is one (L9)
  unsigned challenges = 0;       ///< of REGISTERs that the phone has not sent again yet (L5)
  TimePoint challenged_until{};  ///< how long that is waited for
  TimePoint came_back_at{};      ///< GuestGate
  FlowId serving;                ///< newest verified flow (L3); may be gone
  FlowId last_speaker;           ///< of an unregistered line: the flow whose request came last
  std::vector<Contact> contacts;
  std::vector<CallRef> calls;                  ///< the oldest first (Dialogs)
  std::vector<DialogContact> dialog_contacts;  ///< the oldest first
  WaitingCall waiting_call;
  TimePoint last_used;
  TimePoint reserved_until;
  TimePoint armed = kNever;  ///< Deadlines

  BoxLink link = BoxLink::idle;
  unsigned short_lived_links = 0;  ///< one after the other, each closed by the Box within kLongestRedial
  unsigned failed_dials = 0;       ///< since the last success
  TimePoint redial_at = kNever;    ///< while lost
  TimePoint link_opened_at;
  bool tell_phone = false;  ///< the Box has forgotten the registration: close the phone's connection (L6)
};

/// The flows that the Contacts of a line came on; ids of generation 0 fill the rest.
using ContactFlows = std::array<FlowId, rewrite::kMaxContactPairs>;
ContactFlows contact_flows(const Line& line) noexcept;

/// True while the Box has a binding of one of the line's Contacts.
bool has_registered_contact(const Line& line) noexcept;
/// The same for a Contact that came on `flow`.
bool is_registered_on(const Line& line, FlowId flow) noexcept;

/// L5: when the last registered Contact has expired and its 32 s of grace are over.
TimePoint registration_end(const Line& line) noexcept;

}  // namespace fapfon::proxy
