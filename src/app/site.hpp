// SPDX-License-Identifier: GPL-2.0-or-later
// One Box and all that belongs to it: the core, the relay, their sockets, and where the Box is. It gives the
// core what arrives and the time, and carries out the actions that come back; it decides nothing about SIP.
//
//   phones, box-facing sockets, connections --bytes--> proxy::Proxy --actions--> carry_out --> sockets, log
//   media sockets --packets--> relay::Relay --> media sockets
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "app/activity_count.hpp"
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
#include "net/timer.hpp"
#include "options/options.hpp"
#include "proxy/proxy.hpp"
#include "relay/relay.hpp"

namespace fapfon::app {

class Site final : net::UdpSocket::Owner, net::TcpListener::Owner, net::TcpConnection::Owner {
 public:
  /// Who runs the site.
  class Host {
   public:
    /// status() has changed.
    virtual void status_changed() = 0;
    /// The NAT rules name an address that has changed. True when the program ends in order to get new rules.
    virtual bool needs_new_rules() = 0;

   protected:
    ~Host() = default;
  };

  /// `phones` and all others have to live longer.
  Site(net::Loop& loop, const options::Options& options, log::Log& log, PhoneSide& phones, Host& host);
  ~Site();

  /// Starts to look for the Box; the error is a line for the user. Up to 2 s when no Box is named.
  Expected<void, std::string> find_box();

  void phone_datagram(const SocketAddress& local, const SocketAddress& remote, ByteView bytes);
  void phone_accepted(net::Fd connection, const SocketAddress& remote);
  /// Ask once after each batch of the loop: sets the timer for what is due next.
  void on_batch_end();
  /// Looks whether the local address towards the Box is still the same. Ask now and then.
  void check_local_address();
  /// Logs how much has been left out of the log and of the dump.
  void report_what_was_left_out();

  /// "192.0.2.1:5060", or its name while the address is not known.
  [[nodiscard]] std::string box_text() const;
  /// Our address towards the Box; "-" while it is not known.
  [[nodiscard]] std::string local_text() const;
  /// "Box 192.0.2.1:5060, audio relayed: the VPN masquerades, phones registered: 1, ..."
  [[nodiscard]] std::string status() const;

 private:
  // --- Where the Box is (site_box.cpp) ---
  void use_box_name(const box::BoxName& name);
  void box_located(box::BoxLocator::Answer answer);
  void media_decided();
  /// Tells the core how audio goes, and for how long that is sure.
  void tell_media();
  void start_over_from(const box::BoxPlace& place);
  void refill_box_facing();
  void media_port_failed(const IpAddress& local, const net::SystemError& cause);

  // --- What arrives ---
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
  void on_deadline();

  // --- What the core wants done (site_actions.cpp) ---
  /// Does all that is in actions_ and empties it.
  void carry_out();
  void carry_out_one(const proxy::Action& action);
  void carry_out(const proxy::Send& send);
  void carry_out(const proxy::DialBox& dial);
  void carry_out(const proxy::CloseFlow& close);
  void carry_out(const proxy::ReleaseBoxFacing& release);
  void carry_out(const proxy::CallReport& report);
  void carry_out(const proxy::ResolveBox& resolve);
  void carry_out(const proxy::AskMedia& ask);
  void carry_out(const proxy::GuestBanned& ban);
  void carry_out(const proxy::Note& note);
  void carry_out(const proxy::Passed& passed);
  void carry_out(const proxy::Changed& changed);
  [[nodiscard]] std::string bans_text() const;
  void dump(const proxy::Hop& hop, proxy::ByteRange bytes, bool left);

  net::Loop& loop_;
  const options::Options& options_;
  log::Log& log_;
  PhoneSide& phones_;
  Host& host_;
  const proxy::Config config_;
  log::NoteLog notes_;
  ActivityCount activity_;
  net::BufferBudget budget_;
  net::ClosingConnections closing_;
  std::optional<relay::Relay> relay_;  // replaced with the core when the local address changes
  std::optional<proxy::Proxy> core_;
  proxy::Actions actions_;
  FlowSockets flows_;
  BoxFacingPorts box_ports_;
  MediaPorts media_ports_;
  std::unique_ptr<box::BoxLocator> locator_;
  std::optional<box::BoxPlace> place_;
  MediaModeChoice media_mode_;
  bool asks_media_ = false;  // AskMedia is in the list that is being carried out
  bool box_problem_told_ = false;
  log::Output dump_output_;
  std::size_t dump_cut_count_ = 0;  // messages whose dump nobody read
  TimePoint now_;                   // of the event that is being worked on
  TimePoint armed_ = kNever;
  net::Timer deadline_;
  net::Timer refill_;
  bool refill_waits_ = false;
};

}  // namespace fapfon::app
