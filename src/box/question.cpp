// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/question.hpp"

#include <cerrno>
#include <random>
#include <utility>

#include "base/limits.hpp"
#include "text/translate.hpp"

namespace fapfon::box {
namespace {

using text::tr;

constexpr auto kRepeat = 400ms;

using Reason = AskFailure::Reason;

}  // namespace

Question::Question(net::Loop& loop) : loop_(loop), repeat_(loop), end_(loop) {}

Question::~Question() = default;

void Question::ask(const SocketAddress& box, const IpAddress& local, std::function<void(Answer)> answered,
                   std::chrono::milliseconds patience) {
  box_ = box;
  token_ = std::to_string(std::random_device{}());
  answered_ = std::move(answered);
  failure_ = {Reason::silent, tr("no answer")};
  auto socket = net::UdpSocket::open(loop_, net::UdpSocket::Kind::box_facing, {local, 0}, *this);
  if (!socket) {
    failure_ = {Reason::cannot_send, tr(socket.error().text())};
    patience = {};
  }
  end_.start_after(patience, [this] { finish(Unexpected<AskFailure>(failure_)); });
  repeat_.stop();
  socket_ = socket ? std::move(*socket) : nullptr;
  if (socket_ != nullptr) send();
}

void Question::send() {
  socket_->send(box_, box_query(box_, socket_->local(), token_));
  repeat_.start_after(kRepeat, [this] { send(); });
}

/// `answered_` comes last, as it may destroy this object.
void Question::finish(Answer answer) {
  repeat_.stop();
  end_.stop();
  socket_.reset();
  const auto answered = std::exchange(answered_, nullptr);
  if (answered) answered(std::move(answer));
}

void Question::udp_datagram(net::UdpSocket& /*socket*/, const SocketAddress& /*local*/,
                            const SocketAddress& remote, ByteView bytes) {
  if (remote.ip != box_.ip) return;
  if (auto answer = read_answer(bytes, token_)) return finish(std::move(*answer));
  failure_ = {Reason::no_sip, tr("what answers there does not speak SIP")};  // a SIP answer may follow
}

void Question::udp_unreachable(net::UdpSocket& /*socket*/, const SocketAddress& /*destination*/,
                               ByteView /*payload*/, const net::SystemError& cause) {
  const bool is_refusal = cause.number == ECONNREFUSED;
  finish(Unexpected<AskFailure>({is_refusal ? Reason::refused : Reason::cannot_send, tr(cause.text())}));
}

}  // namespace fapfon::box
