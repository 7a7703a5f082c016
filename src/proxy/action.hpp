// SPDX-License-Identifier: GPL-2.0-or-later
// What the core wants done, as values (STYLE rule 10). The daemon carries them out in order and
// empties the list; the list keeps its memory, so a message in steady state allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/side.hpp"
#include "base/socket_address.hpp"
#include "base/time.hpp"
#include "proxy/ids.hpp"
#include "relay/ids.hpp"
#include "relay/media_report.hpp"

namespace fapfon::proxy {

/// A part of Actions::bytes().
struct ByteRange {
  std::size_t offset = 0;
  std::size_t length = 0;
};

/// Send these bytes on the flow. On UDP they are one datagram. On a Box TCP flow that is being
/// dialled they wait for the connection.
struct Send {
  FlowId flow;
  ByteRange bytes;
};

/// Connect the Box TCP flow: from the line's box-facing address to the Box. Answered by Proxy::box_connected
/// or Proxy::box_unreachable.
struct DialBox {
  FlowId flow;
};

enum class CloseReason : std::uint8_t {
  framing_lost,  ///< where the next message starts is unknown (SPEC F2, F3)
  unfinished,  ///< no message, or an unfinished one, for kUnfinishedMessageTimeout; or too many bytes of them
               ///< (L9)
  box_restarted,  ///< so that the phone registers again (L6)
  line_ended,     ///< de-registered or expired (L5)
  idle,           ///< a phone flow that serves nothing
  gave_way,       ///< a guest, to another one (L9)
  refused,        ///< a guest that sends more than may pass (L9)
};

/// Close the connection of the flow. The core has forgotten the flow, unless it is a line's own TCP flow,
/// which it may dial again. For a phone's UDP flow there is nothing to close.
struct CloseFlow {
  FlowId flow;
  CloseReason reason;
};

/// The box-facing address of a line is free again: close its UDP socket and TCP listener.
struct ReleaseBoxFacing {
  FlowId udp;
};

/// A call with relayed media is over. It takes the place of Note::call_ended.
struct CallReport {
  FlowId flow;  ///< that carried it; none when it was never accepted
  LineId line;
  std::string call_id;    ///< empty when the call ended without a message
  Duration talked_for{};  ///< from its acceptance to its last message; 0 when it was never accepted
  relay::MediaReport media;
};

/// The Box could not be reached: when it was given by name, resolve the name again (SPEC section 6).
struct ResolveBox {};

/// An INVITE waits because the decision about the audio path is too old (M1): ask the Box, then call
/// Proxy::set_media().
struct AskMedia {};

/// Something worth a line in the log.
struct Note {
  enum class Kind : std::uint8_t {
    flow_opened,           ///< DETAIL; flow
    flow_closed,           ///< DETAIL; flow
    line_opened,           ///< DETAIL; flow, line; text: AOR; box_facing
    line_registered,       ///< DETAIL; flow, line; text: AOR; box_facing
    line_taken_over,       ///< DETAIL; flow (the new one), line; text: AOR
    line_unregistered,     ///< DETAIL; line; text: AOR
    line_expired,          ///< DETAIL; line; text: AOR
    line_identity,         ///< VERBOSE; line; text: how the phone was recognised (L1)
    registration_refused,  ///< DETAIL; flow, line; text: status
    call_offered,          ///< DETAIL; flow (that the INVITE came on), line; text: Call-ID
    call_waits,  ///< DETAIL; flow (of the Box), line; text: Call-ID; for a phone that is not there yet (L8)
    call_ended,  ///< DETAIL; flow, line; text: Call-ID
    message_rejected,  ///< DETAIL; flow; text: status and cause (F8)
    message_dropped,   ///< DETAIL; flow; text: cause (F8)
    body_not_read,     ///< INFO; flow; text: the encoding of an SDP body that passes (SPEC section 4)
    limit_reached,     ///< INFO; text: which (L9)
    box_lost,          ///< INFO; line: the Box closed or reset its connection (L6)
    box_back,          ///< INFO; line (L6)
    box_unreachable,   ///< ERROR; flow; text: cause
  };
  Kind kind;
  FlowId flow;
  LineId line;
  std::string text;
  SocketAddress box_facing;  ///< of the line, where listed above; else port 0
};

/// Too much has come from this source, and little of it passes for a time (L9).
struct GuestBanned {
  IpAddress source;  ///< of an IPv6 /64 its lowest address
  std::chrono::seconds lasts{};
  ByteView cause;  ///< a text that lives as long as the program
};

/// A copy of the addresses of a flow: by the time it is read the core may have forgotten the flow.
struct Hop {
  Side side;
  Transport transport;
  SocketAddress local;
  SocketAddress remote;
};

/// One message that has passed, or that ended here, with its bytes before and after; the dump reads it. Only
/// with Config::tells_passed.
struct Passed {
  FlowId from;
  Hop came_by;   ///< of `from`
  FlowId to;     ///< none when it went no further; `from` when we have answered it ourselves
  LineId line;   ///< none when it is not known
  CallRef call;  ///< none outside of a call
  ByteRange came;
  ByteRange left;  ///< empty when it went no further
};

/// What has to survive a restart has changed for this line: its state, its Contacts, its calls.
struct Changed {
  LineId line;
};

using Action = std::variant<Send, DialBox, CloseFlow, ReleaseBoxFacing, CallReport, ResolveBox, AskMedia,
                            Note, GuestBanned, Passed, Changed>;

/// A list of actions and the bytes that their ranges name.
class Actions {
 public:
  /// Forgets all actions, keeps the memory.
  void clear() {
    list_.clear();
    bytes_.clear();
  }

  /// Adds one of the kinds of Action. It is made in place: g++ 12 warns of a moved variant at -O3.
  template <typename Kind>
  void add(Kind&& action) {
    list_.emplace_back(std::forward<Kind>(action));
  }
  void note(Note::Kind kind, FlowId flow, LineId line = {}, std::string text = {},
            const SocketAddress& box_facing = {}) {
    list_.emplace_back(Note{kind, flow, line, std::move(text), box_facing});
  }

  /// Adds Changed, unless the last action is already Changed of the same line.
  void changed(LineId line) {
    const auto* last = list_.empty() ? nullptr : std::get_if<Changed>(&list_.back());
    if (last == nullptr || last->line != line) list_.emplace_back(Changed{line});
  }

  /// Adds a Send of a copy of `bytes`.
  void send(FlowId flow, ByteView bytes) {
    const std::size_t offset = bytes_.size();
    bytes_.append(bytes);
    list_.emplace_back(Send{flow, {offset, bytes.size()}});
  }

  /// Where a message is written before send_from(); the caller only appends.
  std::string& buffer() noexcept { return bytes_; }
  /// Adds a Send of all that buffer() got since it had `offset` bytes.
  void send_from(FlowId flow, std::size_t offset) {
    list_.emplace_back(Send{flow, {offset, bytes_.size() - offset}});
  }

  [[nodiscard]] const std::vector<Action>& list() const noexcept { return list_; }
  /// The bytes of a range; valid until the next change of this object.
  [[nodiscard]] ByteView bytes(ByteRange range) const noexcept {
    return ByteView{bytes_}.substr(range.offset, range.length);
  }

 private:
  std::vector<Action> list_;
  std::string bytes_;
};

}  // namespace fapfon::proxy
