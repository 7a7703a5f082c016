// SPDX-License-Identifier: GPL-2.0-or-later
// Phones and Boxes as plain blocking sockets with deadlines, and the few SIP messages they need. The
// simulated peers of tests/support know SIP; these know sockets.
#pragma once

#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/socket_address.hpp"
#include "integration/child.hpp"
#include "net/fd.hpp"
#include "net/socket.hpp"

namespace fapfon::test {

inline SocketAddress address(const std::string& text) {
  return SocketAddress::parse(text).value();
}

class Peer {
 public:
  static Peer udp(const SocketAddress& local) { return Peer{bound(local, SOCK_DGRAM)}; }

  static Peer listening(const SocketAddress& local, int backlog = 64) {
    Peer peer{bound(local, SOCK_STREAM)};
    ::listen(peer.fd_.number(), backlog);
    return peer;
  }

  /// Starts to connect; a hung one stays unconnected.
  static Peer dialling(const SocketAddress& remote, const SocketAddress& local) {
    Peer peer{bound(local, SOCK_STREAM)};
    sockaddr_storage storage{};
    const socklen_t length = remote.to_sockaddr(storage);
    ::connect(peer.fd_.number(), reinterpret_cast<const sockaddr*>(&storage), length);
    net::set_option(peer.fd_, IPPROTO_TCP, TCP_NODELAY, 1);
    return peer;
  }

  static Peer connected(const SocketAddress& remote) {
    const IpAddress any = net::wildcard(remote.ip.family());
    Peer peer = dialling(remote, {any, 0});
    peer.wait(POLLOUT);
    return peer;
  }

  [[nodiscard]] bool is_open() const { return static_cast<bool>(fd_); }
  [[nodiscard]] SocketAddress local() const { return net::local_address_of(fd_); }
  [[nodiscard]] const net::Fd& fd() const { return fd_; }
  /// Where the last datagram or connection came from.
  [[nodiscard]] const SocketAddress& source() const { return source_; }

  std::optional<Peer> accept() {
    if (!wait(POLLIN)) return std::nullopt;
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    net::Fd fd{::accept4(fd_.number(), reinterpret_cast<sockaddr*>(&storage), &length, SOCK_NONBLOCK)};
    if (!fd) return std::nullopt;
    Peer peer{std::move(fd)};
    peer.source_ = SocketAddress::from(storage);
    return peer;
  }

  void send_to(const SocketAddress& remote, ByteView bytes) const {
    sockaddr_storage storage{};
    const socklen_t length = remote.to_sockaddr(storage);
    ::sendto(fd_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL,
             reinterpret_cast<const sockaddr*>(&storage), length);
  }

