// SPDX-License-Identifier: GPL-2.0-or-later
// One call with relayed media, told by its session descriptions: what one side writes, what the other reads.
// The headers around them are made here.
//
//   EXPECT_EQ(phone("INVITE", offer), "what the Box reads");
//   EXPECT_EQ(box("200", answer), "what the phone reads");
//
// The phone is at 172.20.11.6 and claims 10.81.179.54, the Box is 172.30.10.1, we are 172.30.10.2 on both
// sides. Pairs of ports count up from 30000; of each stream the first pair is that of the phone's side:
// offers of the phone name 30002, answers of the Box 30000.
//
// Each test of this fixture also demands that Content-Length is right and that the Box finds the phone's own
// address nowhere in a body.
#pragma once

#include <cctype>
#include <map>
#include <string>

#include "golden/golden.hpp"

namespace fapfon::golden {

/// A session description of the phone with these lines behind t=; it claims the address of another network.
inline std::string phone_writes(ByteView media) {
  const std::string head = "v=0\no=- 1 1 IN IP4 10.81.179.54\ns=-\nc=IN IP4 10.81.179.54\nt=0 0\n";
  return head + std::string(media);
}
/// phone_writes() as the Box has to read it.
inline std::string box_reads(ByteView media) {
  return "v=0\no=- 1 1 IN IP4 172.30.10.2\ns=-\nc=IN IP4 172.30.10.2\nt=0 0\n" + std::string(media);
}
/// A session description of the Box.
inline std::string box_writes(ByteView media) {
  return "v=0\no=user 7 7 IN IP4 172.30.10.1\ns=call\nc=IN IP4 172.30.10.1\nt=0 0\n" + std::string(media);
}
/// box_writes() as the phone has to read it: o= is a name for the session and no way to it (S2).
inline std::string phone_reads(ByteView media) {
  return "v=0\no=user 7 7 IN IP4 172.30.10.1\ns=call\nc=IN IP4 172.30.10.2\nt=0 0\n" + std::string(media);
}

class RelayedCall : public Golden {
 protected:
  explicit RelayedCall(Scene scene = {}) : Golden(Transport::udp, relaying(std::move(scene))) {}

  /// What the Box reads (the body alone, lines ending with LF) when the phone sends `start`: a method, or a
  /// status that answers the last request. "200 INVITE" answers the last INVITE, whatever came after it. "-"
  /// when the Box gets nothing.
  std::string phone(ByteView start, ByteView session = {}) {
    const bool answers = is_status(start);
    reaction = from_phone(answers ? response(start, session, box_requests_, "phone")
                                  : request(start, session, phone_side()));
    if (!answers) remember(start, reaction.to_box, phone_requests_);
    std::string text = session_of(reaction.to_box);
    EXPECT_EQ(text.find("10.81.179.54"), std::string::npos) << "the Box reads an address of the phone's own";
    return text;
  }
  /// What the phone reads when the Box sends `start`. `branch` is the Box's tag, for early dialogs.
  std::string box(ByteView start, ByteView session = {}, const std::string& branch = "box") {
    box_tag_ = branch;
    const bool answers = is_status(start);
    last_message =
        answers ? response(start, session, phone_requests_, branch) : request(start, session, box_side());
    reaction = core.box_sends(last_message);
    if (!answers) remember(start, reaction.to_phone, box_requests_);
    return session_of(reaction.to_phone);
  }
  /// The status of the answer that the phone gets from us instead of the Box; empty when it gets none.
  [[nodiscard]] std::string answer_to_phone() const { return status_of(reaction.to_phone); }
  [[nodiscard]] std::string answer_to_box() const { return status_of(reaction.to_box); }

  /// Where a packet goes that the phone sends from this port of its own to this one of ours (RTP to an even
  /// port, RTCP to an odd one); "-": nowhere.
  std::string media_from_phone(std::uint16_t source, std::uint16_t ours) {
    return way({core.scene().phone.ip, source}, {core.scene().sip_port.ip, ours});
  }
  /// The same from a port of the Box.
  std::string media_from_box(std::uint16_t source, std::uint16_t ours) {
    return way({core.scene().box.ip, source}, {core.scene().box_facing.ip, ours});
  }

  /// The phone registers, so that the Box can call it: box("INVITE", ...) begins a call then.
  void phone_registers() {
    const Reaction asked =
        from_phone(wire("REGISTER sip:fritz.box SIP/2.0\nVia: SIP/2.0/UDP " + phone_host() +
                        ";rport;branch=z9hG4bKregister\n"
                        "From: <sip:john@fritz.box>;tag=r\nTo: <sip:john@fritz.box>\n"
                        "Call-ID: register\nCSeq: 1 REGISTER\nContact: <sip:john@" +
                        phone_host() + ">\nExpires: 900\nContent-Length: 0\n\n"));
    std::string text = asked.to_box.at(0);
    text.replace(0, text.find("\r\n"), "SIP/2.0 200 OK");
    core.box_sends(text);
  }

  /// How a session description stands in a message.
  struct Carrier {
    std::string type_line = "Content-Type: application/sdp";
    std::string length_name = "Content-Length";
    bool has_cr = true;  ///< in the body
  };
  Carrier carrier;
  std::string last_message;  ///< of the Box
  Reaction reaction;         ///< to the last message of either side

