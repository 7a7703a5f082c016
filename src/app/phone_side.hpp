// SPDX-License-Identifier: GPL-2.0-or-later
// The SIP port that phones talk to: UDP sockets and TCP listeners for IPv4 and IPv6, and the filter
// that decides who is served at all (SPEC N4). What others send is dropped and only counted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "base/prefix.hpp"
#include "net/tcp_listener.hpp"
#include "net/udp_socket.hpp"

namespace fapfon::app {

class PhoneSide final : net::UdpSocket::Owner, net::TcpListener::Owner {
 public:
  class Owner {
   public:
    /// A datagram of somebody who is served, to our address `local`; `bytes` are valid during the call.
    virtual void phone_datagram(const SocketAddress& local, const SocketAddress& remote, ByteView bytes) = 0;
    /// A connection of somebody who is served.
    virtual void phone_accepted(net::Fd connection, const SocketAddress& remote) = 0;
    /// The kernel has no descriptor or memory left for a connection; accepting pauses for a second.
    virtual void phone_accept_paused(const net::SystemError& cause) = 0;

   protected:
    ~Owner() = default;
  };

  struct Ports {
    std::uint16_t udp;  ///< 0: the kernel chooses; the same for both when both are 0
    std::uint16_t tcp;
  };

  /// Opens all sockets, or says which port it was and what to do.
  static Expected<std::unique_ptr<PhoneSide>, std::string> open(net::Loop& loop, Ports ports,
                                                                const std::vector<Prefix>& allowed,
                                                                Owner& owner);

  /// Queues a datagram from `local`, an address that a datagram came to; flush() sends it.
  void send(const SocketAddress& local, const SocketAddress& remote, ByteView bytes);
  /// Sends what is queued; called at the end of each batch of events.
  void flush();

  /// The ports that are really open.
  [[nodiscard]] Ports ports() const;
  /// Datagrams and connections of sources that are not served, since the last call.
  [[nodiscard]] std::size_t take_refused_count();

 private:
  PhoneSide(const std::vector<Prefix>& allowed, Owner& owner) : allowed_(allowed), owner_(owner) {}
  Expected<void, std::string> open_family(net::Loop& loop, Family family, Ports ports);
  void udp_datagram(net::UdpSocket& socket, const SocketAddress& local, const SocketAddress& remote,
                    ByteView bytes) override;
  void udp_unreachable(net::UdpSocket& socket, const SocketAddress& destination, ByteView payload,
                       const net::SystemError& cause) override;
  void tcp_accepted(net::TcpListener& listener, net::Fd connection, const SocketAddress& remote) override;
  void tcp_accept_paused(net::TcpListener& listener, const net::SystemError& cause) override;

  const std::vector<Prefix>& allowed_;
  Owner& owner_;
  std::unique_ptr<net::UdpSocket> udp_ip4_;
  std::unique_ptr<net::UdpSocket> udp_ip6_;  // null on a machine without IPv6, as is the listener
  std::unique_ptr<net::TcpListener> tcp_ip4_;
  std::unique_ptr<net::TcpListener> tcp_ip6_;
  std::size_t refused_count_ = 0;
};

}  // namespace fapfon::app