  /// Writes all of it, waiting for room; false when the connection is gone or takes nothing.
  bool send(ByteView bytes) const {
    while (!bytes.empty()) {
      const ssize_t count = ::send(fd_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
      if (count < 0 && errno != EAGAIN) return false;
      if (count < 0 && !wait(POLLOUT)) return false;
    }
    return true;
  }

  /// The next datagram, or "" when none comes.
  std::string datagram() {
    std::string bytes(65'536, '\0');
    if (!wait(POLLIN)) return {};
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    const ssize_t count = ::recvfrom(fd_.number(), bytes.data(), bytes.size(), 0,
                                     reinterpret_cast<sockaddr*>(&storage), &length);
    bytes.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    source_ = SocketAddress::from(storage);
    return bytes;
  }

  /// The next message of a stream; its body must be empty or end the bytes that are there.
  std::string message() {
    while (stream_.find("\r\n\r\n") == std::string::npos) {
      if (!read_some()) return {};
    }
    const std::size_t end = stream_.find("\r\n\r\n") + 4;
    return std::exchange(stream_, stream_.substr(end)).substr(0, end);
  }

  /// Reads whatever comes until the other side has closed; false when it does not.
  bool wait_for_close() {
    while (read_some()) {
    }
    return closed_;
  }
  /// What was read and is no message yet.
  [[nodiscard]] const std::string& rest() const { return stream_; }
  bool read_some() {
    if (!wait(POLLIN)) return false;
    char buffer[65'536];
    const ssize_t count = ::recv(fd_.number(), buffer, sizeof buffer, 0);
    if (count <= 0) closed_ = count == 0 || errno != EAGAIN;
    if (count <= 0) return false;
    stream_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }

  void close() { fd_.reset(); }
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(fd_.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    fd_.reset();
  }

  bool wait(short events, std::chrono::milliseconds patience = kPatience) const {
    pollfd ready{fd_.number(), events, 0};
    return ::poll(&ready, 1, static_cast<int>(patience.count())) > 0;
  }

 private:
  explicit Peer(net::Fd fd) : fd_(std::move(fd)) {}

  static net::Fd bound(const SocketAddress& local, int type) {
    net::Fd fd = std::move(net::open_socket(local.ip, type).value());
    if (type == SOCK_STREAM) net::set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (!net::bind_socket(fd, local)) fd.reset();
    return fd;
  }

  net::Fd fd_;
  SocketAddress source_;
  std::string stream_;
  bool closed_ = false;
};

/// A REGISTER of the account `user` as the seed's phone sends it: Contact and Via name an address of its
/// carrier that leads nowhere.
inline std::string register_request(const std::string& user, Transport transport, int cseq = 1) {
  const std::string name = transport == Transport::udp ? "UDP" : "TCP";
  const std::string number = std::to_string(cseq);
  return "REGISTER sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/" + name +
         " 10.81.179.54:61211;rport;branch=z9hG4bK" + user + number +
         "\r\nMax-Forwards: 70\r\nFrom: <sip:" + user + "@127.0.0.1>;tag=" + user + "\r\nTo: <sip:" + user +
         "@127.0.0.1>\r\nCall-ID: " + user + "\r\nCSeq: " + number + " REGISTER\r\nContact: <sip:" + user +
         "@10.81.179.54:61211>\r\nExpires: 900\r\nContent-Length: 0\r\n\r\n";
}

/// The whole header line `name` of a message, "" when it has none.
inline std::string header_line(const std::string& message, const std::string& name) {
  const std::size_t at = message.find("\r\n" + name + ":");
  if (at == std::string::npos) return {};
  return message.substr(at + 2, message.find("\r\n", at + 2) - at - 2);
}

/// The answer of a Box; a 200 to a REGISTER repeats the Contact.
inline std::string answer_to(const std::string& request, const std::string& status = "200 OK") {
  std::string answer = "SIP/2.0 " + status + "\r\n";
  for (const char* name : {"Via", "From", "To", "Call-ID", "CSeq"}) {
    answer += header_line(request, name) + (std::string{name} == "To" ? ";tag=box\r\n" : "\r\n");
  }
  if (status == "200 OK") answer += header_line(request, "Contact") + ";expires=900\r\n";
  return answer + "Content-Length: 0\r\n\r\n";
}

/// The program, serving a Box that these tests play at `box`, on free ports.
class Program : public Child {
 public:
  explicit Program(
      const SocketAddress& box, std::vector<std::string> options = {},
      const std::function<void()>& before_exec = [] {})
      : Child(with(std::move(options), box), before_exec) {
    is_up = wait_for(" listening ");
    const auto port = parse_decimal<std::uint16_t>(value_of("udp"));
    sip = {IpAddress::v4(127, 0, 0, 1), port.value_or(0)};
  }

  bool is_up = false;
  SocketAddress sip;  ///< where phones reach it, UDP and TCP

 private:
  static std::vector<std::string> with(std::vector<std::string> options, const SocketAddress& box) {
    options.insert(options.begin(), {"--port=0", "--verbose=3"});
    options.push_back(box.to_string());
    return options;
  }
};

}  // namespace fapfon::test
