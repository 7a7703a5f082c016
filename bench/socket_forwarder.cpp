// SPDX-License-Identifier: GPL-2.0-or-later
// fapfon-proxy's loop and media sockets without anything behind them: what the relay costs before it has
// looked at a packet. Beside the bare forwarder it tells the price of net/, and fapfon-proxy beside it
// the price of relay/ and app/.
//
//   socket_forwarder LOCAL_IP
// reads and answers what the forwarder does.
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/socket_address.hpp"
#include "net/loop.hpp"
#include "net/media_socket.hpp"

namespace fapfon::bench {
namespace {

class SocketForwarder final : net::MediaSocket::Owner {
 public:
  explicit SocketForwarder(const IpAddress& ip) : ip_(ip) {}

  void add_call(const SocketAddress& phone, const SocketAddress& box) {
    const net::MediaSocketPair& phone_leg = *pairs_.emplace_back(open_pair());
    const net::MediaSocketPair& box_leg = *pairs_.emplace_back(open_pair());
    lead(*phone_leg.rtp, *box_leg.rtp, box);
    lead(*box_leg.rtp, *phone_leg.rtp, phone);
    lead(*phone_leg.rtcp, *box_leg.rtcp, {box.ip, static_cast<std::uint16_t>(box.port + 1)});
    lead(*box_leg.rtcp, *phone_leg.rtcp, {phone.ip, static_cast<std::uint16_t>(phone.port + 1)});
    std::cout << phone_leg.rtp->local().to_string() << ' ' << box_leg.rtp->local().to_string() << '\n'
              << std::flush;
  }

  void run() { loop_.run(); }

 private:
  std::unique_ptr<net::MediaSocketPair> open_pair() {
    auto pair = net::open_media_pair(loop_, {ip_, 0}, *this);
    while (!pair) pair = net::open_media_pair(loop_, {ip_, 0}, *this);  // the neighbour was taken
    return std::make_unique<net::MediaSocketPair>(std::move(*pair));
  }

  void lead(net::MediaSocket& in, net::MediaSocket& out, const SocketAddress& to) {
    in.tag = hops_.size();
    hops_.push_back({&out, to});
  }

  std::optional<net::MediaSocket::Hop> media_packet(net::MediaSocket& socket, const SocketAddress& /*source*/,
                                                    ByteView /*bytes*/) override {
    return hops_[socket.tag];
  }

  IpAddress ip_;
  net::Loop loop_;
  std::vector<std::unique_ptr<net::MediaSocketPair>> pairs_;
  std::vector<net::MediaSocket::Hop> hops_;
};

}  // namespace
}  // namespace fapfon::bench

int main(int argc, char** argv) {
  const auto ip = argc == 2 ? fapfon::IpAddress::parse(argv[1]) : std::nullopt;
  if (!ip) {
    std::fputs("usage: socket_forwarder LOCAL_IP < CALLS\n", stderr);
    return 2;
  }
  fapfon::bench::SocketForwarder forwarder{*ip};
  std::string phone;
  std::string box;
  while (std::cin >> phone >> box) {
    const auto phone_address = fapfon::SocketAddress::parse(phone);
    const auto box_address = fapfon::SocketAddress::parse(box);
    if (!phone_address || !box_address) return 2;
    forwarder.add_call(*phone_address, *box_address);
  }
  forwarder.run();
  return 0;
}
