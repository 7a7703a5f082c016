// SPDX-License-Identifier: GPL-2.0-or-later
// A simulated FRITZ!Box: registrar and B2BUA with the quirks of SPEC section 1. It has no socket and no
// clock; whoever owns it carries the bytes. It does not retransmit (the network here loses nothing but
// what a test wants lost), knows no far end (a called number answers by itself) and checks of its peer
// what SIP demands: complaints() has what was wrong.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "support/box_call.hpp"
#include "support/hop.hpp"
#include "support/message.hpp"
#include "support/registrar.hpp"
#include "support/stream.hpp"

namespace fapfon::support {

struct BoxProfile {
  /// What the number does that a phone calls.
  enum class FarEnd : std::uint8_t {
    answers,
    rings,
    previews,  ///< sends early media (183) and rings
    refuses,   ///< with refusal_status
    stays_silent
  };

  SocketAddress address{IpAddress::v4(172, 30, 10, 1), 5060};
  std::map<std::string, std::string> passwords;  ///< by user
  int wrong_password_status = 403;               ///< or 401
  int invite_challenge = 401;                    ///< or 407
  FarEnd far_end = FarEnd::answers;
  int refusal_status = 486;
  std::chrono::seconds session_refresh{300};  ///< 0: never
  std::uint16_t rtp_port = 7078;              ///< early media (183) uses the port + 2
  /// Where its SDP asks for audio when that is not the Box itself.
  std::optional<SocketAddress> audio;
  std::string session_expires;  ///< of its 2xx to INVITE (RFC 4028); empty: it knows no session timer
  /// In-dialog requests go by this transport instead of the dialog's own (H7).
  std::optional<Transport> in_dialog_transport;
};

class FakeBox {
 public:
  explicit FakeBox(BoxProfile profile);

  // --- Wires -------------------------------------------------------------------------------------
  void connected(const Hop& hop);
  void closed(const Hop& hop);
  void receive(const Hop& hop, ByteView bytes, TimePoint now, Outbox& out);
  [[nodiscard]] TimePoint next_deadline() const;
  void expire(TimePoint now, Outbox& out);

  // --- What a user of the Box does ---------------------------------------------------------------
  /// Rings all bindings of `user`; returns the numbers of the calls, none when there is no binding.
  std::vector<std::size_t> call(const std::string& user, TimePoint now, Outbox& out);
  /// Sends the INVITE of a call once more, as UDP's timer A does (RFC 3261 section 17.1.1.2).
  void repeat_invite(std::size_t call, Outbox& out);
  void hang_up(std::size_t call, TimePoint now, Outbox& out);
  /// The far end of a call of a phone answers.
  void pick_up(std::size_t call, Outbox& out);
  /// Another branch of a call of a phone, with a tag of its own, sends early media (183) from `rtp_port` +
  /// offset.
  void preview(std::size_t call, ByteView tag, std::uint16_t port_offset, Outbox& out);
  /// Session refresh at once (re-INVITE).
  void refresh(std::size_t call, TimePoint now, Outbox& out);
  /// Forgets bindings and calls and closes its connections.
  void reboot(Outbox& out);

  // --- What tests read ---------------------------------------------------------------------------
  struct Seen {
    Hop hop;
    TimePoint at;
    Message message;
  };
  [[nodiscard]] const std::vector<BoxCall>& calls() const noexcept { return calls_; }
  [[nodiscard]] const std::vector<Seen>& requests() const noexcept { return requests_; }
  [[nodiscard]] std::vector<Seen> requests(ByteView method) const;
  /// Datagrams of CRLF that reached the Box.
  [[nodiscard]] std::size_t keep_alive_count() const noexcept { return keep_alive_count_; }
  [[nodiscard]] const std::vector<std::string>& complaints() const noexcept { return complaints_; }
  void forget_complaints() { complaints_.clear(); }
  [[nodiscard]] const std::set<Hop>& connections() const noexcept { return connections_; }
  Registrar& registrar() noexcept { return registrar_; }
  BoxProfile& profile() noexcept { return profile_; }

 private:
  struct Pending {
    std::size_t call;
    Message request;
    bool is_refresh;
  };

  void handle(const Hop& hop, ByteView text, TimePoint now, Outbox& out);
  void check_request(const Message& message);
  void on_request(const Hop& hop, const Message& request, TimePoint now, Outbox& out);
  void on_register(const Hop& hop, const Message& request, TimePoint now, Outbox& out);
  void on_invite(const Hop& hop, const Message& request, TimePoint now, Outbox& out);
  void on_reinvite(const Hop& hop, const Message& request, Outbox& out);
  void on_ack(const Message& request, TimePoint now);
  void on_cancel(const Hop& hop, const Message& request, Outbox& out);
  void on_bye(const Hop& hop, const Message& request, Outbox& out);
  void on_response(const Message& response, TimePoint now, Outbox& out);
  void on_invite_answer(const Pending& pending, const Message& response, TimePoint now, Outbox& out);
  void on_refresh_answer(const Pending& pending, const Message& response, Outbox& out);

  enum class Verdict : std::uint8_t { genuine, unproven, wrong };
  Verdict verify(const Message& request, ByteView header, const std::string& user);
  Message answer_to(const Message& request, const Hop& hop, int status, ByteView tag);
  void send_answer(const Hop& hop, const Message& answer, Outbox& out) const;
  void challenge(const Hop& hop, const Message& request, int status, Outbox& out);

  std::size_t open_call(const std::string& user, const Binding& binding, const std::string& call_id);
  Message request_for(BoxCall& call, ByteView method, Transport transport);
  void send_request(std::size_t call, const Message& request, const Hop& hop, Outbox& out);
  void acknowledge(BoxCall& call, const Message& response, Outbox& out);
  void cancel_others(std::size_t answered, Outbox& out);
  [[nodiscard]] Hop way_to(const BoxCall& call) const;
  [[nodiscard]] Hop way_to(const SocketAddress& target, Transport transport) const;
  BoxCall* find_call(const Message& request);
  void read_session(BoxCall& call, const Message& message) const;
  [[nodiscard]] std::string session(std::uint16_t port_offset, unsigned version) const;
  /// Random to look at, the same in every run.
  std::string fresh(ByteView prefix);
  void complain(const std::string& what, const Message& about);

  BoxProfile profile_;
  Registrar registrar_;
  std::set<std::string> nonces_;
  std::set<Hop> connections_;
  std::map<Hop, Stream> streams_;
  std::vector<BoxCall> calls_;
  std::map<std::string, Pending> pending_;  // by branch and method
  std::vector<Seen> requests_;
  std::vector<std::string> complaints_;
  std::size_t keep_alive_count_ = 0;
  unsigned fresh_count_ = 0;
};

}  // namespace fapfon::support
