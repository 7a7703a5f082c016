// SPDX-License-Identifier: GPL-2.0-or-later
// The Box as a server: wires, digest, REGISTER and what phones ask for. Its own calls to phones are in
// fake_box_calls.cpp.
#include "support/fake_box.hpp"

#include <algorithm>

#include "support/digest.hpp"
#include "support/session_text.hpp"
#include "support/uri_text.hpp"

namespace fapfon::support {
namespace {

constexpr ByteView kRealm = "fritz.box";

/// What the Box writes into the Via of a request before it answers: `received` only when it differs
/// from sent-by, in brackets for IPv6 (wrong, but real), and the port where rport asks for it.
std::string with_source(const std::string& via, const SocketAddress& source) {
  std::string out = via;
  const auto written = sent_by_address(via);
  if (parameter(via, "rport")) {
    out = without_parameter(via, "rport");
    const std::size_t first = std::min(out.find(';'), out.size());
    out.insert(first, ";rport=" + std::to_string(source.port));
  }
  if (!written || written->ip != source.ip) out += ";received=" + to_uri_host(source.ip);
  return out;
}

}  // namespace

FakeBox::FakeBox(BoxProfile profile) : profile_(std::move(profile)) {}

void FakeBox::connected(const Hop& hop) {
  connections_.insert(hop);
  streams_[hop] = Stream{};
}

void FakeBox::closed(const Hop& hop) {
  connections_.erase(hop);
  streams_.erase(hop);
}

void FakeBox::receive(const Hop& hop, ByteView bytes, TimePoint now, Outbox& out) {
  if (hop.transport == Transport::udp) {
    if (bytes == "\r\n") {
      ++keep_alive_count_;
      return;
    }
    handle(hop, bytes, now, out);
    return;
  }
  streams_[hop].add(bytes);
  while (const auto message = streams_[hop].next()) handle(hop, *message, now, out);
  if (streams_[hop].broken()) complaints_.emplace_back("TCP bytes that are no SIP message");
}

void FakeBox::handle(const Hop& hop, ByteView text, TimePoint now, Outbox& out) {
  const auto message = Message::read(text);
  if (!message) {
    complaints_.push_back("not a SIP message: " + std::string{text});
    return;
  }
  if (message->has("Content-Length") &&
      message->get("Content-Length") != std::to_string(message->body.size())) {
    complain("Content-Length is wrong", *message);
  }
  if (message->values("Via").size() != 1) complain("not exactly one Via", *message);
  if (!message->is_request()) {
    on_response(*message, now, out);
    return;
  }
  requests_.push_back({hop, now, *message});
  on_request(hop, *message, now, out);
}

void FakeBox::on_request(const Hop& hop, const Message& request, TimePoint now, Outbox& out) {
  const std::string method = request.method();
  if (method == "REGISTER") return on_register(hop, request, now, out);
  if (method == "INVITE" && parameter(request.get("To"), "tag")) return on_reinvite(hop, request, out);
  if (method == "INVITE") return on_invite(hop, request, now, out);
  if (method == "ACK") return on_ack(request, now);
  if (method == "CANCEL") return on_cancel(hop, request, out);
  if (method == "BYE") return on_bye(hop, request, out);
  send_answer(hop, answer_to(request, hop, 200, fresh("tag")), out);
}

void FakeBox::on_register(const Hop& hop, const Message& request, TimePoint now, Outbox& out) {
  // Seen at the Box: a Request-URI with a user part is not even refused.
  if (!user_in(request.request_uri()).empty()) return;
  const std::string user = user_in(uri_in(request.get("To")));
  if (!profile_.passwords.contains(user)) {
    send_answer(hop, answer_to(request, hop, 404, fresh("tag")), out);
    return;
  }
  switch (verify(request, "Authorization", user)) {
    case Verdict::unproven:
      return challenge(hop, request, 401, out);
    case Verdict::wrong:
      if (profile_.wrong_password_status == 401) return challenge(hop, request, 401, out);
      return send_answer(hop, answer_to(request, hop, profile_.wrong_password_status, fresh("tag")), out);
    case Verdict::genuine:
      break;
  }
  registrar_.apply(user, request, hop, now);
  Message answer = answer_to(request, hop, 200, fresh("tag"));
  for (const std::string& contact : registrar_.contacts(user, now)) answer.add("Contact", contact);
  send_answer(hop, answer, out);
}

void FakeBox::on_invite(const Hop& hop, const Message& request, TimePoint now, Outbox& out) {
  const std::string user = user_in(uri_in(request.get("From")));
  const bool as_proxy = profile_.invite_challenge == 407;
  const Verdict verdict = verify(request, as_proxy ? "Proxy-Authorization" : "Authorization", user);
  if (verdict != Verdict::genuine) return challenge(hop, request, profile_.invite_challenge, out);

  BoxCall call;
  call.by_phone = true;
  call.user = user;
  call.call_id = request.get("Call-ID");
  const std::string tag = fresh("tag");
  call.local = request.get("To") + ";tag=" + tag;
  call.remote = request.get("From");
  call.remote_target = uri_in(request.get("Contact"));
  call.hop = hop;
  call.invite = request;
  call.refresh_at = now + profile_.session_refresh;
  read_session(call, request);
  send_answer(hop, answer_to(request, hop, 100, ""), out);
  if (profile_.far_end == BoxProfile::FarEnd::rings) {
    call.state = BoxCall::State::ringing;
    send_answer(hop, answer_to(request, hop, 180, tag), out);
  }
  if (profile_.far_end == BoxProfile::FarEnd::previews) {
    call.state = BoxCall::State::ringing;
    Message early = answer_to(request, hop, 183, tag);
    send_answer(hop, early.carry("application/sdp", session(2, 0)), out);
  }
  if (profile_.far_end == BoxProfile::FarEnd::refuses) {
    call.state = BoxCall::State::refused;
    send_answer(hop, answer_to(request, hop, profile_.refusal_status, tag), out);
  }
  if (profile_.far_end == BoxProfile::FarEnd::answers) {
    Message early = answer_to(request, hop, 183, tag);
    send_answer(hop, early.carry("application/sdp", session(2, 0)), out);
    Message ok = answer_to(request, hop, 200, tag);
    send_answer(hop, ok.carry("application/sdp", session(0, 1)), out);
  }
  calls_.push_back(std::move(call));
}

void FakeBox::pick_up(std::size_t number, Outbox& out) {
  const BoxCall& call = calls_[number];
  Message ok = answer_to(call.invite, call.hop, 200, parameter(call.local, "tag").value_or(""));
  send_answer(call.hop, ok.carry("application/sdp", session(0, 1)), out);
}

void FakeBox::preview(std::size_t number, ByteView tag, std::uint16_t port_offset, Outbox& out) {
  const BoxCall& call = calls_[number];
  Message early = answer_to(call.invite, call.hop, 183, tag);
  send_answer(call.hop, early.carry("application/sdp", session(port_offset, 0)), out);
}

void FakeBox::on_reinvite(const Hop& hop, const Message& request, Outbox& out) {
  BoxCall* call = find_call(request);
  if (call == nullptr) return send_answer(hop, answer_to(request, hop, 481, ""), out);
  ++call->phone_updates;
  call->hop = hop;
  if (request.has("Contact")) call->remote_target = uri_in(request.get("Contact"));
  read_session(*call, request);
  Message ok = answer_to(request, hop, 200, "");
  send_answer(hop, ok.carry("application/sdp", session(0, 2)), out);
}

void FakeBox::on_ack(const Message& request, TimePoint now) {
  BoxCall* call = find_call(request);
  // The ACK of a 401 belongs to no call.
  if (call == nullptr || !call->by_phone || !call->is_pending()) return;
  call->state = BoxCall::State::up;
  call->refresh_at = profile_.session_refresh.count() > 0 ? now + profile_.session_refresh : kNever;
}

void FakeBox::on_cancel(const Hop& hop, const Message& request, Outbox& out) {
  const auto call = std::find_if(calls_.begin(), calls_.end(), [&](const BoxCall& c) {
    return c.by_phone && c.is_pending() && c.call_id == request.get("Call-ID");
  });
  if (call == calls_.end()) return send_answer(hop, answer_to(request, hop, 481, fresh("tag")), out);
  send_answer(hop, answer_to(request, hop, 200, fresh("tag")), out);
  call->state = BoxCall::State::over;
  const std::string tag = parameter(call->local, "tag").value_or("");
  send_answer(call->hop, answer_to(call->invite, call->hop, 487, tag), out);
}

void FakeBox::on_bye(const Hop& hop, const Message& request, Outbox& out) {
  BoxCall* call = find_call(request);
  if (call == nullptr) return send_answer(hop, answer_to(request, hop, 481, ""), out);
  call->state = BoxCall::State::over;
  send_answer(hop, answer_to(request, hop, 200, ""), out);
}

FakeBox::Verdict FakeBox::verify(const Message& request, ByteView header, const std::string& user) {
  const auto credentials = Credentials::read(request.get(header));
  if (!credentials || !nonces_.contains(credentials->nonce)) return Verdict::unproven;
  if (credentials->uri != request.request_uri()) complain("digest uri is not the Request-URI", request);
  const auto password = profile_.passwords.find(user);
  const bool known = password != profile_.passwords.end() && credentials->user == user;
  const bool genuine = known && proves(*credentials, password->second, request.method());
  return genuine ? Verdict::genuine : Verdict::wrong;
}

Message FakeBox::answer_to(const Message& request, const Hop& hop, int status, ByteView tag) {
  Message answer = Message::response(status, reason_of(status));
  answer.add("Via", with_source(request.get("Via"), hop.remote)).add("From", request.get("From"));
  const bool tagged = tag.empty() || parameter(request.get("To"), "tag");
  answer.add("To", request.get("To") + (tagged ? "" : ";tag=" + std::string{tag}));
  answer.add("Call-ID", request.get("Call-ID")).add("CSeq", request.get("CSeq"));
  if (request.method() == "INVITE" && status > 100 && status < 300) {
    answer.add("Contact", "<sip:" + fresh("").substr(0, 12) + '@' + to_uri_host(profile_.address.ip) + '>');
  }
  if (request.method() == "INVITE" && status == 200 && !profile_.session_expires.empty())
    answer.add("Session-Expires", profile_.session_expires);
  return answer.add("User-Agent", "AVM FRITZ!Box 7590 (simulated)");
}

void FakeBox::send_answer(const Hop& hop, const Message& answer, Outbox& out) const {
  if (hop.transport == Transport::tcp) {
    if (connections_.contains(hop)) out.push_back({Outgoing::Kind::bytes, hop, answer.text()});
    return;
  }
  // RFC 3261 section 18.2.2 and RFC 3581: to the source address, and to its port only with rport.
  const std::string via = answer.get("Via");
  Hop way = hop;
  const auto written = sent_by_address(via);
  if (!parameter(via, "rport")) way.remote.port = written ? written->port : std::uint16_t{5060};
  out.push_back({Outgoing::Kind::bytes, way, answer.text()});
}

void FakeBox::challenge(const Hop& hop, const Message& request, int status, Outbox& out) {
  const std::string nonce = fresh("nonce").substr(0, 16);
  nonces_.insert(nonce);
  Message answer = answer_to(request, hop, status, fresh("tag"));
  answer.add(status == 407 ? "Proxy-Authenticate" : "WWW-Authenticate",
             "Digest realm=\"" + std::string{kRealm} + "\",nonce=\"" + nonce + "\"");
  send_answer(hop, answer, out);
}

BoxCall* FakeBox::find_call(const Message& request) {
  const std::string call_id = request.get("Call-ID");
  const auto local_tag = parameter(request.get("To"), "tag");
  const auto remote_tag = parameter(request.get("From"), "tag");
  for (BoxCall& call : calls_) {
    if (call.call_id != call_id || call.state == BoxCall::State::over) continue;
    if (parameter(call.local, "tag") == local_tag && parameter(call.remote, "tag") == remote_tag)
      return &call;
  }
  return nullptr;
}

void FakeBox::read_session(BoxCall& call, const Message& message) const {
  if (!message.get("Content-Type").starts_with("application/sdp")) return;
  call.audio = audio_in(message.body);
  call.rtcp = rtcp_in(message.body);
}

std::string FakeBox::session(std::uint16_t port_offset, unsigned version) const {
  const auto port = static_cast<std::uint16_t>(profile_.rtp_port + port_offset);
  return box_session(profile_.audio.value_or(SocketAddress{profile_.address.ip, port}), version);
}

std::string FakeBox::fresh(ByteView prefix) {
  return md5(std::string{prefix} + std::to_string(++fresh_count_));
}

std::vector<FakeBox::Seen> FakeBox::requests(ByteView method) const {
  std::vector<Seen> found;
  std::copy_if(requests_.begin(), requests_.end(), std::back_inserter(found),
               [&](const Seen& seen) { return seen.message.method() == method; });
  return found;
}

void FakeBox::complain(const std::string& what, const Message& about) {
  complaints_.push_back("Box: " + what + ":\n" + about.text());
}

}  // namespace fapfon::support
