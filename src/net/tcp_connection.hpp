// SPDX-License-Identifier: GPL-2.0-or-later
// One TCP connection, to a phone or to the Box. It never blocks and never calls its owner from within
// a call of the owner: what goes wrong in send() is reported from the loop. Each report is the last
// thing a member function does, so the owner may destroy the connection in it. An idle connection
// holds no buffer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/expected.hpp"
#include "base/limits.hpp"
#include "base/socket_address.hpp"
#include "net/fd.hpp"
#include "net/loop.hpp"
#include "net/socket.hpp"
#include "net/timer.hpp"

namespace fapfon::net {

/// What all connections together keep for slow readers (SPEC L9).
struct BufferBudget {
  std::size_t used_bytes = 0;
  std::size_t max_bytes = kMaxBufferedBytes;
};

class TcpConnection final : Watched {
 public:
  class Owner {
   public:
    /// dial() has succeeded.
    virtual void tcp_connected(TcpConnection& connection) = 0;
    /// dial() did not succeed. `unsent` is all that send() was given, valid during the call.
    virtual void tcp_connect_failed(TcpConnection& connection, ByteView unsent, ByteView cause) = 0;
    /// `bytes` are valid during the call.
    virtual void tcp_bytes(TcpConnection& connection, ByteView bytes) = 0;
    /// Closed by the other side, reset, timed out, or its reader is too slow. Called once, as the last
    /// report.
    virtual void tcp_closed(TcpConnection& connection, ByteView cause) = 0;

   protected:
    ~Owner() = default;
  };

  /// What happens to the other side when the object is destroyed.
  enum class Ending : std::uint8_t {
    orderly,  ///< FIN
    reset,    ///< RST, so that the same local port can dial again at once (DESIGN section 6)
  };

  /// Takes over an accepted connection. Null with errno when the loop has no room for it.
  static std::unique_ptr<TcpConnection> accepted(Loop& loop, BufferBudget& budget, Fd fd, Ending ending,
                                                 Owner& owner);
  /// Starts to connect from `local` to `remote`, for kConnectTimeout. Failures are reported later, even
  /// those that are known at once.
  static std::unique_ptr<TcpConnection> dial(Loop& loop, BufferBudget& budget, const SocketAddress& local,
                                             const SocketAddress& remote, Owner& owner);
  ~TcpConnection();

  /// Writes at once what the kernel takes and keeps the rest, up to `most` bytes in all; a reader that is
  /// further behind is disconnected (L9). While dialling all is kept.
  void send(ByteView bytes, std::size_t most = kMaxOutboxBytes);

  /// Sends what is kept, then FIN, and waits for the other side's FIN, for kClosePatience: a close with
  /// unread bytes would be a reset, which overtakes an answer. No bytes are reported any more; tcp_closed
  /// goes to `owner` at the end.
  void close_orderly(Owner& owner);

  [[nodiscard]] SocketAddress local() const { return local_address_of(fd_); }
  [[nodiscard]] std::size_t queued_bytes() const noexcept { return outbox_.size() - outbox_sent_; }
  /// Free for the owner, to find what the connection belongs to.
  std::uint64_t tag = 0;

 private:
  // connecting -> open -> draining -> finishing
  //     |          |         |           |
  //     +----------+---------+-----------+--> broken (reported from the loop, then done)
  enum class State : std::uint8_t {
    connecting,  ///< dialled, sends are kept
    open,
    draining,   ///< close_orderly() with bytes to send
    finishing,  ///< FIN sent, waiting for the other side's
    dial_broken,
    broken,
  };

  TcpConnection(Loop& loop, BufferBudget& budget, Fd fd, Ending ending, Owner& owner);
  void start_dial(const SocketAddress& local, const SocketAddress& remote);
  void on_ready(std::uint32_t events) override;
  void on_open(std::uint32_t events);
  void on_closing(std::uint32_t events);
  void finish_dial();
  /// False when the connection is broken.
  bool flush();
  void read();
  void keep(ByteView bytes, std::size_t most);
  void forget_outbox();
  /// Notes why the connection ends and asks the loop for the call that reports it.
  void break_off(State state, std::string cause);
  void report_broken();
  void send_fin();

  Loop& loop_;
  BufferBudget& budget_;
  Owner* owner_;
  Fd fd_;
  State state_ = State::open;
  Ending ending_;
  std::uint32_t interest_ = EPOLLIN;
  std::string outbox_;
  std::size_t outbox_sent_ = 0;  // bytes of outbox_ that have left
  std::string cause_;
  std::unique_ptr<Timer> patience_;  // while connecting or closing
};

}  // namespace fapfon::net
