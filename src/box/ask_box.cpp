// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/ask_box.hpp"

#include <cerrno>
#include <memory>
#include <random>
#include <utility>

#include "base/limits.hpp"
#include "net/loop.hpp"
#include "net/socket.hpp"
#include "net/timer.hpp"
#include "net/udp_socket.hpp"

namespace fapfon::box {
namespace {

constexpr auto kRepeat = 400ms;

using Reason = AskFailure::Reason;

class Question final : net::UdpSocket::Owner {
 public:
  using Answer = Expected<BoxAnswer, AskFailure>;

  Question(const SocketAddress& box, std::string token) : box_(box), token_(std::move(token)) {}

  Answer ask(const IpAddress& local, std::chrono::milliseconds patience) {
    auto socket = net::UdpSocket::open(loop_, net::UdpSocket::Kind::box_facing, {local, 0}, *this);
    if (!socket) return failure(Reason::cannot_send, socket.error().text());
    socket_ = std::move(*socket);
    end_.start_after(patience, [this] { loop_.stop(); });
    send();
    loop_.run();
    return result_;
  }

 private:
  static Answer failure(Reason reason, std::string text) {
    return Unexpected<AskFailure>(AskFailure{reason, std::move(text)});
  }

  void send() {
    socket_->send(box_, box_query(box_, socket_->local(), token_));
    repeat_.start_after(kRepeat, [this] { send(); });
  }

  void finish(Answer result) {
    result_ = std::move(result);
    loop_.stop();
  }

  void udp_datagram(net::UdpSocket& /*socket*/, const SocketAddress& /*local*/, const SocketAddress& remote,
                    ByteView bytes) override {
    if (remote.ip != box_.ip) return;
    if (auto answer = read_answer(bytes, token_)) return finish(std::move(*answer));
    result_ = failure(Reason::no_sip, "what answers there does not speak SIP");  // a SIP answer may follow
  }

  void udp_unreachable(net::UdpSocket& /*socket*/, const SocketAddress& /*destination*/, ByteView /*payload*/,
                       const net::SystemError& cause) override {
    const bool is_refusal = cause.number == ECONNREFUSED;
    finish(failure(is_refusal ? Reason::refused : Reason::cannot_send, cause.text()));
  }

  SocketAddress box_;
  std::string token_;
  net::Loop loop_;
  net::Timer repeat_{loop_};
  net::Timer end_{loop_};
  std::unique_ptr<net::UdpSocket> socket_;
  Answer result_ = failure(Reason::silent, "no answer");
};

}  // namespace

Expected<BoxAnswer, AskFailure> ask_box(const SocketAddress& box, const IpAddress& local,
                                        std::chrono::milliseconds patience) {
  IpAddress from = local;
  if (!from) {
    const auto chosen = net::local_address_towards(box);
    if (!chosen) return Unexpected<AskFailure>({Reason::cannot_send, chosen.error().text()});
    from = *chosen;
  }
  return Question{box, std::to_string(std::random_device{}())}.ask(from, patience);
}

}  // namespace fapfon::box
