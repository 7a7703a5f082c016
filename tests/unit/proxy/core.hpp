// SPDX-License-Identifier: GPL-2.0-or-later
// The core without a simulated peer: a test says which bytes come in on which flow and reads which go
// actions. For stories with a Box and phones that answer by themselves see tests/scenario.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "base/time.hpp"
#include "proxy/proxy.hpp"

namespace fapfon::proxy {

using namespace std::chrono_literals;

inline constexpr SocketAddress kBox{IpAddress::v4(172, 30, 10, 1), 5060};
inline constexpr SocketAddress kProxy{IpAddress::v4(172, 20, 11, 1), 5060};
inline constexpr SocketAddress kPhone{IpAddress::v4(172, 20, 11, 6), 62895};
inline constexpr SocketAddress kStranger{IpAddress::v4(172, 20, 11, 66), 40000};

/// The same text with `from`, which must be in it, replaced by `to`.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) {
    ADD_FAILURE() << '"' << from << "\" is not in:\n" << text;
    return text;
  }
  return text.replace(at, from.size(), to);
}

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// How often `part` stands in `text`.
inline std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
    ++count;
  return count;
}

/// Enough for a flow.
inline constexpr ByteView kAnyMessage{
    "OPTIONS sip:fritz.box SIP/2.0\r\nVia: SIP/2.0/UDP 172.20.11.6;branch=z9hG4bK-any\r\n"
    "From: <sip:a@fritz.box>;tag=a\r\nTo: <sip:fritz.box>\r\nCall-ID: any\r\nCSeq: 1 OPTIONS\r\n\r\n"};

class Core : public testing::Test {
 protected:
  struct Sent {
    FlowId flow;
    std::string bytes;
  };

  explicit Core(const Config& config = {}) : proxy(config, relay) {
    proxy.set_box(kBox);
    stock();
  }

  FlowId udp(const SocketAddress& remote = kPhone) {
    const auto id = proxy.phone_datagram(kProxy, remote, kAnyMessage, now, actions);
    take();
    return id.value_or(FlowId{});
  }
  FlowId tcp(const SocketAddress& remote = kPhone) {
    const auto id = proxy.phone_connected(kProxy, remote, now, actions);
    take();
    return id.value_or(FlowId{});
  }
  /// Bytes come in; what goes out because of them is in `sent`.
  void receive(FlowId flow, const std::string& bytes) {
    sent.clear();
    proxy.receive(flow, bytes, now, actions);
    take();
  }
  void closed(FlowId flow) {
    proxy.flow_closed(flow, now, actions);
    take();
  }
  void unreachable(FlowId flow, const std::string& unsent) {
    sent.clear();
    proxy.box_unreachable(flow, unsent, "Connection refused", now, actions);
    take();
  }
  /// Time passes, from deadline to deadline, as the daemon's timer would see it.
  void pass(Duration duration) {
    sent.clear();
    const TimePoint end = now + duration;
    while (proxy.next_deadline() <= end) {
      const TimePoint due = proxy.next_deadline();
      now = std::max(now, due);
      proxy.expire(now, actions);
      take();
      ASSERT_GT(proxy.next_deadline(), now) << "expire() has left something that is due";
    }
    now = end;
  }

  /// What went out on `flow` last; empty when nothing did.
  [[nodiscard]] std::string last_on(FlowId flow) const {
    for (auto at = sent.rbegin(); at != sent.rend(); ++at) {
      if (at->flow == flow) return at->bytes;
    }
    return {};
  }
  /// What went out last, on the flow that `went_to` names; empty when nothing did.
  [[nodiscard]] std::string last() const { return sent.empty() ? std::string{} : sent.back().bytes; }
  [[nodiscard]] FlowId went_to() const { return sent.empty() ? FlowId{} : sent.back().flow; }

  [[nodiscard]] std::size_t note_count(Note::Kind kind) const {
    return static_cast<std::size_t>(std::ranges::count(notes, kind, &Note::kind));
  }
  [[nodiscard]] bool was_closed(FlowId flow) const {
    return std::ranges::any_of(closings, [&](const CloseFlow& close) { return close.flow == flow; });
  }

  void stock() {
    while (proxy.box_facing_wanted() > 0)
      proxy.offer_box_facing({IpAddress::v4(172, 30, 10, 2), next_port++}, now);
  }
  void take() {
    for (const Action& action : actions.list()) {
      if (const auto* send = std::get_if<Send>(&action))
        sent.push_back({send->flow, std::string(actions.bytes(send->bytes))});
      if (const auto* note = std::get_if<Note>(&action)) notes.push_back(*note);
      if (const auto* close = std::get_if<CloseFlow>(&action)) closings.push_back(*close);
      if (const auto* dial = std::get_if<DialBox>(&action)) dials.push_back(dial->flow);
      if (std::holds_alternative<CallReport>(action)) ++call_reports;
      if (const auto* release = std::get_if<ReleaseBoxFacing>(&action)) released.push_back(release->udp);
    }
    actions.clear();
    for (; connects && connected_count < dials.size(); ++connected_count)
      proxy.box_connected(dials[connected_count], now, actions);
    if (!actions.list().empty()) take();
    stock();
  }

