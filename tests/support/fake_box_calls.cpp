// SPDX-License-Identifier: GPL-2.0-or-later
// The Box as a caller: it rings phones, refreshes sessions, hangs up (RFC 3261 sections 12 to 15).
#include <algorithm>

#include "support/fake_box.hpp"
#include "support/session_text.hpp"
#include "support/uri_text.hpp"

namespace fapfon::support {
namespace {

std::string pending_key(const Message& message) {
  return parameter(message.get("Via"), "branch").value_or("") + ' ' + message.method();
}

std::string with_method(const std::string& cseq, ByteView method) {
  return cseq.substr(0, cseq.find(' ') + 1) + std::string{method};
}

/// Turns a copy of an INVITE into the CANCEL or ACK that belongs to it (RFC 3261 sections 9.1, 17.1.1.3).
void make_bodiless(Message& invite, ByteView method) {
  invite.start_line = std::string{method} + ' ' + invite.request_uri() + " SIP/2.0";
  invite.body.clear();
  invite.set("CSeq", with_method(invite.get("CSeq"), method));
  std::erase_if(invite.headers,
                [](const Header& h) { return h.name == "Content-Type" || h.name == "Contact"; });
}

}  // namespace

std::vector<std::size_t> FakeBox::call(const std::string& user, TimePoint now, Outbox& out) {
  std::vector<std::size_t> numbers;
  const std::string call_id = fresh("call").substr(0, 16) + '@' + profile_.address.ip.to_string();
  for (const Binding& binding : registrar_.bindings(user, now)) {
    const auto target = address_in(binding.uri);
    if (!target) continue;
    const std::size_t number = open_call(user, binding, call_id);
    numbers.push_back(number);
    send_request(number, calls_[number].invite, way_to(*target, binding.transport), out);
  }
  return numbers;
}

std::size_t FakeBox::open_call(const std::string& user, const Binding& binding, const std::string& call_id) {
  BoxCall call;
  call.user = user;
  call.call_id = call_id;
  call.local = "\"Home\" <sip:**610@fritz.box>;tag=" + fresh("tag");
  // Seen at the Box: To carries the stored Contact, not the AOR.
  call.remote = '<' + binding.uri + '>';
  call.remote_target = binding.uri;
  call.hop.transport = binding.transport;
  call.invite = request_for(call, "INVITE", binding.transport);
  call.invite.carry("application/sdp", session(0, 0));
  calls_.push_back(std::move(call));
  return calls_.size() - 1;
}

void FakeBox::repeat_invite(std::size_t call, Outbox& out) {
  send_request(call, calls_[call].invite, way_to(calls_[call]), out);
}

void FakeBox::hang_up(std::size_t number, TimePoint now, Outbox& out) {
  BoxCall& call = calls_[number];
  if (call.is_pending() && !call.by_phone) {
    call.state = BoxCall::State::over;
    Message cancel = call.invite;
    make_bodiless(cancel, "CANCEL");
    return send_request(number, cancel, call.hop, out);
  }
  if (call.is_pending()) return;
  call.state = BoxCall::State::over;
  call.hop = way_to(call);
  send_request(number, request_for(call, "BYE", call.hop.transport), call.hop, out);
  static_cast<void>(now);
}

void FakeBox::refresh(std::size_t number, TimePoint now, Outbox& out) {
  BoxCall& call = calls_[number];
  call.refresh_at = profile_.session_refresh.count() > 0 ? now + profile_.session_refresh : kNever;
  call.hop = way_to(call);
  Message invite = request_for(call, "INVITE", call.hop.transport);
  send_request(number, invite.carry("application/sdp", session(0, 3)), call.hop, out);
}

TimePoint FakeBox::next_deadline() const {
  TimePoint next = kNever;
  for (const BoxCall& call : calls_) {
    if (call.state == BoxCall::State::up) next = std::min(next, call.refresh_at);
  }
  return next;
}

void FakeBox::expire(TimePoint now, Outbox& out) {
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    if (calls_[i].state == BoxCall::State::up && calls_[i].refresh_at <= now) refresh(i, now, out);
  }
}

void FakeBox::reboot(Outbox& out) {
  registrar_.forget_all();
  nonces_.clear();
  pending_.clear();
  for (BoxCall& call : calls_) call.state = BoxCall::State::over;
  for (const Hop& hop : connections_) out.push_back({Outgoing::Kind::close, hop, {}});
  connections_.clear();
  streams_.clear();
}

