// SPDX-License-Identifier: GPL-2.0-or-later
#include "peer_wire.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>

#include <poll.h>
#include <sys/socket.h>

#include "net/socket.hpp"

namespace fapfon::demo {

using support::Hop;
using support::Outgoing;

PeerWire::PeerWire(Poller& poller, const SocketAddress& address, PeerEvents events)
    : poller_(poller), address_(address), events_(std::move(events)) {
  auto udp = open_udp(address);
  auto listener = open_listener(address);
  if (!udp || !listener) throw std::runtime_error("cannot use " + address.to_string());
  udp_ = std::move(*udp);
  listener_ = std::move(*listener);
  poller_.watch(udp_.number(), [this](short) { read_udp(); });
  poller_.watch(listener_.number(), [this](short) { accept_one(); });
}

PeerWire::~PeerWire() {
  poller_.forget(udp_.number());
  poller_.forget(listener_.number());
  for (const auto& [fd, connection] : connections_) poller_.forget(fd);
}

void PeerWire::detour(const SocketAddress& meant, const SocketAddress& instead) {
  detour_ = Detour{meant, instead};
  while (!connections_.empty()) drop(connections_.begin()->first);
}

void PeerWire::carry(const support::Outbox& outbox) {
  for (const Outgoing& item : outbox) send(item);
}

void PeerWire::send(const Outgoing& item) {
  const SocketAddress& meant = item.hop.remote;
  const SocketAddress& target = detour_ && detour_->meant == meant ? detour_->instead : meant;
  if (item.hop.transport == Transport::udp) {
    send_datagram(udp_, target, item.bytes);
    return;
  }
  Connection* connection = connection_for(item.hop);
  if (connection == nullptr && item.kind == Outgoing::Kind::bytes) {
    auto fd = connect_tcp(address_.ip, target);
    if (!fd) return;  // nobody there: lost, as it would be on the way
    const int number = fd->number();
    add_connection(std::move(*fd), meant, false);
    connection = &connections_.at(number);
  }
  if (connection == nullptr) return;
  if (item.kind == Outgoing::Kind::close) return drop(connection->fd.number());
  connection->unsent += item.bytes;
  if (connection->established && !flush(*connection)) drop(connection->fd.number());
}

PeerWire::Connection* PeerWire::connection_for(const Hop& hop) {
  for (auto& [fd, connection] : connections_) {
    const bool any_port = hop.local.port == 0;
    if (connection.hop.remote == hop.remote && (any_port || connection.hop.local == hop.local))
      return &connection;
  }
  return nullptr;
}

void PeerWire::add_connection(net::Fd fd, const SocketAddress& remote, bool established) {
  const int number = fd.number();
  const Hop hop{Transport::tcp, net::local_address_of(fd), remote};
  connections_[number] = Connection{std::move(fd), hop, established, {}};
  poller_.watch(number, [this, number](short events) { on_connection(number, events); });
  poller_.wants_writing(number, !established);
}

void PeerWire::read_udp() {
  SocketAddress from;
  while (const auto bytes = receive_datagram(udp_, from)) {
    // A datagram from the place of the detour looks as if it came from where it was meant to go; what
    // comes from anywhere else would be dropped by a NAT, and by a phone that knows its Box.
    if (detour_ && from != detour_->instead) continue;
    const Hop hop{Transport::udp, address_, detour_ ? detour_->meant : from};
    events_.received(hop, *bytes);
  }
}

void PeerWire::accept_one() {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  net::Fd fd{accept4(listener_.number(), reinterpret_cast<sockaddr*>(&storage), &length,
                     SOCK_NONBLOCK | SOCK_CLOEXEC)};
  if (!fd) return;
  const int number = fd.number();
  add_connection(std::move(fd), SocketAddress::from(storage), true);
  if (events_.connected) events_.connected(connections_.at(number).hop);
}

void PeerWire::on_connection(int fd, short events) {
  const auto found = connections_.find(fd);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  if (!connection.established) {
    if ((events & (POLLERR | POLLHUP)) != 0) return drop(fd);
    establish(connection);
  }
  if (!flush(connection)) return drop(fd);
  if ((events & (POLLIN | POLLHUP | POLLERR)) != 0 && !read(connection)) drop(fd);
}

void PeerWire::establish(Connection& connection) {
  connection.established = true;
  connection.hop.local = net::local_address_of(connection.fd);
  if (events_.connected) events_.connected(connection.hop);
}

bool PeerWire::flush(Connection& connection) {
  while (!connection.unsent.empty()) {
    const auto sent =
        ::send(connection.fd.number(), connection.unsent.data(), connection.unsent.size(), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) break;
    if (sent < 0) return false;
    connection.unsent.erase(0, static_cast<std::size_t>(sent));
  }
  poller_.wants_writing(connection.fd.number(), !connection.unsent.empty());
  return true;
}

bool PeerWire::read(Connection& connection) {
  const int fd = connection.fd.number();
  std::array<char, 16384> buffer{};
  const auto got = recv(fd, buffer.data(), buffer.size(), 0);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return false;
  const Hop hop = connection.hop;  // the peer may close the connection while it reads
  events_.received(hop, {buffer.data(), static_cast<std::size_t>(got)});
  return true;
}

void PeerWire::drop(int fd) {
  const auto found = connections_.find(fd);
  if (found == connections_.end()) return;
  const Connection gone = std::move(found->second);
  connections_.erase(found);
  poller_.forget(fd);
  if (gone.established && events_.closed) events_.closed(gone.hop);
}

}  // namespace fapfon::demo