  relay::Relay relay;
  Proxy proxy;
  Actions actions;
  TimePoint now{std::chrono::hours(1000)};
  bool connects = true;  ///< the Box takes connections at once
  std::size_t connected_count = 0;
  std::vector<Sent> sent;
  std::vector<Note> notes;
  std::vector<CloseFlow> closings;
  std::size_t call_reports = 0;
  std::vector<FlowId> dials;
  std::vector<FlowId> released;
  std::uint16_t next_port = 43202;
};

// --- Messages ----------------------------------------------------------------------------------------

/// A REGISTER as the seed shows it; the address in Contact is the carrier's.
inline std::string register_request(const std::string& transport = "UDP", const std::string& user = "anna",
                                    const std::string& branch = "z9hG4bK-1") {
  return "REGISTER sip:172.30.10.1 SIP/2.0\r\n"
         "Via: SIP/2.0/" +
         transport + " 172.20.11.6:61211;rport;branch=" + branch +
         "\r\n"
         "Max-Forwards: 70\r\n"
         "From: <sip:" +
         user +
         "@fritz.box>;tag=1\r\n"
         "To: <sip:" +
         user +
         "@fritz.box>\r\n"
         "Call-ID: register-" +
         user +
         "\r\n"
         "CSeq: 1 REGISTER\r\n"
         "Contact: <sip:" +
         user +
         "@10.81.179.54:61211;ob>\r\n"
         "Expires: 900\r\n"
         "Content-Length: 0\r\n\r\n";
}

/// The header of that name with its line end; empty when there is none.
inline std::string header_of(const std::string& message, const std::string& name) {
  const std::size_t at = message.find("\r\n" + name + ":");
  if (at == std::string::npos) return {};
  return message.substr(at + 2, message.find("\r\n", at + 2) - at);
}

inline std::string value_of(const std::string& message, const std::string& name) {
  const std::string header = header_of(message, name);
  if (header.empty()) return {};
  const std::size_t start = header.find_first_not_of(' ', name.size() + 1);
  return header.substr(start, header.find_last_not_of("\r\n") + 1 - start);
}

/// A response to `request` as it reached the Box: the headers that RFC 3261 section 8.2.6.2 tells, and
/// `more`.
inline std::string response_to(const std::string& request, const std::string& status,
                               const std::string& more = {}) {
  std::string response = "SIP/2.0 " + status + "\r\n";
  for (const char* name : {"Via", "From", "To", "Call-ID", "CSeq"}) response += header_of(request, name);
  return response + more + "Content-Length: 0\r\n\r\n";
}

/// 200 with the Contact of the request, for the time that its Expires asks for.
inline std::string granted(const std::string& request) {
  return response_to(request, "200 OK", header_of(request, "Contact") + header_of(request, "Expires"));
}

inline std::string invite_from_box(const std::string& request_uri, const std::string& branch = "z9hG4bK-box",
                                   const std::string& call_id = "call-box") {
  return "INVITE " + request_uri +
         " SIP/2.0\r\n"
         "Via: SIP/2.0/UDP 172.30.10.1:5060;branch=" +
         branch +
         "\r\n"
         "From: <sip:**610@fritz.box>;tag=box\r\n"
         "To: <" +
         request_uri +
         ">\r\n"
         "Call-ID: " +
         call_id +
         "\r\n"
         "CSeq: 7 INVITE\r\n"
         "Contact: <sip:1F2E3D@172.30.10.1>\r\n"
         "Content-Length: 0\r\n\r\n";
}

/// A request without a body from a phone that is registered as register_request() does it.
inline std::string request_from_phone(const std::string& method, const std::string& transport = "UDP",
                                      const std::string& branch = "z9hG4bK-2") {
  return method +
         " sip:**610@fritz.box SIP/2.0\r\n"
         "Via: SIP/2.0/" +
         transport + " 172.20.11.6:61211;rport;branch=" + branch +
         "\r\n"
         "From: <sip:anna@fritz.box>;tag=1\r\n"
         "To: <sip:**610@fritz.box>\r\n"
         "Call-ID: call-phone\r\n"
         "CSeq: 2 " +
         method +
         "\r\n"
         "Contact: <sip:anna@10.81.179.54:61211;ob>\r\n"
         "Content-Length: 0\r\n\r\n";
}

/// `message` with a body and its Content-Length.
inline std::string with_body(const std::string& message, const std::string& type, const std::string& body) {
  return with(
      message, "Content-Length: 0\r\n\r\n",
      "Content-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

/// The session description of the seed, with the address that the phone claims.
inline std::string session(const std::string& address = "10.81.179.54") {
  return "v=0\r\n"
         "o=- 3727522826 3727522826 IN IP4 " +
         address +
         "\r\n"
         "s=pjmedia\r\n"
         "c=IN IP4 " +
         address +
         "\r\n"
         "t=0 0\r\n"
         "m=audio 4000 RTP/AVP 8 0 3 101\r\n"
         "a=rtcp:4001 IN IP4 " +
         address +
         "\r\n"
         "a=sendrecv\r\n";
}

}  // namespace fapfon::proxy
