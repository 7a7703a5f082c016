// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/tcp_connection.hpp"

#include <cerrno>
#include <chrono>
#include <utility>

#include <netinet/tcp.h>
#include <sys/socket.h>

namespace fapfon::net {
namespace {

/// How long a dial may take (L6: the phone's request waits for it).
constexpr auto kConnectTimeout = 5s;
/// How long the other side has to take what is left and to close as well.
constexpr auto kClosePatience = 3s;
/// A dead peer is noticed within this, whether bytes are on the way or not (L7).
constexpr std::chrono::seconds kDeadPeerTimeout = 30s;
constexpr int kKeepAliveIdleSeconds = 15;
constexpr int kKeepAliveIntervalSeconds = 5;
constexpr int kKeepAliveProbes = 3;
/// An emptied outbox larger than this gives its memory back.
constexpr std::size_t kOutboxKeptBytes = std::size_t{16} * 1024;

void set_tcp_options(const Fd& fd, Family family) {
  set_dscp(fd, family, Dscp::signalling);
  // At IPPROTO_TCP: at SOL_SOCKET it does nothing and Nagle adds 40 ms to calls (DESIGN section 6).
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, kKeepAliveIdleSeconds);
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, kKeepAliveIntervalSeconds);
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, kKeepAliveProbes);
  set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT,
             static_cast<int>(std::chrono::milliseconds{kDeadPeerTimeout}.count()));
}

std::string text_of(int error) {
  return SystemError{error}.text();
}

}  // namespace

std::unique_ptr<TcpConnection> TcpConnection::accepted(Loop& loop, BufferBudget& budget, Fd fd, Ending ending,
                                                       Owner& owner) {
  set_tcp_options(fd, local_address_of(fd).ip.family());
  std::unique_ptr<TcpConnection> connection{new TcpConnection(loop, budget, std::move(fd), ending, owner)};
  if (!loop.watch(connection->fd_.number(), EPOLLIN, *connection)) return nullptr;
  return connection;
}

std::unique_ptr<TcpConnection> TcpConnection::dial(Loop& loop, BufferBudget& budget,
                                                   const SocketAddress& local, const SocketAddress& remote,
                                                   Owner& owner) {
  auto fd = open_socket(remote.ip, SOCK_STREAM);
  const int error = fd ? 0 : fd.error().number;
  std::unique_ptr<TcpConnection> connection{
      new TcpConnection(loop, budget, fd ? std::move(*fd) : Fd{}, Ending::reset, owner)};
  connection->state_ = State::connecting;
  if (error != 0) {
    connection->break_off(State::dial_broken, text_of(error));
  } else {
    connection->start_dial(local, remote);
  }
  return connection;
}

TcpConnection::TcpConnection(Loop& loop, BufferBudget& budget, Fd fd, Ending ending, Owner& owner)
    : loop_(loop), budget_(budget), owner_(&owner), fd_(std::move(fd)), ending_(ending) {}

