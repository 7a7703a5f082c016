// SPDX-License-Identifier: GPL-2.0-or-later
// The program at work: sockets on one side, the core on the other. It gives the core what arrives and
// the time, and carries out the actions that come back; it decides nothing about SIP. One thread.
//
//   phone side, box-facing sockets, connections --bytes--> Proxy --actions--> carry_out --> sockets, log
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "app/box_facing.hpp"
#include "app/flow_sockets.hpp"
#include "app/media_mode.hpp"
#include "app/media_ports.hpp"
#include "app/phone_side.hpp"
#include "box/box_locator.hpp"
#include "log/log.hpp"
#include "log/note_log.hpp"
#include "log/output.hpp"
#include "net/closing_connections.hpp"
#include "net/loop.hpp"
#include "host/service_manager.hpp"
#include "net/timer.hpp"
#include "options/options.hpp"
#include "proxy/proxy.hpp"

namespace fapfon::app {

class Daemon final : PhoneSide::Owner,
                     net::UdpSocket::Owner,
                     net::TcpListener::Owner,
                     net::TcpConnection::Owner {
 public:
  Daemon(const options::Options& options, log::Log& log);
  ~Daemon();

  /// Opens the ports and works until SIGTERM or SIGINT; the error is a line for the user.
  Expected<void, std::string> run();

 private:
  // --- Where the Box is (daemon_box.cpp) ---
  Expected<void, std::string> find_box();
  [[nodiscard]] std::string box_text() const;
  void use_box_name(const box::BoxName& name);
  void box_located(box::BoxLocator::Answer answer);
  void media_decided();
  void end_for_new_rules();
  void start_over_from(const box::BoxPlace& place);
  void refill_box_facing();
  void media_port_failed(const IpAddress& local, const net::SystemError& cause);

  // --- What arrives ---
  void phone_datagram(const SocketAddress& local, const SocketAddress& remote, ByteView bytes) override;
  void phone_accepted(net::Fd connection, const SocketAddress& remote) override;
  void phone_accept_paused(const net::SystemError& cause) override;
  void udp_datagram(net::UdpSocket& socket, const SocketAddress& local, const SocketAddress& remote,
                    ByteView bytes) override;
  void udp_unreachable(net::UdpSocket& socket, const SocketAddress& destination, ByteView payload,
                       const net::SystemError& cause) override;
  void tcp_accepted(net::TcpListener& listener, net::Fd connection, const SocketAddress& remote) override;
  void tcp_accept_paused(net::TcpListener& listener, const net::SystemError& cause) override;
  void tcp_connected(net::TcpConnection& connection) override;
  void tcp_connect_failed(net::TcpConnection& connection, ByteView unsent, ByteView cause) override;
  void tcp_bytes(net::TcpConnection& connection, ByteView bytes) override;
  void tcp_closed(net::TcpConnection& connection, ByteView cause) override;
  void on_signal(int number);
  [[nodiscard]] std::string status_line() const;
  void on_deadline();
  void on_housekeeping();
  void report_what_was_left_out();
  void on_batch_end();

  // --- What the core wants done (daemon_actions.cpp) ---
  /// Does all that is in actions_ and empties it.
  void carry_out();
  void carry_out_one(const proxy::Action& action);
  void carry_out(const proxy::Send& send);
  void carry_out(const proxy::DialBox& dial);
  void carry_out(const proxy::CloseFlow& close);
  void carry_out(const proxy::ReleaseBoxFacing& release);
  void carry_out(const proxy::ReleaseMediaPorts& release);
  void carry_out(const proxy::CallReport& report);
  void carry_out(const proxy::ResolveBox& resolve);
  void carry_out(const proxy::Note& note);
  void carry_out(const proxy::Dump& dump);
  void dump(proxy::FlowId flow, proxy::ByteRange bytes, bool left);

  const options::Options& options_;
  log::Log& log_;
  log::NoteLog notes_;
  net::Loop loop_;
  host::ServiceManager service_manager_;
  net::BufferBudget budget_;
  net::ClosingConnections closing_;
  std::optional<proxy::Proxy> core_;  // replaced as a whole when the local address changes
  proxy::Actions actions_;
  FlowSockets flows_;
  std::unique_ptr<PhoneSide> phones_;
  BoxFacingPorts box_ports_;
  MediaPorts media_ports_;
  std::unique_ptr<box::BoxLocator> locator_;
  std::optional<box::BoxPlace> place_;
  MediaModeChoice media_mode_;
  bool box_problem_told_ = false;
  log::Output dump_output_;
  std::size_t dump_cut_count_ = 0;  // messages whose dump nobody read
  bool dumping_ = false;            // the Sends of this list belong to a Dump
  TimePoint now_{};                 // of the event that is being worked on
  TimePoint armed_ = kNever;
  net::Timer deadline_;
  net::Timer housekeeping_;
  net::Timer refill_;
  bool refill_waits_ = false;
  std::optional<std::string> failure_;  // why run() ends
};

}  // namespace fapfon::app
