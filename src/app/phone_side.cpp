// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/phone_side.hpp"
#include "text/translate.hpp"

#include <cerrno>
#include <utility>

namespace fapfon::app {
namespace {

using text::tr;
using text::trf;

/// A port that the kernel chose for one socket may be taken for the next: try another.
constexpr int kPortZeroAttempts = 20;

Unexpected<std::string> cannot_listen(Transport transport, std::uint16_t port,
                                      const net::SystemError& error) {
  const bool udp = transport == Transport::udp;
  const char* const option = udp ? "--udp-port" : "--tcp-port";
  std::string remedy;
  if (error.number == EADDRINUSE) {
    remedy = trf("stop the program that uses it ('sudo ss -{}lnp' names it) or choose another port with {}",
                 udp ? "u" : "t", option);
  } else if (error.number == EACCES || error.number == EPERM) {
    remedy = trf("run it as root, give it CAP_NET_BIND_SERVICE, or choose a port above 1023 with {}", option);
  } else {
    remedy = trf("choose another port with {}", option);
  }
  return Unexpected<std::string>(
      trf("cannot listen on {} port {} ({}); {}", udp ? "UDP" : "TCP", port, tr(error.text()), remedy));
}

bool family_is_missing(int error) {
  return error == EAFNOSUPPORT || error == EADDRNOTAVAIL;
}

}  // namespace

Expected<std::unique_ptr<PhoneSide>, std::string> PhoneSide::open(net::Loop& loop, Ports ports,
                                                                  const std::vector<Prefix>& allowed,
                                                                  Owner& owner) {
  Expected<void, std::string> opened;
  const bool kernel_chooses = ports.udp == 0 || ports.tcp == 0;
  for (int attempt = 0; attempt < (kernel_chooses ? kPortZeroAttempts : 1); ++attempt) {
    std::unique_ptr<PhoneSide> side{new PhoneSide(allowed, owner)};
    opened = side->open_family(loop, Family::ip4, ports);
    if (opened) opened = side->open_family(loop, Family::ip6, side->ports());
    if (opened) return side;
  }
  return Unexpected<std::string>(opened.error());
}

Expected<void, std::string> PhoneSide::open_family(net::Loop& loop, Family family, Ports ports) {
  const IpAddress any = net::wildcard(family);
  const bool is_v6 = family == Family::ip6;
  auto udp = net::UdpSocket::open(loop, net::UdpSocket::Kind::shared, {any, ports.udp}, *this);
  if (!udp && is_v6 && family_is_missing(udp.error().number)) return {};
  if (!udp) return cannot_listen(Transport::udp, ports.udp, udp.error());
  const std::uint16_t tcp_port = ports.udp == 0 && ports.tcp == 0 ? (*udp)->local().port : ports.tcp;
  auto tcp = net::TcpListener::open(loop, net::TcpListener::Kind::phone, {any, tcp_port}, *this);
  if (!tcp) return cannot_listen(Transport::tcp, tcp_port, tcp.error());
  (is_v6 ? udp_ip6_ : udp_ip4_) = std::move(*udp);
  (is_v6 ? tcp_ip6_ : tcp_ip4_) = std::move(*tcp);
  return {};
}

void PhoneSide::send(const SocketAddress& local, const SocketAddress& remote, ByteView bytes) {
  const auto& socket = remote.ip.is_v6() ? udp_ip6_ : udp_ip4_;
  if (socket != nullptr) socket->queue(remote, local.ip, bytes);
}

void PhoneSide::flush() {
  udp_ip4_->flush();
  if (udp_ip6_ != nullptr) udp_ip6_->flush();
}

PhoneSide::Ports PhoneSide::ports() const {
  return {udp_ip4_->local().port, tcp_ip4_->local().port};
}

std::size_t PhoneSide::take_refused_count() {
  return std::exchange(refused_count_, 0);
}

void PhoneSide::udp_datagram(net::UdpSocket& /*socket*/, const SocketAddress& local,
                             const SocketAddress& remote, ByteView bytes) {
  // The kernel accepts a datagram from port 0, but there is no way to answer it.
  if (remote.port == 0 || !is_allowed(remote.ip, allowed_)) {
    ++refused_count_;
    return;
  }
  owner_.phone_datagram(local, remote, bytes);
}

void PhoneSide::udp_unreachable(net::UdpSocket& /*socket*/, const SocketAddress& /*destination*/,
                                ByteView /*payload*/, const net::SystemError& /*cause*/) {
  // The phone is asleep. There is nothing to do, and a shared socket does not report these errors anyway.
}

void PhoneSide::tcp_accepted(net::TcpListener& /*listener*/, net::Fd connection,
                             const SocketAddress& remote) {
  if (!is_allowed(remote.ip, allowed_)) {
    ++refused_count_;
    return;
  }
  owner_.phone_accepted(std::move(connection), remote);
}

void PhoneSide::tcp_accept_paused(net::TcpListener& /*listener*/, const net::SystemError& cause) {
  owner_.phone_accept_paused(cause);
}

}  // namespace fapfon::app
