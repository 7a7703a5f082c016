// SPDX-License-Identifier: GPL-2.0-or-later
// The phone's wires and its registration; its calls are in fake_phone_calls.cpp.
#include "support/fake_phone.hpp"

#include <algorithm>

#include "support/digest.hpp"
#include "support/uri_text.hpp"

namespace fapfon::support {
namespace {

std::string sent_key(const Message& message) {
  return parameter(message.get("Via"), "branch").value_or("") + ' ' + message.method();
}

std::string host_port(const SocketAddress& address) {
  return to_uri_host(address.ip) + ':' + std::to_string(address.port);
}

constexpr std::chrono::seconds kRefreshBeforeEnd{5};

}  // namespace

FakePhone::FakePhone(PhoneProfile profile) : profile_(std::move(profile)) {
  salt_ = profile_.local.to_string() + profile_.contact.to_string();
  for (const Account& account : profile_.accounts) {
    Registration registration;
    registration.contact = profile_.contact;
    registration.call_id = fresh(account.user);
    registrations_.push_back(std::move(registration));
  }
}

void FakePhone::change_addresses(const PhoneProfile& profile) {
  profile_.local = profile.local;
  profile_.via = profile.via;
  profile_.contact = profile.contact;
  profile_.audio = profile.audio;
  for (Registration& registration : registrations_) registration.contact = profile.contact;
}

void FakePhone::connection_lost(TimePoint now, Outbox& out) {
  ++connection_loss_count_;
  stream_ = Stream{};
  if (!profile_.registers_when_cut) return;
  for (std::size_t i = 0; i < registrations_.size(); ++i) {
    if (registrations_[i].registered) send_register(i, now, out);
  }
}

void FakePhone::receive(const Hop& hop, ByteView bytes, TimePoint now, Outbox& out) {
  if (hop.transport == Transport::tcp) {
    stream_.add(bytes);
    while (const auto message = stream_.next()) handle(hop, *message, now, out);
    if (stream_.broken()) complaints_.emplace_back("Phone: TCP bytes that are no SIP message");
    return;
  }
  if (bytes == "\r\n") {
    ++keep_alive_count_;
    return;
  }
  handle(hop, bytes, now, out);
}

void FakePhone::handle(const Hop& hop, ByteView text, TimePoint now, Outbox& out) {
  const auto message = Message::read(text);
  if (!message) {
    complaints_.push_back("Phone: not a SIP message: " + std::string{text});
    return;
  }
  received_.push_back(*message);
  if (message->has("Content-Length") &&
      message->get("Content-Length") != std::to_string(message->body.size())) {
    complain("Content-Length is wrong", *message);
  }
  if (message->is_request()) {
    on_request(hop, *message, out);
  } else {
    on_response(hop, *message, now, out);
  }
}

TimePoint FakePhone::next_deadline() const {
  TimePoint next = keep_alive_at_;
  for (const Registration& registration : registrations_) next = std::min(next, registration.refresh_at);
  return next;
}

void FakePhone::expire(TimePoint now, Outbox& out) {
  if (keep_alive_at_ <= now) {
    const bool by_tcp = profile_.transport == Transport::tcp;
    SocketAddress local = profile_.local;
    if (by_tcp) local.port = 0;
    out.push_back(
        {Outgoing::Kind::bytes, {profile_.transport, local, profile_.server}, by_tcp ? "\r\n\r\n" : "\r\n"});
    keep_alive_at_ = now + profile_.keep_alive;
  }
  for (std::size_t i = 0; i < registrations_.size(); ++i) {
    if (registrations_[i].refresh_at <= now) send_register(i, now, out);
  }
}

void FakePhone::send_register(std::size_t account, TimePoint now, Outbox& out) {
  Registration& registration = registrations_[account];
  registration.refresh_at = kNever;
  registration.adopted = false;
  if (profile_.keep_alive.count() > 0) keep_alive_at_ = std::min(keep_alive_at_, now + profile_.keep_alive);
  const std::string contacts = contact_value(account, registration.contact, profile_.transport);
  registration.request = register_request(account, contacts, profile_.expires);
  send(profile_.transport, registration.request, out);
}

void FakePhone::send_unregister(std::size_t account, Outbox& out) {
  Registration& registration = registrations_[account];
  const std::string contacts = contact_value(account, registration.contact, profile_.transport);
  registration.request = register_request(account, contacts, std::chrono::seconds{0});
  send(profile_.transport, registration.request, out);
}

void FakePhone::send_unregister_all(std::size_t account, Outbox& out) {
  registrations_[account].request = register_request(account, "*", std::chrono::seconds{0});
  send(profile_.transport, registrations_[account].request, out);
}

std::string FakePhone::contact_value(std::size_t account, const SocketAddress& address,
                                     Transport transport) const {
  const Account& who = profile_.accounts[account];
  std::string value = "<sip:" + who.user + '@' + host_port(address);
  if (transport == Transport::tcp) value += ";transport=TCP";
  value += profile_.contact_uri_parameters + '>' + profile_.contact_parameters;
  if (!who.instance.empty()) value += ";+sip.instance=\"<" + who.instance + ">\"";
  return value;
}

std::string FakePhone::contact_uri(std::size_t account, Transport transport) const {
  return uri_in(contact_value(account, registrations_[account].contact, transport));
}

Message FakePhone::register_request(std::size_t account, ByteView contacts, std::chrono::seconds expires) {
  Registration& registration = registrations_[account];
  const std::string aor =
      "<sip:" + profile_.accounts[account].user + '@' + to_uri_host(profile_.server.ip) + '>';
  std::string uri = "sip:" + to_uri_host(profile_.server.ip);
  if (profile_.transport == Transport::tcp) uri += ";transport=TCP";
  Message request = Message::request("REGISTER", uri);
  request.add("Via", via_for(profile_.transport)).add("Max-Forwards", "70");
  const std::string& from = profile_.from_user;
  const std::string author =
      from.empty() ? aor : "<sip:" + from + '@' + to_uri_host(profile_.server.ip) + '>';
  request.add("From", author + ";tag=" + fresh("tag").substr(0, 10)).add("To", aor);
  request.add("Call-ID", registration.call_id).add("CSeq", std::to_string(++registration.cseq) + " REGISTER");
  request.add("User-Agent", "FRITZ!AppFon/2549 sip/1.16.0 (simulated)").add("Supported", "outbound, path");
  std::string all{contacts};
  if (registration.old_contact && contacts != "*") {
    all += ", " + contact_value(account, *registration.old_contact, profile_.transport) + ";expires=0";
    registration.old_contact.reset();
  }
  request.add("Contact", all).add("Expires", std::to_string(expires.count()));
  return request.add("Allow", "PRACK, INVITE, ACK, BYE, CANCEL, UPDATE, INFO, MESSAGE, OPTIONS");
}

void FakePhone::on_response(const Hop& hop, const Message& response, TimePoint now, Outbox& out) {
  if (!sent_.contains(sent_key(response))) return complain("an answer to nothing it sent", response);
  if (!is_own_via(hop, response)) return;
  const Message& request = sent_.at(sent_key(response));
  for (const char* same : {"From", "Call-ID", "CSeq"}) {
    if (response.get(same) != request.get(same)) complain(std::string{same} + " was changed", response);
  }
  for (std::size_t i = 0; i < registrations_.size(); ++i) {
    const bool mine = response.method() == "REGISTER" && registrations_[i].call_id == response.get("Call-ID");
    if (mine) return on_register_answer(i, response, now, out);
  }
  PhoneCall* call = response.method() == "INVITE" ? find_call(response) : nullptr;
  if (call != nullptr) on_invite_answer(*call, response, out);
}

bool FakePhone::is_own_via(const Hop& hop, const Message& response) {
  const std::string sent = sent_.at(sent_key(response)).get("Via");
  const std::string via = response.get("Via");
  if (response.values("Via").size() != 1) complain("not exactly one Via", response);
  if (sent_by(via) != sent_by(sent)) complain("its own sent-by was changed", response);
  const auto rport = parameter(via, "rport");
  if (rport && !profile_.writes_rport) complain("an rport that it never asked for", response);
  // Seed: the app registers without the proxy (rport is the port it sent from) and needs its Via port
  // back with it.
  const bool right = !rport || rport->empty() || *rport == std::to_string(profile_.via.port) ||
                     *rport == std::to_string(hop.local.port);
  if (profile_.checks_rport && !right)
    complain("an rport that is not its own port: answer discarded", response);
  return !profile_.checks_rport || right;
}

void FakePhone::on_register_answer(std::size_t account, const Message& response, TimePoint now, Outbox& out) {
  Registration& registration = registrations_[account];
  registration.status = response.status();
  registration.statuses.push_back(response.status());
  registration.retry_after = response.get("Retry-After");
  if (response.status() < 200 || response.get("CSeq") != registration.request.get("CSeq")) return;
  const bool adopts = profile_.adopts_nat_address && adopt_nat_address(registration, response);
  const bool asked = response.status() == 401 && !registration.request.has("Authorization");
  if (response.status() == 200) on_registered(account, response, now);
  if (!asked && !(adopts && response.status() == 200)) return;

  const bool leaving = registration.request.get("Expires") == "0";
  std::string contacts = registration.request.get("Contact");
  if (adopts) contacts = contact_value(account, registration.contact, profile_.transport);
  Message next = register_request(account, contacts, leaving ? std::chrono::seconds{0} : profile_.expires);
  const std::string challenge = response.get("WWW-Authenticate");
  if (!challenge.empty()) {
    const Account& who = profile_.accounts[account];
    next.add("Authorization",
             answer_challenge(challenge, who.user, who.password, "REGISTER", next.request_uri()));
  }
  registration.request = next;
  send(profile_.transport, next, out);
}

bool FakePhone::adopt_nat_address(Registration& registration, const Message& response) const {
  const std::string via = response.get("Via");
  const auto written = sent_by_address(via);
  const auto seen_ip = IpAddress::parse(parameter(via, "received").value_or(""));
  const auto seen_port = parse_decimal<std::uint16_t>(parameter(via, "rport").value_or(""));
  SocketAddress seen = written.value_or(registration.contact);
  if (seen_ip) seen.ip = *seen_ip;
  if (seen_port) seen.port = *seen_port;
  if (seen == registration.contact || registration.adopted) return false;
  registration.adopted = true;
  registration.old_contact = registration.contact;
  registration.contact = seen;
  return true;
}

void FakePhone::on_registered(std::size_t account, const Message& response, TimePoint now) {
  Registration& registration = registrations_[account];
  const std::vector<std::string> sent = registration.request.values("Contact");
  registration.registered = registration.request.get("Expires") != "0";
  if (!registration.registered) {
    registration.granted = std::chrono::seconds{0};
    keep_alive_at_ = kNever;
    return;
  }
  for (const std::string& contact : response.values("Contact")) {
    if (uri_in(contact) != uri_in(sent.front())) continue;
    const std::string seconds =
        parameter(parameters_behind(contact), "expires").value_or(response.get("Expires"));
    registration.granted = std::chrono::seconds{parse_decimal<unsigned>(seconds).value_or(0)};
    if (profile_.refreshes) registration.refresh_at = now + registration.granted - kRefreshBeforeEnd;
    return;
  }
  registration.registered = false;
  complain("its own Contact " + uri_in(sent.front()) + " is not in the 200", response);
}

void FakePhone::send(Transport transport, Message request, Outbox& out) {
  sent_[sent_key(request)] = request;
  for (const std::string& contact : request.values("Contact")) own_uris_.push_back(uri_in(contact));
  SocketAddress local = profile_.local;
  if (transport == Transport::tcp) local.port = 0;
  out.push_back({Outgoing::Kind::bytes, {transport, local, profile_.server}, request.text()});
}

std::string FakePhone::via_for(Transport transport) {
  std::string via = transport == Transport::tcp ? "SIP/2.0/TCP " : "SIP/2.0/UDP ";
  via += host_port(profile_.via);
  if (profile_.writes_rport) via += ";rport";
  via += ";branch=z9hG4bK" + fresh("branch").substr(0, 16);
  return profile_.writes_alias ? via + ";alias" : via;
}

std::string FakePhone::fresh(ByteView prefix) {
  return md5(salt_ + std::string{prefix} + std::to_string(++fresh_count_));
}

void FakePhone::complain(const std::string& what, const Message& about) {
  complaints_.push_back("Phone " + profile_.accounts.front().user + ": " + what + ":\n" + about.text());
}

}  // namespace fapfon::support
