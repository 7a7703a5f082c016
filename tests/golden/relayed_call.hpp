// SPDX-License-Identifier: GPL-2.0-or-later
// One call with relayed media, told by its session descriptions: what one side writes, what the other reads.
// The headers around them are made here.
//
//   EXPECT_EQ(phone("INVITE", offer), "what the Box reads");
//   EXPECT_EQ(box("200", answer), "what the phone reads");
//
// The phone is at 172.20.11.6, we are 172.30.10.2 on both sides. Pairs of ports count up from 30000; of each
// stream the first pair is that of the phone's side: offers of the phone name 30002, answers of the Box
// 30000.
#pragma once

#include <cctype>
#include <string>

#include "golden/golden.hpp"

namespace fapfon::golden {

class RelayedCall : public Golden {
 protected:
  explicit RelayedCall(Scene scene = {}) : Golden(Transport::udp, relaying(std::move(scene))) {}

  /// What the Box reads (the session description alone, lines ending with LF) when the phone sends `start`: a
  /// method, or a status that answers the Box's last request. "-" when the Box gets nothing.
  std::string phone(ByteView start, ByteView session = {}) {
    const std::string message = is_status(start) ? response(start, session, box_request_, "phone")
                                                 : request(start, session, phone_side());
    reaction = from_phone(message);
    return session_of(reaction.to_box);
  }
  /// What the phone reads when the Box sends `start`. `branch` is the Box's tag, for early dialogs.
  std::string box(ByteView start, ByteView session = {}, const std::string& branch = "box") {
    box_tag_ = branch;
    const std::string message = is_status(start) ? response(start, session, phone_request_, branch)
                                                 : request(start, session, box_side());
    reaction = core.box_sends(message);
    return session_of(reaction.to_phone);
  }
  /// The status of the answer that the phone gets from us instead of the Box; empty when it gets none.
  [[nodiscard]] std::string answer_to_phone() const { return status_of(reaction.to_phone); }
  [[nodiscard]] std::string answer_to_box() const { return status_of(reaction.to_box); }

  /// The phone registers, so that the Box can call it: box("INVITE", ...) begins a call then.
  void phone_registers() {
    from_phone(wire(registering("Contact: <sip:john@172.20.11.6:61211>")));
    core.box_sends(
        wire("SIP/2.0 200 OK\n"
             "Via: SIP/2.0/UDP 172.20.11.6:61211;rport=43202;branch=z9hG4bKregister\n"
             "From: <sip:john@fritz.box>;tag=r\nTo: <sip:john@fritz.box>;tag=x\n"
             "Call-ID: register\nCSeq: 1 REGISTER\n"
             "Contact: <sip:john@172.30.10.2:43202>;expires=900\nContent-Length: 0\n\n"));
  }

  Reaction reaction;  ///< of the last message

 private:
  struct Transaction {
    std::string lines;  ///< Via, From, To without tag of the answer, Call-ID, CSeq
    bool has_to_tag = false;
  };
  struct Sender {
    std::string via;
    std::string from;
    std::string to;
    std::string uri;
    Transaction& remembered;
    bool& began;
  };

  static Scene relaying(Scene scene) {
    scene.config.media = proxy::MediaMode::relay;
    return scene;
  }
  static bool is_status(ByteView start) {
    return std::isdigit(static_cast<unsigned char>(start.front())) != 0;
  }

  Sender phone_side() {
    return {"172.20.11.6:61211;rport",
            "<sip:john@fritz.box>;tag=phone",
            "<sip:**610@fritz.box>",
            "sip:**610@fritz.box",
            phone_request_,
            began_};
  }
  Sender box_side() {
    return {"172.30.10.1:5060",
            "<sip:**610@fritz.box>;tag=" + box_tag_,
            "<sip:john@172.30.10.2:43202>",
            "sip:john@172.30.10.2:43202",
            box_request_,
            began_};
  }

  std::string request(ByteView method, ByteView session, Sender sender) {
    if (method == "INVITE" || cseq_ == 0) ++cseq_;
    const bool in_dialog = sender.began && !in_first_transaction(method);
    const std::string number = std::to_string(method == "ACK" || method == "CANCEL" ? cseq_ : ++cseq_);
    Transaction& transaction = sender.remembered;
    transaction.has_to_tag = in_dialog;
    const std::string to_tag = &sender.remembered == &phone_request_ ? box_tag_ : "phone";
    transaction.lines = "Via: SIP/2.0/UDP " + sender.via + ";branch=z9hG4bK" + number +
                        "\nFrom: " + sender.from + "\nTo: " + sender.to +
                        (in_dialog ? ";tag=" + to_tag : "") + "\nCall-ID: relayed\nCSeq: " + number + " " +
                        std::string(method) + "\n";
    sender.began = true;
    return wire(std::string(method) + " " + sender.uri + " SIP/2.0\n" + transaction.lines) + body(session);
  }
  static bool in_first_transaction(ByteView method) { return method == "CANCEL"; }

  static std::string response(ByteView start, ByteView session, const Transaction& transaction,
                              const std::string& tag) {
    std::string lines = transaction.lines;
    if (!transaction.has_to_tag) lines.insert(lines.find("\nCall-ID"), ";tag=" + tag);
    const std::string reason = start.size() == 3 ? std::string(start) + " Reason" : std::string(start);
    return wire("SIP/2.0 " + reason + "\n" + lines) + body(session);
  }

  static std::string body(ByteView session) {
    const std::string text = wire(session);
    const std::string type = text.empty() ? "" : "Content-Type: application/sdp\r\n";
    return type + "Content-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text;
  }

  /// Of the only message; its Content-Length has to be right.
  static std::string session_of(const std::vector<std::string>& messages) {
    if (messages.empty()) return "-";
    const std::string& message = messages.back();
    const std::size_t end = message.find("\r\n\r\n") + 4;
    std::string text = message.substr(end);
    EXPECT_NE(message.find("Content-Length: " + std::to_string(text.size()) + "\r\n"), std::string::npos)
        << message;
    std::erase(text, '\r');
    return text;
  }
  static std::string status_of(const std::vector<std::string>& messages) {
    const std::string start = "SIP/2.0 ";
    if (messages.empty() || messages.back().rfind(start, 0) != 0) return {};
    return messages.back().substr(start.size(), 3);
  }

  std::string box_tag_ = "box";
  Transaction phone_request_;
  Transaction box_request_;
  bool began_ = false;
  int cseq_ = 0;
};

}  // namespace fapfon::golden
