// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/tcp_listener.hpp"

#include <cerrno>
#include <utility>

#include <sys/socket.h>

#include "base/limits.hpp"

namespace fapfon::net {
namespace {

/// Connections that wait to be accepted; the kernel caps it at net.core.somaxconn.
constexpr int kBacklog = 1024;
/// Connections taken per wake-up, so that a burst of them starves nobody.
constexpr int kAcceptsPerBatch = 64;
constexpr auto kAcceptPause = 1s;

bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Expected<std::unique_ptr<TcpListener>, SystemError> TcpListener::open(Loop& loop, Kind kind,
                                                                      const SocketAddress& local,
                                                                      Owner& owner) {
  auto fd = open_socket(local.ip, SOCK_STREAM);
  if (!fd) return Unexpected<SystemError>(fd.error());
  set_option(*fd, SOL_SOCKET, SO_REUSEADDR, 1);
  set_dscp(*fd, local.ip.family(), Dscp::signalling);  // of its part of the handshake
  if (kind == Kind::box_facing) set_option(*fd, SOL_SOCKET, SO_REUSEPORT, 1);
  if (const auto bound = bind_socket(*fd, local); !bound) return Unexpected<SystemError>(bound.error());
  if (::listen(fd->number(), kBacklog) != 0) return Unexpected<SystemError>(SystemError{errno});
  std::unique_ptr<TcpListener> listener{new TcpListener(loop, std::move(*fd), owner)};
  if (!loop.watch(listener->fd_.number(), EPOLLIN, *listener)) {
    return Unexpected<SystemError>(SystemError{errno});
  }
  return listener;
}

TcpListener::TcpListener(Loop& loop, Fd fd, Owner& owner)
    : loop_(loop), owner_(owner), fd_(std::move(fd)), local_(local_address_of(fd_)) {}

TcpListener::~TcpListener() {
  loop_.unwatch(fd_.number(), *this);
}

void TcpListener::on_ready(std::uint32_t /*events*/) {
  const Loop& loop = loop_;
  for (int i = 0; i < kAcceptsPerBatch; ++i) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    Fd connection{::accept4(fd_.number(), reinterpret_cast<sockaddr*>(&storage), &length,
                            SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (!connection) {
      if (errno == EAGAIN) return;
      if (is_shortage(errno)) return pause(errno);
      continue;  // ECONNABORTED and its like: that connection is gone already (accept(2))
    }
    owner_.tcp_accepted(*this, std::move(connection), SocketAddress::from(storage));
    if (loop.current_is_gone()) return;
  }
}

void TcpListener::pause(int error) {
  loop_.change(fd_.number(), 0, *this);
  pause_ = std::make_unique<Timer>(loop_);
  pause_->start_after(kAcceptPause, [this] {
    loop_.change(fd_.number(), EPOLLIN, *this);
    pause_.reset();
  });
  owner_.tcp_accept_paused(*this, {error});
}

}  // namespace fapfon::net
