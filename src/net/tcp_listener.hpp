// SPDX-License-Identifier: GPL-2.0-or-later
// Accepts TCP connections. When descriptors or memory run out, accepting pauses for a second and the program
// goes on (SPEC L9). Meanwhile connections wait in the kernel's queue.
#pragma once

#include <cstdint>
#include <memory>

#include "base/expected.hpp"
#include "base/socket_address.hpp"
#include "net/fd.hpp"
#include "net/loop.hpp"
#include "net/socket.hpp"
#include "net/timer.hpp"

namespace fapfon::net {

class TcpListener final : Watched {
 public:
  enum class Kind : std::uint8_t {
    phone,       ///< on the SIP port
    box_facing,  ///< shares its port with connections that we open from it (SO_REUSEPORT, DESIGN section 6)
  };

  class Owner {
   public:
    /// The listener may be destroyed in the call.
    virtual void tcp_accepted(TcpListener& listener, Fd connection, const SocketAddress& remote) = 0;
    /// Nothing is accepted for a second.
    virtual void tcp_accept_paused(TcpListener& listener, const SystemError& cause) = 0;

   protected:
    ~Owner() = default;
  };

  /// Binds `local` and listens; the error is the kernel's. `owner` and `loop` must outlive the listener.
  static Expected<std::unique_ptr<TcpListener>, SystemError> open(Loop& loop, Kind kind,
                                                                  const SocketAddress& local, Owner& owner);
  ~TcpListener();

  [[nodiscard]] const SocketAddress& local() const noexcept { return local_; }
  /// Free for the owner, to find what the listener belongs to.
  std::uint64_t tag = 0;

 private:
  TcpListener(Loop& loop, Fd fd, Owner& owner);
  void on_ready(std::uint32_t events) override;
  void pause(int error);

  Loop& loop_;
  Owner& owner_;
  Fd fd_;
  SocketAddress local_;
  std::unique_ptr<Timer> pause_;  // only while nothing is accepted
};

}  // namespace fapfon::net
