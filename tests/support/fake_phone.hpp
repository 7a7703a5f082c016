// SPDX-License-Identifier: GPL-2.0-or-later
// A simulated phone app or softphone (SPEC section 1), driven by a PhoneProfile. It has no socket and no
// clock. It does not retransmit. What it is owed and does not get (its own Contact byte for byte in the
// 200, its own Contact as Request-URI, its own Via back ...) stands in complaints().
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "support/hop.hpp"
#include "support/message.hpp"
#include "support/phone_call.hpp"
#include "support/phone_profile.hpp"
#include "support/stream.hpp"

namespace fapfon::support {

/// What one account knows of its registration.
struct Registration {
  SocketAddress contact;                     ///< advertised now
  std::optional<SocketAddress> old_contact;  ///< to be removed with the next REGISTER (pjsip)
  std::string call_id;
  unsigned cseq = 0;
  bool registered = false;
  bool adopted = false;             ///< the address in the current attempt (pjsip does so once)
  int status = 0;                   ///< the last answer to a REGISTER
  std::vector<int> statuses;        ///< all answers
  std::string retry_after;          ///< of the last answer
  std::chrono::seconds granted{0};  ///< for its own Contact
  TimePoint refresh_at = kNever;
  Message request;  ///< the last REGISTER
};

class FakePhone {
 public:
  explicit FakePhone(PhoneProfile profile);

  // --- Wires -------------------------------------------------------------------------------------
  /// A TCP connection is gone.
  void connection_lost(TimePoint now, Outbox& out);
  void receive(const Hop& hop, ByteView bytes, TimePoint now, Outbox& out);
  [[nodiscard]] TimePoint next_deadline() const;
  void expire(TimePoint now, Outbox& out);
  /// The VPN has given the phone other addresses; it tells nobody until it is asked to.
  void change_addresses(const PhoneProfile& profile);

  // --- What its user does ------------------------------------------------------------------------
  void send_register(std::size_t account, TimePoint now, Outbox& out);
  void send_unregister(std::size_t account, Outbox& out);
  /// "Contact: *" (RFC 3261 section 10.2.2).
  void send_unregister_all(std::size_t account, Outbox& out);
  /// Returns the number of the call. Without a transport: the profile's own.
  std::size_t invite(std::size_t account, ByteView number, Outbox& out,
                     std::optional<Transport> transport = std::nullopt);
  void answer(std::size_t call, Outbox& out);
  void refuse(std::size_t call, int status, Outbox& out);
  void update(std::size_t call, Outbox& out);  ///< re-INVITE
  void hang_up(std::size_t call, Outbox& out);
  /// A pager-mode MESSAGE (RFC 3428).
  void send_message(std::size_t account, ByteView number, ByteView text, Outbox& out);

  // --- What tests read ---------------------------------------------------------------------------
  [[nodiscard]] const PhoneProfile& profile() const noexcept { return profile_; }
  PhoneProfile& profile() noexcept { return profile_; }
  [[nodiscard]] const Registration& registration(std::size_t account = 0) const {
    return registrations_.at(account);
  }
  [[nodiscard]] const std::vector<PhoneCall>& calls() const noexcept { return calls_; }
  /// Calls that ring here now.
  [[nodiscard]] std::size_t ringing_count() const;
  [[nodiscard]] const std::vector<Message>& received() const noexcept { return received_; }
  [[nodiscard]] std::size_t keep_alive_count() const noexcept { return keep_alive_count_; }
  /// CRLFs that came on the present connection between messages (RFC 5626 section 4.4.1).
  [[nodiscard]] std::size_t pong_count() const noexcept { return stream_.crlf_count(); }
  [[nodiscard]] std::size_t connection_loss_count() const noexcept { return connection_loss_count_; }
  [[nodiscard]] const std::vector<std::string>& complaints() const noexcept { return complaints_; }
  void forget_complaints() { complaints_.clear(); }
  /// "<sip:john@10.81.179.54:61211;transport=TCP;ob>", what it advertises for this transport.
  [[nodiscard]] std::string contact_uri(std::size_t account, Transport transport) const;

 private:
  void handle(const Hop& hop, ByteView text, TimePoint now, Outbox& out);
  void on_response(const Hop& hop, const Message& response, TimePoint now, Outbox& out);
  void on_register_answer(std::size_t account, const Message& response, TimePoint now, Outbox& out);
  void on_registered(std::size_t account, const Message& response, TimePoint now);
  bool adopt_nat_address(Registration& registration, const Message& response) const;
  void on_invite_answer(PhoneCall& call, const Message& response, Outbox& out);
  void on_request(const Hop& hop, const Message& request, Outbox& out);
  void on_invite(const Hop& hop, const Message& request, Outbox& out);
  void on_reinvite(const Hop& hop, PhoneCall& call, const Message& request, Outbox& out);
  void on_cancel(const Hop& hop, const Message& request, Outbox& out);
  bool is_own_via(const Hop& hop, const Message& response);

  Message register_request(std::size_t account, ByteView contacts, std::chrono::seconds expires);
  [[nodiscard]] std::string contact_value(std::size_t account, const SocketAddress& address,
                                          Transport transport) const;
  Message request_for(PhoneCall& call, ByteView method);
  void acknowledge(PhoneCall& call, const Message& response, Outbox& out);
  void send(Transport transport, Message request, Outbox& out);
  void answer_request(const Hop& hop, const Message& request, int status, const PhoneCall* call,
                      Outbox& out) const;
  PhoneCall* find_call(const Message& message);
  [[nodiscard]] std::optional<std::size_t> account_of(ByteView request_uri) const;
  std::string fresh(ByteView prefix);
  std::string via_for(Transport transport);
  void complain(const std::string& what, const Message& about);

  PhoneProfile profile_;
  std::string salt_;                         // what makes its ids different from those of other phones
  std::vector<Registration> registrations_;  // by account
  std::vector<PhoneCall> calls_;
  std::map<std::string, Message> sent_;  // requests by branch and method
  std::vector<std::string> own_uris_;    // all Contacts it ever advertised
  std::vector<Message> received_;
  std::vector<std::string> complaints_;
  Stream stream_;
  TimePoint keep_alive_at_ = kNever;
  std::size_t keep_alive_count_ = 0;
  std::size_t connection_loss_count_ = 0;
  unsigned fresh_count_ = 0;
};

}  // namespace fapfon::support
