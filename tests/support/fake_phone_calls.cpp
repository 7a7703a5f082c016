// SPDX-License-Identifier: GPL-2.0-or-later
// The phone's calls: what it dials and what rings (RFC 3261 sections 12 to 15).
#include <algorithm>

#include "support/digest.hpp"
#include "support/fake_phone.hpp"
#include "support/session_text.hpp"
#include "support/uri_text.hpp"

namespace fapfon::support {
namespace {

std::string with_method(const std::string& cseq, ByteView method) {
  return cseq.substr(0, cseq.find(' ') + 1) + std::string{method};
}

/// The ACK of a refusal, or the CANCEL: the INVITE's own Via and CSeq number (RFC 3261 17.1.1.3, 9.1).
Message bodiless_from(const Message& invite, ByteView method) {
  Message out = Message::request(method, invite.request_uri());
  for (const char* name : {"Via", "Max-Forwards", "From", "To", "Call-ID"}) out.add(name, invite.get(name));
  return out.add("CSeq", with_method(invite.get("CSeq"), method));
}

}  // namespace

std::size_t FakePhone::invite(std::size_t account, ByteView number, Outbox& out,
                              std::optional<Transport> transport) {
  const std::string host = to_uri_host(profile_.server.ip);
  PhoneCall call;
  call.account = account;
  call.transport = transport.value_or(profile_.transport);
  call.call_id = fresh("call").substr(0, 20);
  call.local = "<sip:" + profile_.accounts[account].user + '@' + host + ">;tag=" + fresh("tag").substr(0, 10);
  call.remote_target = "sip:" + std::string{number} + '@' + host;
  if (call.transport == Transport::tcp) call.remote_target += ";transport=TCP";
  call.remote = "<sip:" + std::string{number} + '@' + host + '>';
  call.invite = request_for(call, "INVITE").carry("application/sdp", phone_session(profile_.audio, 0));
  send(call.transport, call.invite, out);
  calls_.push_back(std::move(call));
  return calls_.size() - 1;
}

void FakePhone::answer(std::size_t number, Outbox& out) {
  PhoneCall& call = calls_[number];
  answer_request(call.hop, call.invite, 200, &call, out);
}

void FakePhone::refuse(std::size_t number, int status, Outbox& out) {
  PhoneCall& call = calls_[number];
  call.state = PhoneCall::State::over;
  answer_request(call.hop, call.invite, status, &call, out);
}

void FakePhone::update(std::size_t number, Outbox& out) {
  PhoneCall& call = calls_[number];
  call.authorized = false;
  call.invite =
      request_for(call, "INVITE").carry("application/sdp", phone_session(profile_.audio, call.cseq));
  send(call.transport, call.invite, out);
}

void FakePhone::hang_up(std::size_t number, Outbox& out) {
  PhoneCall& call = calls_[number];
  if (call.is_pending() && !call.incoming)
    return send(call.transport, bodiless_from(call.invite, "CANCEL"), out);
  call.state = PhoneCall::State::over;
  send(call.transport, request_for(call, "BYE"), out);
}

void FakePhone::send_message(std::size_t account, ByteView number, ByteView text, Outbox& out) {
  const std::string host = to_uri_host(profile_.server.ip);
  const std::string target = "sip:" + std::string{number} + '@' + host;
  Message request = Message::request("MESSAGE", target);
  request.add("Via", via_for(profile_.transport)).add("Max-Forwards", "70");
  request.add("From",
              "<sip:" + profile_.accounts[account].user + '@' + host + ">;tag=" + fresh("tag").substr(0, 10));
  request.add("To", '<' + target + '>').add("Call-ID", fresh("call")).add("CSeq", "1 MESSAGE");
  send(profile_.transport, request.carry("text/plain", text), out);
}

std::size_t FakePhone::ringing_count() const {
  return static_cast<std::size_t>(std::count_if(calls_.begin(), calls_.end(), [](const PhoneCall& call) {
    return call.incoming && call.state == PhoneCall::State::ringing;
  }));
}

Message FakePhone::request_for(PhoneCall& call, ByteView method) {
  Message request = Message::request(method, call.remote_target);
  request.add("Via", via_for(call.transport)).add("Max-Forwards", "70");
  request.add("From", call.local).add("To", call.remote).add("Call-ID", call.call_id);
  request.add("CSeq", std::to_string(call.cseq++) + ' ' + std::string{method});
  if (method != "INVITE") return request;
  const std::string contact =
      contact_value(call.account, registrations_[call.account].contact, call.transport);
  return request.add("Contact", '<' + uri_in(contact) + '>');
}

void FakePhone::on_invite_answer(PhoneCall& call, const Message& response, Outbox& out) {
  call.statuses.push_back(response.status());
  call.retry_after = response.get("Retry-After");
  const bool in_dialog = parameter(call.invite.get("To"), "tag").has_value();
  if (response.status() < 200) {
    if (response.status() > 100 && call.is_pending()) call.state = PhoneCall::State::ringing;
    if (response.status() == 183) call.early_audio = audio_in(response.body);
    return;
  }
  if (response.status() < 300) {
    if (in_dialog) ++call.updates;
    call.state = PhoneCall::State::up;
    return acknowledge(call, response, out);
  }
  Message ack = bodiless_from(call.invite, "ACK");
  send(call.transport, ack.set("To", response.get("To")), out);
  const bool asked = response.status() == 401 || response.status() == 407;
  if (!asked || call.authorized) {
    if (!in_dialog) call.state = PhoneCall::State::refused;
    return;
  }
  call.authorized = true;
  const bool by_proxy = response.status() == 407;
  const std::string body = call.invite.body;
  call.invite = request_for(call, "INVITE").carry("application/sdp", body);
  const Account& who = profile_.accounts[call.account];
  call.invite.add(by_proxy ? "Proxy-Authorization" : "Authorization",
                  answer_challenge(response.get(by_proxy ? "Proxy-Authenticate" : "WWW-Authenticate"),
                                   who.user, who.password, "INVITE", call.invite.request_uri()));
  send(call.transport, call.invite, out);
}

void FakePhone::acknowledge(PhoneCall& call, const Message& response, Outbox& out) {
  call.remote = response.get("To");
  if (response.has("Contact")) call.remote_target = uri_in(response.get("Contact"));
  call.audio = audio_in(response.body);
  Message ack = request_for(call, "ACK");
  --call.cseq;  // an ACK has the number of its INVITE
  ack.set("CSeq", with_method(response.get("CSeq"), "ACK"));
  send(call.transport, ack, out);
}

void FakePhone::on_request(const Hop& hop, const Message& request, Outbox& out) {
  const std::string method = request.method();
  PhoneCall* call = find_call(request);
  const bool own = std::find(own_uris_.begin(), own_uris_.end(), request.request_uri()) != own_uris_.end();
  if (!own) complain("a Request-URI that it never advertised", request);
  if (method == "INVITE" && call != nullptr) return on_reinvite(hop, *call, request, out);
  if (method == "INVITE") return on_invite(hop, request, out);
  if (method == "CANCEL") return on_cancel(hop, request, out);
  if (method == "ACK") {
    if (call != nullptr && call->incoming && call->is_pending()) call->state = PhoneCall::State::up;
    return;
  }
  if (method == "BYE") {
    if (call == nullptr) return answer_request(hop, request, 481, nullptr, out);
    call->state = PhoneCall::State::over;
  }
  answer_request(hop, request, 200, nullptr, out);
}

void FakePhone::on_invite(const Hop& hop, const Message& request, Outbox& out) {
  const auto known = std::find_if(calls_.begin(), calls_.end(), [&](const PhoneCall& c) {
    return c.incoming && c.invite.get("Via") == request.get("Via");
  });
  if (known != calls_.end()) return;  // the Box repeats itself
  const auto account = account_of(request.request_uri());
  if (!account) return complain("an INVITE whose Request-URI is not its own Contact", request);
  PhoneCall call;
  call.incoming = true;
  call.account = *account;
  call.state = PhoneCall::State::ringing;
  call.transport = hop.transport;
  call.hop = hop;
  call.call_id = request.get("Call-ID");
  call.local = request.get("To") + ";tag=" + fresh("tag").substr(0, 10);
  call.remote = request.get("From");
  call.remote_target = uri_in(request.get("Contact"));
  call.invite = request;
  call.audio = audio_in(request.body);
  answer_request(hop, request, 180, &call, out);
  calls_.push_back(std::move(call));
  if (profile_.answers_calls) answer(calls_.size() - 1, out);
}

void FakePhone::on_reinvite(const Hop& hop, PhoneCall& call, const Message& request, Outbox& out) {
  ++call.refreshes;
  call.audio = audio_in(request.body);
  answer_request(hop, request, 200, &call, out);
}

void FakePhone::on_cancel(const Hop& hop, const Message& request, Outbox& out) {
  const auto call = std::find_if(calls_.begin(), calls_.end(), [&](const PhoneCall& c) {
    return c.incoming && c.state == PhoneCall::State::ringing && c.invite.get("Via") == request.get("Via");
  });
  if (call == calls_.end()) return answer_request(hop, request, 481, nullptr, out);
  call->state = PhoneCall::State::cancelled;
  answer_request(hop, request, 200, nullptr, out);
  answer_request(hop, call->invite, 487, &*call, out);
}

void FakePhone::answer_request(const Hop& hop, const Message& request, int status, const PhoneCall* call,
                               Outbox& out) const {
  Message answer = Message::response(status, reason_of(status));
  answer.add("Via", request.get("Via")).add("From", request.get("From"));
  answer.add("To", call == nullptr ? request.get("To") : call->local);
  answer.add("Call-ID", request.get("Call-ID")).add("CSeq", request.get("CSeq"));
  if (call != nullptr && status < 300) {
    const SocketAddress& address = registrations_[call->account].contact;
    answer.add("Contact", '<' + uri_in(contact_value(call->account, address, hop.transport)) + '>');
  }
  if (call != nullptr && status == 200) answer.carry("application/sdp", phone_session(profile_.audio, 0));
  out.push_back({Outgoing::Kind::bytes, hop, answer.text()});
}

PhoneCall* FakePhone::find_call(const Message& message) {
  const bool from_here = !message.is_request();
  const auto own_tag = parameter(message.get(from_here ? "From" : "To"), "tag");
  for (PhoneCall& call : calls_) {
    const bool over = call.state == PhoneCall::State::over || call.state == PhoneCall::State::cancelled;
    if (over || call.call_id != message.get("Call-ID")) continue;
    if (parameter(call.local, "tag") == own_tag) return &call;
  }
  return nullptr;
}

std::optional<std::size_t> FakePhone::account_of(ByteView request_uri) const {
  for (std::size_t i = 0; i < registrations_.size(); ++i) {
    if (contact_uri(i, Transport::udp) == request_uri || contact_uri(i, Transport::tcp) == request_uri)
      return i;
  }
  return std::nullopt;
}

}  // namespace fapfon::support