Message FakeBox::request_for(BoxCall& call, ByteView method, Transport transport) {
  const std::string host = to_uri_host(profile_.address.ip);
  Message request = Message::request(method, call.remote_target);
  // Seen at the Box: no rport.
  request.add("Via", std::string{"SIP/2.0/"} + (transport == Transport::tcp ? "TCP " : "UDP ") + host + ":" +
                         std::to_string(profile_.address.port) + ";branch=z9hG4bK" +
                         fresh("branch").substr(0, 16));
  request.add("From", call.local).add("To", call.remote).add("Call-ID", call.call_id);
  request.add("CSeq", std::to_string(call.cseq++) + ' ' + std::string{method});
  if (method != "BYE") request.add("Contact", "<sip:" + fresh("").substr(0, 12) + '@' + host + '>');
  return request.add("Max-Forwards", "70").add("User-Agent", "AVM FRITZ!Box 7590 (simulated)");
}

void FakeBox::send_request(std::size_t number, const Message& request, const Hop& hop, Outbox& out) {
  BoxCall& call = calls_[number];
  call.hop = hop;
  const bool is_refresh = request.method() == "INVITE" && call.state == BoxCall::State::up;
  pending_[pending_key(request)] = {number, request, is_refresh};
  out.push_back({Outgoing::Kind::bytes, hop, request.text()});
}

Hop FakeBox::way_to(const BoxCall& call) const {
  const auto target = address_in(call.remote_target);
  const Transport transport = profile_.in_dialog_transport.value_or(call.hop.transport);
  return way_to(target.value_or(call.hop.remote), transport);
}

Hop FakeBox::way_to(const SocketAddress& target, Transport transport) const {
  if (transport == Transport::udp) return {Transport::udp, profile_.address, target};
  const auto open = std::find_if(connections_.begin(), connections_.end(),
                                 [&](const Hop& hop) { return hop.remote == target; });
  if (open != connections_.end()) return *open;
  return {Transport::tcp, {profile_.address.ip, 0}, target};
}

void FakeBox::on_response(const Message& response, TimePoint now, Outbox& out) {
  const auto found = pending_.find(pending_key(response));
  if (found == pending_.end()) return complain("an answer to a request that the Box never sent", response);
  const Pending& pending = found->second;
  if (sent_by(response.get("Via")) != sent_by(pending.request.get("Via"))) {
    complain("the Via of an answer is not the Box's own", response);
  }
  for (const char* same : {"From", "Call-ID", "CSeq"}) {
    if (response.get(same) != pending.request.get(same))
      complain(std::string{same} + " was changed", response);
  }
  if (response.method() != "INVITE") return;
  if (pending.is_refresh) return on_refresh_answer(pending, response, out);
  on_invite_answer(pending, response, now, out);
}

void FakeBox::on_invite_answer(const Pending& pending, const Message& response, TimePoint now, Outbox& out) {
  BoxCall& call = calls_[pending.call];
  call.statuses.push_back(response.status());
  if (response.status() < 200) {
    if (response.status() > 100 && call.is_pending()) call.state = BoxCall::State::ringing;
    return;
  }
  if (response.status() >= 300) {
    if (call.is_pending()) call.state = BoxCall::State::refused;
    Message ack = pending.request;
    make_bodiless(ack, "ACK");
    ack.set("To", response.get("To"));
    out.push_back({Outgoing::Kind::bytes, call.hop, ack.text()});
    return;
  }
  const bool wanted = call.is_pending();
  call.state = BoxCall::State::up;
  call.refresh_at = profile_.session_refresh.count() > 0 ? now + profile_.session_refresh : kNever;
  acknowledge(call, response, out);
  if (!wanted) return hang_up(pending.call, now, out);
  cancel_others(pending.call, out);
}

void FakeBox::on_refresh_answer(const Pending& pending, const Message& response, Outbox& out) {
  BoxCall& call = calls_[pending.call];
  if (response.status() < 200) return;
  if (response.status() >= 300) return complain("a session refresh was refused", response);
  ++call.refreshes;
  acknowledge(call, response, out);
}

void FakeBox::acknowledge(BoxCall& call, const Message& response, Outbox& out) {
  call.remote = response.get("To");
  if (response.has("Contact")) call.remote_target = uri_in(response.get("Contact"));
  read_session(call, response);
  const Hop way = way_to(call);
  Message ack = request_for(call, "ACK", way.transport);
  --call.cseq;  // an ACK has the number of its INVITE
  ack.set("CSeq", with_method(response.get("CSeq"), "ACK"));
  out.push_back({Outgoing::Kind::bytes, way, ack.text()});
}

void FakeBox::cancel_others(std::size_t answered, Outbox& out) {
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    const bool sibling = i != answered && calls_[i].call_id == calls_[answered].call_id;
    if (sibling && calls_[i].is_pending()) hang_up(i, {}, out);
  }
}

}  // namespace fapfon::support
