// SPDX-License-Identifier: GPL-2.0-or-later
// Asks one SIP server the OPTIONS question (box_query.hpp): by UDP from a chosen address of this machine,
// again and again until there is an answer or patience is over. On the daemon's loop; commands use ask_box(),
// which waits for the answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/expected.hpp"
#include "box/box_query.hpp"
#include "net/timer.hpp"
#include "net/udp_socket.hpp"

namespace fapfon::box {

struct AskFailure {
  enum class Reason : std::uint8_t {
    cannot_send,  ///< no route from here, or `local` is not an address of this machine
    refused,      ///< the machine is there, but nothing listens on the port (ICMP)
    no_sip,       ///< something answered, but not as a SIP server does
    silent,       ///< nothing came back in time
  };
  Reason reason = Reason::silent;
  std::string text;  ///< for the user
};

class Question final : net::UdpSocket::Owner {
 public:
  using Answer = Expected<BoxAnswer, AskFailure>;

  static constexpr std::chrono::milliseconds kPatience{2000};

  explicit Question(net::Loop& loop);
  ~Question();

  /// Asks `box` from `local`, instead of what was asked before. `answered` is called once, from the loop,
  /// never from within this call; in it another question may be asked or this object destroyed.
  void ask(const SocketAddress& box, const IpAddress& local, std::function<void(Answer)> answered,
           std::chrono::milliseconds patience = kPatience);

 private:
  void send();
  void finish(Answer answer);
  void udp_datagram(net::UdpSocket& socket, const SocketAddress& local, const SocketAddress& remote,
                    ByteView bytes) override;
  void udp_unreachable(net::UdpSocket& socket, const SocketAddress& destination, ByteView payload,
                       const net::SystemError& cause) override;

  net::Loop& loop_;
  SocketAddress box_;
  std::string token_;  // another one each time: an answer that is late belongs to no later question
  std::function<void(Answer)> answered_;
  AskFailure failure_;  // when nothing better comes
  net::Timer repeat_;
  net::Timer end_;
  std::unique_ptr<net::UdpSocket> socket_;
};

}  // namespace fapfon::box