 private:
  using Requests =
      std::map<std::string, std::string>;  ///< by method: Via, From, To, Call-ID, CSeq as they came
  struct Sender {
    std::string host;
    std::string from;
    std::string to;
    std::string uri;
    std::string to_tag;
  };

  static Scene relaying(Scene scene) {
    scene.config.media = proxy::MediaMode::relay;
    return scene;
  }
  static bool is_status(ByteView start) {
    return std::isdigit(static_cast<unsigned char>(start.front())) != 0;
  }

  [[nodiscard]] std::string phone_host() const {
    return SocketAddress{core.scene().phone.ip, 61211}.to_string();
  }
  [[nodiscard]] Sender phone_side() const {
    return {phone_host() + ";rport", "<sip:john@fritz.box>;tag=phone", "<sip:**610@fritz.box>",
            "sip:**610@fritz.box", box_tag_};
  }
  [[nodiscard]] Sender box_side() const {
    const std::string uri = "sip:john@" + core.scene().box_facing.to_string();
    return {core.scene().box.to_string(), "<sip:**610@fritz.box>;tag=" + box_tag_, "<" + uri + ">", uri,
            "phone"};
  }

  std::string request(ByteView method, ByteView session, const Sender& sender) {
    const bool belongs_to_invite = method == "ACK" || method == "CANCEL";
    if (!belongs_to_invite) ++cseq_;
    if (method == "INVITE") invite_cseq_ = cseq_;
    const std::string number = std::to_string(belongs_to_invite ? invite_cseq_ : cseq_);
    const bool in_dialog = has_begun_ && method != "CANCEL";
    has_begun_ = true;
    const std::string name(method);
    return wire(name + " " + sender.uri + " SIP/2.0\nVia: SIP/2.0/UDP " + sender.host + ";branch=z9hG4bK" +
                number + "\nFrom: " + sender.from + "\nTo: " + sender.to +
                (in_dialog ? ";tag=" + sender.to_tag : "") + "\nCall-ID: relayed\nCSeq: " + number + " " +
                name + "\n") +
           body(session);
  }

  /// An answer repeats the request as it has arrived (RFC 3261 section 8.2.6.2).
  static void remember(ByteView method, const std::vector<std::string>& arrived, Requests& requests) {
    if (method == "ACK" || arrived.empty()) return;
    const std::string& message = arrived.back();
    const std::size_t begin = message.find("\r\n") + 2;
    const std::size_t end = message.find("\r\n", message.find("\r\nCSeq: ") + 2) + 2;
    requests[std::string(method)] = requests["last"] = message.substr(begin, end - begin);
  }
  std::string response(ByteView start, ByteView session, Requests& requests, const std::string& tag) {
    const std::string method(start.size() > 4 ? start.substr(4) : "last");
    std::string lines = requests.at(method);
    const std::size_t to = lines.find("\r\nTo: ");
    const std::size_t to_end = lines.find("\r\n", to + 2);
    if (lines.substr(to, to_end - to).find(";tag=") == std::string::npos) lines.insert(to_end, ";tag=" + tag);
    return "SIP/2.0 " + std::string(start.substr(0, 3)) + " Reason\r\n" + lines + body(session);
  }

  [[nodiscard]] std::string body(ByteView session) const {
    const std::string text = carrier.has_cr ? wire(session) : std::string(session);
    const std::string type = text.empty() ? "" : carrier.type_line + "\r\n";
    return type + carrier.length_name + ": " + std::to_string(text.size()) + "\r\n\r\n" + text;
  }

  /// Of the only message; its Content-Length has to be right.
  [[nodiscard]] std::string session_of(const std::vector<std::string>& messages) const {
    if (messages.empty()) return "-";
    EXPECT_EQ(messages.size(), 1U);
    const std::string& message = messages.back();
    std::string text = message.substr(message.find("\r\n\r\n") + 4);
    // The answers that we give ourselves spell it out.
    const std::string length = ": " + std::to_string(text.size()) + "\r\n";
    EXPECT_TRUE(message.find("\r\n" + carrier.length_name + length) != std::string::npos ||
                message.find("\r\nContent-Length" + length) != std::string::npos)
        << message;
    EXPECT_EQ(text.find('\r') != std::string::npos, carrier.has_cr && !text.empty());
    std::erase(text, '\r');
    return text;
  }
  static std::string status_of(const std::vector<std::string>& messages) {
    const std::string start = "SIP/2.0 ";
    if (messages.empty() || messages.back().rfind(start, 0) != 0) return {};
    return messages.back().substr(start.size(), 3);
  }

  std::string way(const SocketAddress& source, const SocketAddress& ours) {
    const bool is_rtcp = ours.port % 2 == 1;
    const auto relayed = core.packet(source, ours, is_rtcp ? kReport : support::rtp_packet(++sequence_, 1));
    return relayed ? relayed->from.to_string() + " > " + relayed->to.to_string() : "-";
  }

  /// An empty receiver report (RFC 3550 section 6.4.2).
  inline static const std::string kReport{"\x80\xC9\x00\x01\x00\x00\x00\x01", 8};

  std::string box_tag_ = "box";
  Requests phone_requests_;
  Requests box_requests_;
  bool has_begun_ = false;
  int cseq_ = 0;
  int invite_cseq_ = 0;
  std::uint16_t sequence_ = 0;
};

}  // namespace fapfon::golden
