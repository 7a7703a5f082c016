// SPDX-License-Identifier: GPL-2.0-or-later
// One UDP socket of the media relay: RTP or RTCP of one side of one stream. Bound to one local address
// and port and shared with nobody, marked EF (SPEC M2). The owner is shown each packet and names the
// socket that it leaves by and the address that it goes to; the bytes are neither copied nor kept. What the
// kernel does not take is dropped and counted, because audio that is late is useless.
//
// A wake-up reads one packet. A stream has a packet every 20 ms, so a second read would usually find
// nothing and cost a system call, and a socket under a flood gets no more turns than any other. ICMP
// errors are ignored: a peer that is not there yet is not a reason to stop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/bytes.hpp"
#include "base/expected.hpp"
#include "base/socket_address.hpp"
#include "net/fd.hpp"
#include "net/loop.hpp"
#include "net/socket.hpp"

namespace fapfon::net {

class MediaSocket final : Watched {
 public:
  /// Where a packet is sent: from the address of `out` to `to`.
  struct Hop {
    MediaSocket* out = nullptr;
    SocketAddress to;
  };

  class Owner {
   public:
    /// A packet came from `source`; none: it is dropped. `bytes` are valid during the call. The socket
    /// may be destroyed in it, that of the answer may not.
    virtual std::optional<Hop> media_packet(MediaSocket& socket, const SocketAddress& source,
                                            ByteView bytes) = 0;

   protected:
    ~Owner() = default;
  };

  /// Binds `local`; the error is the kernel's. `owner` and `loop` must outlive the socket.
  static Expected<std::unique_ptr<MediaSocket>, SystemError> open(Loop& loop, const SocketAddress& local,
                                                                  Owner& owner);
  ~MediaSocket();

  [[nodiscard]] const SocketAddress& local() const noexcept { return local_; }
  /// Free for the owner, to find what the socket belongs to.
  std::uint64_t tag = 0;
  /// Packets that the kernel did not take: no room, no route, forbidden by a firewall.
  [[nodiscard]] std::size_t dropped_count() const noexcept { return dropped_count_; }

 private:
  MediaSocket(Loop& loop, Fd fd, Owner& owner);
  void on_ready(std::uint32_t events) override;
  void send(const SocketAddress& to, ByteView bytes) noexcept;

  Loop& loop_;
  Owner& owner_;
  Fd fd_;
  SocketAddress local_;
  std::size_t dropped_count_ = 0;
};

/// RTP on an even port, RTCP on the next (RFC 3550 section 11).
struct MediaSocketPair {
  std::unique_ptr<MediaSocket> rtp;
  std::unique_ptr<MediaSocket> rtcp;
};

/// Both sockets, or the error of the one that could not be opened (EADDRINUSE: try another pair).
Expected<MediaSocketPair, SystemError> open_media_pair(Loop& loop, const SocketAddress& rtp,
                                                       MediaSocket::Owner& owner);

}  // namespace fapfon::net