TcpConnection::~TcpConnection() {
  loop_.unwatch(fd_.number(), *this);
  forget_outbox();
  if (ending_ == Ending::orderly || !fd_) return;
  const linger at_once{1, 0};
  ::setsockopt(fd_.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void TcpConnection::start_dial(const SocketAddress& local, const SocketAddress& remote) {
  set_tcp_options(fd_, remote.ip.family());
  // Both before bind, as the listener on this port has them too (DESIGN section 6).
  set_option(fd_, SOL_SOCKET, SO_REUSEADDR, 1);
  set_option(fd_, SOL_SOCKET, SO_REUSEPORT, 1);
  if (const auto bound = bind_socket(fd_, local); !bound) {
    return break_off(State::dial_broken, bound.error().text());
  }
  sockaddr_storage storage{};
  const socklen_t length = remote.to_sockaddr(storage);
  // A connection that is there at once (loopback) is reported like any other: it is writable.
  if (::connect(fd_.number(), reinterpret_cast<const sockaddr*>(&storage), length) != 0 &&
      errno != EINPROGRESS) {
    return break_off(State::dial_broken, text_of(errno));
  }
  interest_ = EPOLLOUT;
  if (!loop_.watch(fd_.number(), interest_, *this)) return break_off(State::dial_broken, text_of(errno));
  patience_ = std::make_unique<Timer>(loop_);
  patience_->start_after(kConnectTimeout, [this] { break_off(State::dial_broken, "no answer within 5 s"); });
}

void TcpConnection::send(ByteView bytes, std::size_t most) {
  switch (state_) {
    case State::connecting:
    case State::dial_broken:  // not reported yet: part of `unsent`
      return keep(bytes, most);
    case State::open:
      break;
    case State::draining:
    case State::finishing:
    case State::broken:
      return;
  }
  std::size_t sent = 0;
  if (queued_bytes() == 0) {
    const ssize_t count = ::send(fd_.number(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN && errno != EINTR) return break_off(State::broken, text_of(errno));
    if (count > 0) sent = static_cast<std::size_t>(count);
  }
  if (sent < bytes.size()) keep(bytes.substr(sent), most);
}

void TcpConnection::keep(ByteView bytes, std::size_t most) {
  if (queued_bytes() + bytes.size() > most || budget_.used_bytes + bytes.size() > budget_.max_bytes) {
    // While dialling, only these bytes are given up. An open connection that has lost bytes is useless, so
    // it is reset and the kernel forgets what it still holds.
    if (state_ != State::open) return;
    ending_ = Ending::reset;
    return break_off(State::broken, "the reader is too slow");
  }
  outbox_.append(bytes);
  budget_.used_bytes += bytes.size();
  if (state_ == State::open && (interest_ & EPOLLOUT) == 0) {
    interest_ |= EPOLLOUT;
    loop_.change(fd_.number(), interest_, *this);
  }
}

void TcpConnection::forget_outbox() {
  budget_.used_bytes -= queued_bytes();
  outbox_sent_ = 0;
  outbox_.clear();
  if (outbox_.capacity() > kOutboxKeptBytes) outbox_.shrink_to_fit();
}

bool TcpConnection::flush() {
  while (queued_bytes() > 0) {
    const ssize_t count =
        ::send(fd_.number(), outbox_.data() + outbox_sent_, queued_bytes(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0 && errno == EAGAIN) break;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      cause_ = text_of(errno);
      return false;
    }
    outbox_sent_ += static_cast<std::size_t>(count);
    budget_.used_bytes -= static_cast<std::size_t>(count);
  }
  if (queued_bytes() == 0) forget_outbox();
  // Sent bytes are removed when they are the larger part, so that each byte is moved once at most.
  if (outbox_sent_ > outbox_.size() / 2) {
    outbox_.erase(0, outbox_sent_);
    outbox_sent_ = 0;
  }
  const std::uint32_t wanted = EPOLLIN | (queued_bytes() > 0 ? std::uint32_t{EPOLLOUT} : 0U);
  if (wanted != interest_) {
    interest_ = wanted;
    loop_.change(fd_.number(), interest_, *this);
  }
  return true;
}

void TcpConnection::on_ready(std::uint32_t events) {
  switch (state_) {
    case State::connecting:
      return finish_dial();
    case State::open:
      return on_open(events);
    case State::draining:
    case State::finishing:
      return on_closing(events);
    case State::dial_broken:
    case State::broken:
      return report_broken();
  }
}

void TcpConnection::on_open(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0 && !flush()) {
    state_ = State::broken;
    return report_broken();
  }
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read();
}

void TcpConnection::finish_dial() {
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(fd_.number(), SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) {
    state_ = State::dial_broken;
    cause_ = text_of(error);
    return report_broken();
  }
  patience_.reset();
  state_ = State::open;
  if (!flush()) break_off(State::broken, cause_);
  owner_->tcp_connected(*this);
}

void TcpConnection::read() {
  const auto buffer = loop_.stream_buffer();
  const ssize_t count = ::recv(fd_.number(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count > 0) return owner_->tcp_bytes(*this, {buffer.data(), static_cast<std::size_t>(count)});
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  cause_ = count == 0 ? "closed by the other side" : text_of(errno);
  state_ = State::broken;
  report_broken();
}

void TcpConnection::break_off(State state, std::string cause) {
  state_ = state;
  cause_ = std::move(cause);
  patience_.reset();
  // A broken socket may report events again and again, so it is unwatched and the loop is asked for one call.
  loop_.unwatch(fd_.number(), *this);
  loop_.wake(*this);
}

void TcpConnection::report_broken() {
  loop_.unwatch(fd_.number(), *this);
  patience_.reset();
  const bool was_dial = state_ == State::dial_broken;
  // The owner may destroy this object in the call, and the bytes must outlive it.
  const std::string cause = std::move(cause_);
  const std::string unsent = was_dial ? outbox_ : std::string{};
  forget_outbox();
  state_ = State::broken;
  if (was_dial) return owner_->tcp_connect_failed(*this, unsent, cause);
  owner_->tcp_closed(*this, cause);
}

void TcpConnection::close_orderly(Owner& owner) {
  owner_ = &owner;
  const bool is_open = state_ == State::open;
  if (!is_open) return break_off(State::broken, "closed before the connection was established");
  patience_ = std::make_unique<Timer>(loop_);
  patience_->start_after(kClosePatience, [this] { break_off(State::broken, "did not close in time"); });
  state_ = State::draining;
  if (queued_bytes() == 0) send_fin();
}

void TcpConnection::send_fin() {
  state_ = State::finishing;
  if (::shutdown(fd_.number(), SHUT_WR) != 0) break_off(State::broken, text_of(errno));
}

void TcpConnection::on_closing(std::uint32_t events) {
  if (state_ == State::draining && (events & EPOLLOUT) != 0) {
    if (!flush()) return break_off(State::broken, cause_);
    if (queued_bytes() == 0) send_fin();
  }
  if (state_ == State::broken || (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
  const auto buffer = loop_.stream_buffer();
  const ssize_t count = ::recv(fd_.number(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR))) return;
  // The other side has closed too. What it does not read any more need not be sent.
  cause_ = "closed";
  state_ = State::broken;
  report_broken();
}

}  // namespace fapfon::net
