// SPDX-License-Identifier: GPL-2.0-or-later
// A UDP socket of one of two kinds.
//  shared:     on the SIP port, for all phones. Bound to the wildcard; tells which local address each
//              datagram came to, because the answer must leave from there (a phone drops answers from
//              another address, RFC 3581 section 4). Sends are queued and leave with one sendmmsg.
//  box_facing: of one line, bound to one local address and port of its own (DESIGN section 6:
//              SO_REUSEADDR would let two phones share a port, and one of them would lose its answers).
//              Reports ICMP errors, so that a phone hears at once that the Box is not there.
// What a full socket buffer does not take is dropped and counted: UDP may lose datagrams, and nothing waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.hpp"
#include "base/expected.hpp"
#include "base/socket_address.hpp"
#include "net/fd.hpp"
#include "net/loop.hpp"
#include "net/socket.hpp"

namespace fapfon::net {

class UdpSocket final : Watched {
 public:
  enum class Kind : std::uint8_t { shared, box_facing };

  class Owner {
   public:
    /// `bytes` are valid during the call; the socket may be destroyed in it.
    virtual void udp_datagram(UdpSocket& socket, const SocketAddress& local, const SocketAddress& remote,
                              ByteView bytes) = 0;
    /// An ICMP error came for a datagram to `destination`; `payload` is what the error quotes of it.
    virtual void udp_unreachable(UdpSocket& socket, const SocketAddress& destination, ByteView payload,
                                 const SystemError& cause) = 0;

   protected:
    ~Owner() = default;
  };

  /// Binds `local`; the error is the kernel's. `owner` and `loop` must outlive the socket.
  static Expected<std::unique_ptr<UdpSocket>, SystemError> open(Loop& loop, Kind kind,
                                                                const SocketAddress& local, Owner& owner);
  ~UdpSocket();

  /// Sends now, from the bound address.
  void send(const SocketAddress& remote, ByteView bytes);
  /// Keeps a copy that leaves with the next flush() from the local address `from`; flushes by itself
  /// when the batch is full.
  void queue(const SocketAddress& remote, const IpAddress& from, ByteView bytes);
  /// Sends what is queued.
  void flush();

  /// The bound address; the wildcard for a shared socket.
  [[nodiscard]] const SocketAddress& local() const noexcept { return local_; }
  /// Free for the owner, to find what the socket belongs to.
  std::uint64_t tag = 0;
  /// Datagrams that the kernel did not take.
  [[nodiscard]] std::size_t dropped_count() const noexcept { return dropped_count_; }

 private:
  struct Queue;

  UdpSocket(Loop& loop, Kind kind, Fd fd, Owner& owner);
  void on_ready(std::uint32_t events) override;
  void read_datagrams();
  /// False when the owner destroyed the socket.
  bool drain_error_queue();

  Loop& loop_;
  Owner& owner_;
  Fd fd_;
  Kind kind_;
  SocketAddress local_;
  std::size_t dropped_count_ = 0;
  std::unique_ptr<Queue> queue_;  // only shared sockets have one
};

}  // namespace fapfon::net
