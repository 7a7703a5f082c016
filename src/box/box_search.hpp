// SPDX-License-Identifier: GPL-2.0-or-later
// Looks for a Box when the user names none (SPEC section 6): asks the name fritz.box and the default
// gateways by SIP OPTIONS, all at once, and takes the first in that order that answers with any SIP
// response. What cannot be asked, and what does not answer, is told with its reason.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "box/box_name.hpp"
#include "net/resolver.hpp"
#include "net/timer.hpp"
#include "net/udp_socket.hpp"

namespace fapfon::box {

/// An OPTIONS request to `box`, from `local`; `token` makes its branch, tag and Call-ID unique.
std::string box_query(const SocketAddress& box, const SocketAddress& local, ByteView token);

/// True when `datagram` is a SIP response to the query with this token: some status, same Call-ID.
bool is_answer_to(ByteView datagram, ByteView token);

class BoxSearch final : net::UdpSocket::Owner {
 public:
  /// The Box that was found, or one line with each candidate and its outcome.
  using Answer = Expected<BoxName, std::string>;

  /// `seed` makes the tokens of this search differ from those of others.
  BoxSearch(net::Loop& loop, std::uint32_t seed, std::function<void(Answer)> answered);
  ~BoxSearch();

  /// Asks `candidates`, names or addresses, the best first. The answer comes from the loop, once.
  void start(const std::vector<BoxName>& candidates);

  /// fritz.box, then the default gateways of this machine.
  static std::vector<BoxName> usual_candidates();

 private:
  struct Candidate;
  void ask(Candidate& candidate, const SocketAddress& box);
  void send_round();
  void finish_when_decided(bool out_of_time);
  void udp_datagram(net::UdpSocket& socket, const SocketAddress& local, const SocketAddress& remote,
                    ByteView bytes) override;
  void udp_unreachable(net::UdpSocket& socket, const SocketAddress& destination, ByteView payload,
                       const net::SystemError& cause) override;

  net::Loop& loop_;
  std::uint32_t seed_;
  std::function<void(Answer)> answered_;
  std::vector<std::unique_ptr<Candidate>> candidates_;
  net::Timer timer_;
  int round_ = 0;
};

}  // namespace fapfon::box
