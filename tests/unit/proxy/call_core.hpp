// SPDX-License-Identifier: GPL-2.0-or-later
// One phone, one Box and calls whose audio is relayed, each message written out: a test decides which message
// comes, how often, when, and on which flow. What a message means for the audio is asked of the relay itself.
#pragma once

#include <map>
#include <string>

#include "support/rtp.hpp"
#include "unit/proxy/core.hpp"

namespace fapfon::proxy {

/// What differs from message to message. Numbers and tags are those of the one who asks.
struct Words {
  unsigned cseq = 1;
  std::string to_tag{};  ///< of a request: the dialog's, empty outside of one; of a response: the answerer's
  std::uint16_t port = 0;  ///< of audio; 0: no session description
  std::string branch{};    ///< empty: one that the method and CSeq make
  std::string call_id = "call";
  std::string from_tag{};  ///< empty: "phone" or "box"
  std::string contact{};   ///< the whole value; empty: the usual one
  std::string more{};      ///< header lines
};

class CallCore : public Core {
 protected:
  static Config relaying(MediaMode mode) {
    Config config;
    config.media = mode;
    return config;
  }
  explicit CallCore(MediaMode mode = MediaMode::relay) : Core(relaying(mode)) {
    stock_media();
    phone = udp();
    registers(phone);
  }
  void TearDown() override { EXPECT_EQ(relay.session_count(), proxy.counts().relayed_calls); }

  /// The phone registers by UDP or TCP; the Box's flow of its line is `box` from then on.
  void registers(FlowId flow, const std::string& request = register_request()) {
    receive(flow, request);
    box = went_to();
    receive(box, granted(last()));
    box_facing = proxy.flow(box)->local;
  }

  // --- Messages. Each returns what it has become at the other side. ---

  std::string phone_asks(const std::string& method, const Words& words, FlowId flow = {}) {
    receive(flow ? flow : phone, phone_request(method, words));
    return last();
  }
  std::string box_asks(const std::string& method, const Words& words) {
    receive(box, box_request(method, words));
    return last();
  }
  /// To a request as it has arrived; `words` says only to_tag, port, contact and more.
  std::string phone_answers(const std::string& request, const std::string& status, const Words& words = {},
                            FlowId flow = {}) {
    const std::string contact = words.contact.empty() ? "<sip:anna@10.81.179.54:61211;ob>" : words.contact;
    receive(flow ? flow : phone,
            answer(request, status, words, words.to_tag.empty() ? "phone" : words.to_tag, contact));
    return last();
  }
  std::string box_answers(const std::string& request, const std::string& status, const Words& words = {}) {
    const std::string contact = words.contact.empty() ? "<sip:1F2E3D@172.30.10.1>" : words.contact;
    receive(box, answer(request, status, words, words.to_tag.empty() ? "box" : words.to_tag, contact));
    return last();
  }

  // --- Calls ---

  /// The phone calls with `port` 4000, the Box answers with 7078.
  std::string phone_calls() {
    const std::string invite = phone_asks("INVITE", {.port = 4000});
    box_answers(invite, "200 OK", {.port = 7078});
    phone_asks("ACK", {.to_tag = "box"});
    return invite;
  }
  /// The Box calls with `port` 7078, the phone answers with 4000.
  std::string box_calls() {
    const std::string invite = box_asks("INVITE", {.port = 7078});
    phone_answers(invite, "200 OK", {.port = 4000});
    box_asks("ACK", {.to_tag = "phone"});
    return invite;
  }

  // --- Audio ---
  // Asked with packets that teach the relay nothing about the ports in question: reports of the phone, audio
  // of the Box.

  /// The port of the Box that gets what the phone sends; 0: none, -1: there are no ports of ours.
  int port_of_box(const IpAddress& from = kPhone.ip) {
    const int port = forwarded(phone_side_port, relay::Component::rtcp, {from, 9999}, rtcp_report(1));
    return port > 0 ? port - 1 : port;
  }
  /// The port of the phone that gets what the Box sends.
  int port_of_phone() {
    Rtp packet;
    packet.sequence = ++sequence;
    return forwarded(box_side_port, relay::Component::rtp, {kBox.ip, 5555}, packet.bytes());
  }
  void expect_audio(int phone_port, int box_port) {
    EXPECT_EQ(port_of_phone(), phone_port) << "at the phone";
    EXPECT_EQ(port_of_box(), box_port) << "at the Box";
  }

