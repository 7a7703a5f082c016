// SPDX-License-Identifier: GPL-2.0-or-later
// The limit that the relay is measured against: a UDP forwarder that looks at nothing. It has the sockets
// of the relay (RTP and RTCP, phone side and Box side, for each call), knows from the start where each
// one leads, and does for a packet what cannot be left out: its share of an epoll_wait, one receive, one
// send.
//
//   forwarder LOCAL_IP [--connected]
// reads "PHONE BOX" for each call (where their RTP comes from and goes to), answers "PHONE_LEG BOX_LEG" (the
// addresses to send RTP to), and starts at the end of its input. With --connected the kernel keeps the
// destination: cheaper, but then a socket hears nobody else, which a relay cannot afford before it knows who
// talks.
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <string>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/socket_address.hpp"
#include "net/fd.hpp"
#include "net/socket.hpp"

namespace fapfon::bench {
namespace {

constexpr std::size_t kEventsPerBatch = 64;
constexpr std::size_t kBufferBytes = 2048;

/// One socket, where what it receives goes on from and to.
struct Leg {
  net::Fd fd;
  const Leg* out = nullptr;
  sockaddr_storage to{};
  socklen_t to_length = 0;
};

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

class Forwarder {
 public:
  Forwarder(const IpAddress& ip, bool connected) : ip_(ip), connected_(connected) {}

  /// Opens the four sockets of a call and prints where they are.
  void add_call(const SocketAddress& phone, const SocketAddress& box) {
    const SocketAddress phone_leg = add_leg(0);
    const SocketAddress phone_rtcp = add_leg(phone_leg.port + 1);
    const SocketAddress box_leg = add_leg(0);
    const SocketAddress box_rtcp = add_leg(box_leg.port + 1);
    if (phone_rtcp.port == 0 || box_rtcp.port == 0) {
      legs_.resize(legs_.size() - 4);  // the neighbour of a free port was taken
      return add_call(phone, box);
    }
    const std::size_t first = legs_.size() - 4;  // a deque is not contiguous
    lead(legs_[first + 0], legs_[first + 2], box);
    lead(legs_[first + 2], legs_[first + 0], phone);
    lead(legs_[first + 1], legs_[first + 3], {box.ip, static_cast<std::uint16_t>(box.port + 1)});
    lead(legs_[first + 3], legs_[first + 1], {phone.ip, static_cast<std::uint16_t>(phone.port + 1)});
    std::cout << phone_leg.to_string() << ' ' << box_leg.to_string() << '\n' << std::flush;
  }

  [[noreturn]] void run() {
    const int epoll = watch_all();
    std::array<epoll_event, kEventsPerBatch> events{};
    std::array<char, kBufferBytes> buffer{};
    while (true) {
      const int count = ::epoll_wait(epoll, events.data(), kEventsPerBatch, -1);
      for (int i = 0; i < count; ++i) {
        forward(*static_cast<const Leg*>(events[static_cast<std::size_t>(i)].data.ptr), buffer);
      }
    }
  }

 private:
  /// The address of a new socket; port 0 when `port` is taken.
  SocketAddress add_leg(int port) {
    Leg& leg = legs_.emplace_back();
    leg.fd = std::move(net::open_socket(ip_, SOCK_DGRAM).value());
    if (!net::bind_socket(leg.fd, {ip_, static_cast<std::uint16_t>(port)})) return {};
    return net::local_address_of(leg.fd);
  }

  void lead(Leg& in, Leg& out, const SocketAddress& to) const {
    in.out = &out;
    in.to_length = to.to_sockaddr(in.to);
    if (connected_ &&
        ::connect(out.fd.number(), reinterpret_cast<const sockaddr*>(&in.to), in.to_length) != 0) {
      give_up("forwarder: connect");
    }
  }

  [[nodiscard]] int watch_all() {
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    for (Leg& leg : legs_) {
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = &leg;
      if (::epoll_ctl(epoll, EPOLL_CTL_ADD, leg.fd.number(), &event) != 0) give_up("forwarder: epoll_ctl");
    }
    return epoll;
  }

  void forward(const Leg& in, std::array<char, kBufferBytes>& buffer) const {
    const ssize_t length = ::recv(in.fd.number(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (length < 0) return;
    const auto bytes = static_cast<std::size_t>(length);
    const int out = in.out->fd.number();
    if (connected_) {
      ::send(out, buffer.data(), bytes, MSG_DONTWAIT);
      return;
    }
    ::sendto(out, buffer.data(), bytes, MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&in.to),
             in.to_length);
  }

  IpAddress ip_;
  bool connected_;
  std::deque<Leg> legs_;  // their addresses stay
};

int serve(const IpAddress& ip, bool connected) {
  Forwarder forwarder{ip, connected};
  std::string phone;
  std::string box;
  while (std::cin >> phone >> box) {
    const auto phone_address = SocketAddress::parse(phone);
    const auto box_address = SocketAddress::parse(box);
    if (!phone_address || !box_address) return 2;
    forwarder.add_call(*phone_address, *box_address);
  }
  forwarder.run();
}

}  // namespace
}  // namespace fapfon::bench

int main(int argc, char** argv) {
  const auto ip = argc > 1 ? fapfon::IpAddress::parse(argv[1]) : std::nullopt;
  const bool connected = argc > 2 && std::string{argv[2]} == "--connected";
  if (!ip) {
    std::fputs("usage: forwarder LOCAL_IP [--connected] < CALLS\n", stderr);
    return 2;
  }
  return fapfon::bench::serve(*ip, connected);
}