  void stock_media() {
    for (const IpAddress& home : relay.homes()) {
      while (relay.pairs_wanted(home) > 0) {
        pairs[media_port] = relay.add_pair(home, media_port);
        media_port = static_cast<std::uint16_t>(media_port + 2);
      }
    }
  }
  void receive(FlowId flow, const std::string& bytes) {
    stock_media();
    history.emplace_back(flow, bytes);
    Core::receive(flow, bytes);
    remember_ports();
    stock_media();
  }

  [[nodiscard]] std::string phone_request(const std::string& method, const Words& words) const {
    const std::string tag = words.from_tag.empty() ? "phone" : words.from_tag;
    return request(method, "sip:**610@fritz.box", "172.20.11.6:61211;rport",
                   "<sip:anna@fritz.box>;tag=" + tag, "<sip:**610@fritz.box>",
                   "<sip:anna@10.81.179.54:61211;ob>", "10.81.179.54", words);
  }
  [[nodiscard]] std::string box_request(const std::string& method, const Words& words) const {
    const std::string tag = words.from_tag.empty() ? "box" : words.from_tag;
    return request(method, target, "172.30.10.1:5060", "<sip:**610@fritz.box>;tag=" + tag, "<" + target + ">",
                   "<sip:1F2E3D@172.30.10.1>", "172.30.10.1", words);
  }

  FlowId phone;
  FlowId box;
  SocketAddress box_facing;
  std::string target = "sip:anna@172.30.10.2:43205;ob";  ///< Request-URI of the Box's requests
  std::vector<std::pair<FlowId, std::string>> history;   ///< all that has come in
  std::map<std::uint16_t, relay::PairId> pairs;
  std::uint16_t phone_side_port = 0;  ///< of ours, that the phone has been told last
  std::uint16_t box_side_port = 0;

 private:
  static std::string sdp(const std::string& ip, std::uint16_t port) {
    return "v=0\r\no=- 1 1 IN IP4 " + ip + "\r\ns=-\r\nc=IN IP4 " + ip + "\r\nt=0 0\r\nm=audio " +
           std::to_string(port) + " RTP/AVP 8\r\n";
  }
  static std::string finish(std::string head, const std::string& ip, std::uint16_t port) {
    head += "Content-Length: 0\r\n\r\n";
    return port == 0 ? head : with_body(head, "application/sdp", sdp(ip, port));
  }
  static std::string request(const std::string& method, const std::string& uri, const std::string& sent_by,
                             const std::string& from, const std::string& to, const std::string& usual_contact,
                             const std::string& ip, const Words& words) {
    const std::string branch =
        words.branch.empty() ? "z9hG4bK-" + method + std::to_string(words.cseq) : words.branch;
    return finish(
        method + " " + uri + " SIP/2.0\r\nVia: SIP/2.0/UDP " + sent_by + ";branch=" + branch +
            "\r\nFrom: " + from + "\r\nTo: " + to + (words.to_tag.empty() ? "" : ";tag=" + words.to_tag) +
            "\r\nCall-ID: " + words.call_id + "\r\nCSeq: " + std::to_string(words.cseq) + " " + method +
            "\r\nContact: " + (words.contact.empty() ? usual_contact : words.contact) + "\r\n" + words.more,
        ip, words.port);
  }
  static std::string answer(const std::string& request, const std::string& status, const Words& words,
                            const std::string& tag, const std::string& contact) {
    std::string head = "SIP/2.0 " + status + "\r\n" + header_of(request, "Via") + header_of(request, "From");
    std::string to = value_of(request, "To");
    if (!holds(to, ";tag=") && status.substr(0, 3) != "100") to += ";tag=" + tag;
    head += "To: " + to + "\r\n" + header_of(request, "Call-ID") + header_of(request, "CSeq") + words.more;
    if (status.front() < '3') head += "Contact: " + contact + "\r\n";
    const bool is_of_box = holds(contact, "172.30.10.1");
    return finish(head, is_of_box ? "172.30.10.1" : "10.81.179.54", words.port);
  }

  void remember_ports() {
    const std::size_t at = last().find("\r\nm=audio ");
    if (at == std::string::npos) return;
    const auto port = static_cast<std::uint16_t>(std::stoul(last().substr(at + 10)));
    if (!pairs.contains(port)) return;  // direct
    (proxy.flow(went_to())->side == Side::phone ? phone_side_port : box_side_port) = port;
  }
  int forwarded(std::uint16_t our_port, relay::Component component, const SocketAddress& from,
                const std::string& bytes) {
    const auto pair = pairs.find(our_port);
    if (pair == pairs.end()) return -1;
    const auto hop = relay.forward({pair->second, component}, from, bytes, now);
    return hop ? hop->to.port : 0;
  }

  std::uint16_t media_port = 30000;
  std::uint16_t sequence = 0;
};

}  // namespace fapfon::proxy
